package policy

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sav-analytics/sav/internal/nearest"
)

// A parser turns the nodes of a YAML document into a policy. It works on nodes,
// where every scalar is still text (NO is Norway, not false) and has its line. It
// goes on after a fault, so that one reading reports all of them.
type parser struct {
	name   string
	faults []*Error
}

// fault records that the node at, whose place is key, is wrong.
func (p *parser) fault(at *yaml.Node, key, format string, args ...any) {
	p.faults = append(p.faults, &Error{p.name, at.Line, at.Column, key, fmt.Errorf(format, args...)})
}

// err returns the faults in the order of their lines, or nil.
func (p *parser) err() error {
	slices.SortStableFunc(p.faults, func(a, b *Error) int { return cmp.Or(a.Line-b.Line, a.Column-b.Column) })
	all := make([]error, len(p.faults))
	for i, fault := range p.faults {
		all[i] = fault
	}
	return errors.Join(all...)
}

// An entry is one key of a mapping and its value; path names its place.
type entry struct {
	name, path string
	key, value *yaml.Node
}

// root returns the top of the one document in text, or nil.
func (p *parser) root(text []byte) *yaml.Node {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document, second yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		p.fault(&document, "", "says nothing: expected calendars, use or targets")
		return nil
	case err != nil:
		p.syntax(err)
		return nil
	}
	if err := decoder.Decode(&second); err == nil {
		p.fault(&second, "", "a second document begins: expected one")
	} else if !errors.Is(err, io.EOF) {
		p.syntax(err)
	}
	return document.Content[0]
}

// yamlError takes an error of the YAML reader apart: its line, if any, and what it says.
var yamlError = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?((?s).*)$`)

// syntax records an error of the YAML reader.
func (p *parser) syntax(err error) {
	found := yamlError.FindStringSubmatch(err.Error())
	line, _ := strconv.Atoi(found[1])
	p.fault(&yaml.Node{Line: line}, "", "not YAML: %s", found[2])
}

// mapping returns the entries of a mapping in their order, without those whose key
// is no text or, once its form is put right by normal, another's.
func (p *parser) mapping(n *yaml.Node, path string, normal func(string) string) []entry {
	value := follow(n)
	if value.Kind != yaml.MappingNode {
		p.fault(n, path, "%s: expected keys with values, as key: value", describe(value))
		return nil
	}
	var entries []entry
	lines := make(map[string]int)
	for i := 0; i+1 < len(value.Content); i += 2 {
		key := value.Content[i]
		name, ok := p.text(key, path)
		if !ok {
			continue
		}
		name = normal(name)
		e := entry{name, name, key, value.Content[i+1]}
		if path != "" {
			e.path = path + "." + name
		}
		if line, doubled := lines[name]; doubled {
			p.fault(key, e.path, "named twice: first on line %d", line)
			continue
		}
		lines[name] = key.Line
		entries = append(entries, e)
	}
	return entries
}

// fields returns the entries of a mapping whose keys are all known, by key.
func (p *parser) fields(n *yaml.Node, path string, known ...string) map[string]entry {
	fields := make(map[string]entry)
	for _, e := range p.mapping(n, path, same) {
		if !slices.Contains(known, e.name) {
			p.fault(e.key, e.path, "unknown key: %s", nearest.Hint(e.name, known))
			continue
		}
		fields[e.name] = e
	}
	return fields
}

// text returns a scalar as it is written, without white space around it; it must not be empty.
func (p *parser) text(n *yaml.Node, path string) (text string, ok bool) {
	value := follow(n)
	if value.Kind != yaml.ScalarNode {
		p.fault(n, path, "%s: expected text", describe(value))
		return "", false
	}
	text = strings.TrimSpace(value.Value)
	if text == "" {
		p.fault(n, path, "empty: expected text")
		return "", false
	}
	return text, true
}

// follow returns the node that an alias stands for, and any other as it is.
func follow(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

// describe names the kind of a node.
func describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Value == "":
		return "nothing"
	}
	return quote(n.Value)
}

// quote returns text in quotes, cut where it is long.
func quote(text string) string {
	const most = 60
	if len(text) > most {
		text = text[:most] + "…"
	}
	return strconv.Quote(text)
}

func same(text string) string { return text }

// An Error is a fault of a policy. Line and Column are from 1, or 0 if they are
// not known; Key is where it is, as calendars.paris.zone.
type Error struct {
	Path         string
	Line, Column int
	Key          string
	Err          error
}

func (e *Error) Error() string {
	where := e.Path
	if e.Line > 0 {
		where = fmt.Sprintf("%s:%d:%d", e.Path, e.Line, max(e.Column, 1))
	}
	if e.Key != "" {
		where += ": " + e.Key
	}
	return fmt.Sprintf("%s: %v", where, e.Err)
}

// Unwrap returns what is wrong.
func (e *Error) Unwrap() error { return e.Err }
