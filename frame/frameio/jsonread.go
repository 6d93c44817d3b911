package frameio

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/zone"
)

// ReadJSONLines returns the frame of JSON Lines: an object on each line, whose keys are columns in the order in which
// they are first seen; a key that a line lacks is null there, as is the value null. Blank lines are left out. Strings,
// numbers and booleans are read as their text is in CSV; a key that has strings in some lines and others elsewhere
// needs a type, but the strings NaN, Inf and -Inf, which are floats among numbers. Arrays and objects are an error,
// unless the column is to be Text: then they are their JSON.
//
// It is an error, which names line and key, if a line is not a JSON object, has a key twice, or has a value that does
// not fit a type that the options name.
//
// O(size). It holds all of r's bytes until it returns.
func ReadJSONLines(r io.Reader, o ReadOptions) (_ *frame.Frame, err error) {
	defer prefix(&err, "read JSON lines")
	data, err := o.readAll(r)
	if err != nil {
		return nil, err
	}
	t := jsonTable{index: make(map[string]int)}
	if err := t.each(data, t.look); err != nil {
		return nil, err
	}
	names := make([]string, len(t.columns))
	for k := range t.columns {
		names[k] = t.columns[k].name
	}
	indices, err := o.choose(names)
	if err != nil {
		return nil, err
	}
	in := zone.In(o.Zone)
	builders := make([]builder, len(t.columns))
	for k, c := range t.columns {
		typ := o.Types[c.name]
		if typ == 0 {
			if c.first.shape == jsonNested {
				return nil, fmt.Errorf("line %d, key %q: %w", c.first.line, c.name, errNested)
			}
			if c.other.line > 0 {
				return nil, fmt.Errorf("key %q has a %s on line %d and a %s on line %d: name a type",
					c.name, shapes[c.first.shape], c.first.line, shapes[c.other.shape], c.other.line)
			}
			typ = c.kinds.choice()
		}
		builders[k] = builder{name: c.name, typ: typ, zone: in}
	}
	err = t.each(data, func(line, k int, value []byte, shape jsonShape) error {
		return add(&builders[k], line, value, shape)
	})
	if err != nil {
		return nil, err
	}
	chosen := make([]builder, len(indices))
	for i, k := range indices {
		for len(builders[k].valid) < t.rows {
			builders[k].null()
		}
		chosen[i] = builders[k]
	}
	return frameOf(chosen)
}

// add adds the value of a line to a column, and nulls for the lines since the last.
func add(b *builder, row int, value []byte, shape jsonShape) error {
	for len(b.valid) < row {
		b.null()
	}
	switch {
	case shape == jsonNull:
		b.null()
		return nil
	case shape == jsonNested && b.typ != frame.Text:
		return errNested
	case shape == jsonString:
		text, err := unquote(value)
		if err != nil {
			return err
		}
		value = text
	}
	return b.add(value)
}

var errNested = errors.New("an array or object: expected a single value, or name the type Text to keep its JSON")

// A jsonShape is what a JSON value is.
type jsonShape uint8

const (
	jsonNull jsonShape = iota
	jsonString
	jsonNumber
	jsonBool
	jsonNested
)

var shapes = [...]string{jsonString: "string", jsonNumber: "number", jsonBool: "boolean", jsonNested: "array or object"}

// A jsonTable is what has been seen of the lines.
type jsonTable struct {
	rows    int
	columns []jsonColumn
	index   map[string]int // of the column with a name
}

// A jsonColumn is what has been seen of a key.
type jsonColumn struct {
	name  string
	kinds kinds
	first seen // its first value that is not null
	other seen // its first one of another shape
	line  int  // the last one that has the key
}

// A seen is a value of some line.
type seen struct {
	shape jsonShape
	line  int
}

// look adds to what has been seen of a key: value k of a line.
func (t *jsonTable) look(_, k int, value []byte, shape jsonShape) error {
	c := &t.columns[k]
	if shape == jsonNull {
		return nil
	}
	line := c.line
	of := kindsOf(value)
	if shape == jsonString {
		text, err := unquote(value)
		if err != nil {
			return err
		}
		of = kindsOf(text) &^ (isInt | isFloat | isBool)
		switch string(text) {
		case "NaN", "Inf", "-Inf":
			of |= isFloat
			if c.first.shape == jsonNumber {
				shape = jsonNumber
			}
		}
	}
	if shape == jsonNumber {
		of &^= isText | isTime
		if c.first.shape == jsonString && c.kinds&isFloat != 0 { // NaN came first
			c.first.shape = jsonNumber
		}
	}
	if c.first.line == 0 {
		c.first, c.kinds = seen{shape, line}, of
		return nil
	}
	if shape != c.first.shape && c.other.line == 0 {
		c.other = seen{shape, line}
	}
	c.kinds = c.kinds&of | isValue
	return nil
}

// each calls fn for each value of each line: row counts the lines that are not blank from 0, and k is the index of the
// column.
func (t *jsonTable) each(data []byte, fn func(row, k int, value []byte, shape jsonShape) error) error {
	t.rows = 0
	for k := range t.columns {
		t.columns[k].line = 0
	}
	for line := 1; len(data) > 0; line++ {
		text, rest, _ := bytes.Cut(data, []byte{'\n'})
		data = rest
		if line == 1 {
			text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
		}
		if text = bytes.TrimSpace(text); len(text) == 0 {
			continue
		}
		if !utf8.Valid(text) {
			return fmt.Errorf("line %d: not UTF-8", line)
		}
		if !json.Valid(text) || text[0] != '{' {
			return fmt.Errorf("line %d: not a JSON object", line)
		}
		t.rows++
		err := eachMember(text, func(key, value []byte, shape jsonShape) error {
			name, err := unquote(key)
			if err != nil {
				return fmt.Errorf("line %d: %w", line, err)
			}
			k, ok := t.index[string(name)]
			if !ok {
				k = len(t.columns)
				t.index[string(name)] = k
				t.columns = append(t.columns, jsonColumn{name: string(name), kinds: anyKind})
			}
			if t.columns[k].line == line {
				return fmt.Errorf("line %d: key %q is there twice", line, name)
			}
			t.columns[k].line = line
			if err := fn(t.rows-1, k, value, shape); err != nil {
				return fmt.Errorf("line %d, key %q: %w", line, name, err)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// eachMember calls fn for each member of a valid JSON object.
func eachMember(object []byte, fn func(key, value []byte, shape jsonShape) error) error {
	s := object[1:]
	for {
		s = bytes.TrimLeft(s, " \t\r\n,")
		if s[0] == '}' {
			return nil
		}
		key := s[:valueLen(s)]
		s = bytes.TrimLeft(s[len(key):], " \t\r\n:")
		value := s[:valueLen(s)]
		s = s[len(value):]
		shape := jsonNumber
		switch value[0] {
		case '"':
			shape = jsonString
		case '{', '[':
			shape = jsonNested
		case 't', 'f':
			shape = jsonBool
		case 'n':
			shape = jsonNull
		}
		if err := fn(key, value, shape); err != nil {
			return err
		}
	}
}

// valueLen returns the length of the valid JSON value that s begins with.
func valueLen(s []byte) int {
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			if quoted = !quoted; !quoted && depth == 0 {
				return i + 1
			}
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth == 0 { // that of the object around a number or a word
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case depth == 0 && (c == ',' || c == ' ' || c == '\t' || c == '\r' || c == ':'):
			return i
		}
	}
	return len(s)
}

// unquote returns the text of a valid JSON string in UTF-8. It returns an error if an escape is
// an unpaired surrogate, which encodes no character.
func unquote(s []byte) ([]byte, error) {
	if bytes.IndexByte(s, '\\') < 0 {
		return s[1 : len(s)-1], nil
	}
	var text string
	if err := json.Unmarshal(s, &text); err != nil {
		return nil, err
	}
	// What has no text becomes U+FFFD, which may also be there.
	const replacement = "\ufffd"
	if n := strings.Count(text, replacement); n > 0 {
		written := bytes.Count(bytes.ToLower(s), []byte(`\ufffd`)) + bytes.Count(s, []byte(replacement))
		if n > written {
			return nil, fmt.Errorf("%s: an escape that is half of a pair", s)
		}
	}
	return []byte(text), nil
}
