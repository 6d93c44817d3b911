package policy

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/sav-analytics/sav/internal/idtext"
)

// A Clock says which time a target is compared with.
type Clock uint8

// The clocks of targets.
const (
	Elapsed Clock = iota // all the time that went by
	Work                 // the time within working hours
)

// String returns the clock as a policy names it.
func (c Clock) String() string {
	switch c {
	case Elapsed:
		return "elapsed"
	case Work:
		return "work"
	}
	return fmt.Sprintf("Clock(%d)", uint8(c))
}

// A Policy is what was promised. The zero value, and nil, promises nothing: every
// calendar is the one that is always open, and nobody has a target.
type Policy struct {
	Path   string // as it was named
	SHA256 string // of the file's bytes, in hexadecimal
	Clock  Clock  // of the targets

	text      string
	calendars []*Calendar
	use       choice[*Calendar]
	targets   choice[target]
}

// A target is within how many µs an answer is promised, and how the policy says it;
// 0 is that of those who were exempted with "none".
type target struct {
	micros int64
	text   string
}

// maxSize bounds a policy's file: what is larger is something else.
const maxSize = 16 << 20

// none is the word for no target.
const none = "none"

// Load reads the policy in the file path. Its errors are those of [Parse]; one that
// cannot be read is an [*Error] too.
func Load(path string) (*Policy, error) {
	text, err := read(path)
	if err != nil {
		if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
			err = pathErr.Err // the path is named already
		}
		return nil, &Error{Path: path, Err: err}
	}
	return Parse(path, text)
}

// read returns what the file path holds, or a little more of it than a policy may be.
func read(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, maxSize+1))
}

// Parse reads the policy text; name is what errors call it. An error names every
// fault, in the order of the lines: each is an [*Error], joined.
func Parse(name string, text []byte) (*Policy, error) {
	if len(text) > maxSize {
		return nil, &Error{Path: name, Err: fmt.Errorf("not a policy: larger than %d MiB", maxSize>>20)}
	}
	p := parser{name: name}
	policy := p.document(text)
	if len(p.faults) > 0 {
		return nil, p.err()
	}
	policy.Path, policy.SHA256, policy.text = name, fmt.Sprintf("%x", sha256.Sum256(text)), string(text)
	return policy, nil
}

// Text returns the file that the policy was read from: [Parse] makes the same policy
// of it.
func (p *Policy) Text() string {
	if p == nil {
		return ""
	}
	return p.text
}

// Calendar returns the calendar of a merchant in a country: the merchant's own,
// else the country's, else the default, else the one that is always open.
func (p *Policy) Calendar(merchant, country string) *Calendar {
	if p == nil {
		return always
	}
	if c, ok := p.use.of(merchant, country); ok {
		return c
	}
	return always
}

// Target returns within how many µs a first answer is promised by a merchant in a
// country: the merchant's own target, else the country's, else the default. ok
// reports whether there is one.
func (p *Policy) Target(merchant, country string) (micros int64, ok bool) {
	if p == nil {
		return 0, false
	}
	t, _ := p.targets.of(merchant, country)
	return t.micros, t.micros > 0
}

// HasCalendars reports whether the policy describes working hours.
func (p *Policy) HasCalendars() bool { return p != nil && len(p.calendars) > 0 }

// HasTargets reports whether the policy promises anything to anybody.
func (p *Policy) HasTargets() bool {
	return p != nil && slices.ContainsFunc(p.targets.rules, func(r rule[target]) bool { return r.value.micros > 0 })
}

// Calendars returns the calendars that the policy describes, in its order.
func (p *Policy) Calendars() []*Calendar {
	if p == nil {
		return nil
	}
	return slices.Clone(p.calendars)
}

// A Use says who has which calendar.
type Use struct {
	Who      Who
	Calendar *Calendar
}

// Uses returns who has which calendar: the default first (the calendar that is
// always open, if none is named), then the policy's order.
func (p *Policy) Uses() []Use {
	uses := []Use{{Calendar: p.Calendar("", "")}}
	if p == nil {
		return uses
	}
	for _, r := range p.use.rules {
		if r.who != (Who{}) {
			uses = append(uses, Use{r.who, r.value})
		}
	}
	return uses
}

// A Target says to whom an answer within how many µs is promised; 0 is no target.
type Target struct {
	Who    Who
	Micros int64
	Text   string // as the policy says it: 2d
}

// Targets returns the targets: the default first (none, if none is named), then
// the policy's order.
func (p *Policy) Targets() []Target {
	if p == nil {
		return []Target{{Text: none}}
	}
	byDefault, ok := p.targets.of("", "")
	if !ok {
		byDefault.text = none
	}
	targets := []Target{{Micros: byDefault.micros, Text: byDefault.text}}
	for _, r := range p.targets.rules {
		if r.who != (Who{}) {
			targets = append(targets, Target{r.who, r.value.micros, r.value.text})
		}
	}
	return targets
}

// Unused returns the merchants and countries that the policy names and for which
// the given functions return false, in the policy's order, each once.
func (p *Policy) Unused(merchant, country func(name string) bool) []Who {
	if p == nil || merchant == nil || country == nil {
		return nil
	}
	var unused []Who
	seen := make(map[Who]bool)
	check := func(w Who) {
		if w == (Who{}) || seen[w] {
			return
		}
		seen[w] = true
		if w.Merchant != "" && !merchant(w.Merchant) || w.Country != "" && !country(w.Country) {
			unused = append(unused, w)
		}
	}
	for _, r := range p.use.rules {
		check(r.who)
	}
	for _, r := range p.targets.rules {
		check(r.who)
	}
	return unused
}

// A Who names whom a rule is for: a merchant, a country, or, with neither, all
// others. Names are in the form that messages have them in.
type Who struct{ Merchant, Country string }

// String returns "merchant 72", "country FR" or "default".
func (w Who) String() string {
	switch {
	case w.Merchant != "":
		return "merchant " + w.Merchant
	case w.Country != "":
		return "country " + w.Country
	}
	return "default"
}

// A rule gives those it is for a value.
type rule[T any] struct {
	who   Who
	value T
}

// A choice is what merchants, countries and all others are given.
type choice[T any] struct {
	rules []rule[T] // in the policy's order
	by    map[Who]T
}

func (c *choice[T]) add(who Who, value T) {
	if c.by == nil {
		c.by = make(map[Who]T)
	}
	c.rules = append(c.rules, rule[T]{who, value})
	c.by[who] = value
}

// of returns the value of a merchant in a country: the merchant's own, else the
// country's, else that of all others.
func (c *choice[T]) of(merchant, country string) (value T, ok bool) {
	if merchant != "" {
		if value, ok = c.by[Who{Merchant: merchantName(merchant)}]; ok {
			return value, true
		}
	}
	if country != "" {
		if value, ok = c.by[Who{Country: countryName(country)}]; ok {
			return value, true
		}
	}
	value, ok = c.by[Who{}]
	return value, ok
}

// merchantName returns an id as messages have it: 72.0 is 72.
func merchantName(text string) string { return string(idtext.Canonical([]byte(text))) }

// countryName returns a country as messages have it: two ASCII letters in upper
// case, anything else as it is.
func countryName(text string) string {
	if len(text) == 2 && isLetter(text[0]) && isLetter(text[1]) {
		return strings.ToUpper(text)
	}
	return text
}

func isLetter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }
