package policy

import (
	"strings"

	"github.com/sav-analytics/sav/internal/idtext"
)

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
