package jsonfile

import "github.com/sav-analytics/sav/internal/swar"

// Valid reports whether a text is one JSON value, between white space.
func Valid(s []byte) bool {
	t := &text{b: append(append([]byte{}, s...), make([]byte, swar.Padding)...), end: len(s)}
	p := t.skip(t.space(0), 0)
	return p >= 0 && t.space(p) == len(s)
}

// Unescape returns what the text of a string stands for.
func Unescape(s string) string { return string(unescape(nil, []byte(s))) }
