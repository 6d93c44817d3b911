package intake

import (
	"bytes"
	"unicode/utf8"

	"github.com/sav-analytics/sav/internal/idtext"
)

// Clean returns a value without Unicode's white space around it, and with U+FFFD
// for what is not valid UTF-8, which valid reports.
func Clean(s []byte) (clean []byte, valid bool) {
	s = bytes.TrimSpace(s)
	if utf8.Valid(s) {
		return s, true
	}
	return ValidUTF8(s), false
}

// InvalidUTF8 returns [FlagInvalidUTF8] if a row's text is ill-formed, else no flag.
func InvalidUTF8(row []byte) Flags {
	if utf8.Valid(row) {
		return 0
	}
	return FlagInvalidUTF8
}

// IsNull reports whether a text is a word for nothing, as databases, pandas and
// spreadsheets write it.
func IsNull(s []byte) bool {
	if len(s) > 4 {
		return false
	}
	switch string(s) {
	case `\N`, "NULL", "null", "None", "NaN", "nan", "<NA>", "NA", "N/A", "#N/A":
		return true
	}
	return false
}

// isCut reports whether an id is in scientific notation, as a spreadsheet writes a
// long number: -?[0-9]([.,][0-9]+)?[eE]\+[0-9]+.
func isCut(s []byte) bool {
	if len(s) > 0 && s[0] == '-' {
		s = s[1:]
	}
	if len(s) < len("1e+5") || s[0]-'0' > 9 {
		return false
	}
	s = s[1:]
	if s[0] == '.' || s[0] == ',' {
		n := countDigits(s[1:])
		if n == 0 {
			return false
		}
		s = s[1+n:]
	}
	if len(s) < len("e+5") || s[0]|0x20 != 'e' || s[1] != '+' {
		return false
	}
	return countDigits(s[2:]) == len(s)-2
}

// countDigits returns the number of digits that s begins with.
func countDigits(s []byte) int {
	for i, c := range s {
		if c-'0' > 9 {
			return i
		}
	}
	return len(s)
}

// parseFlag reads a value that is true or false.
func parseFlag(s []byte) (on, ok bool) {
	s = idtext.Canonical(s)
	var buf [len("false")]byte
	if len(s) > len(buf) {
		return false, false
	}
	switch string(bytes.ToLower(append(buf[:0], s...))) {
	case "true", "t", "1", "yes", "y", "on":
		return true, true
	case "false", "f", "0", "no", "n", "off":
		return false, true
	}
	return false, false
}

// ValidUTF8 replaces each maximal part of s that begins a character but does
// not complete it, and each byte that begins none, by one U+FFFD: the practice
// that the Unicode standard recommends (chapter 3.9), and that of Python.
func ValidUTF8(s []byte) []byte {
	if utf8.Valid(s) {
		return s
	}
	out := make([]byte, 0, len(s)+len(s)/2)
	for len(s) > 0 {
		r, n := utf8.DecodeRune(s)
		if r == utf8.RuneError && n == 1 {
			n = brokenPart(s)
		}
		out = utf8.AppendRune(out, r)
		s = s[n:]
	}
	return out
}

// brokenPart returns the length of the ill-formed part that s begins with: its
// bytes up to the first that no character could continue with.
func brokenPart(s []byte) int {
	for n := 1; n < len(s) && n < utf8.UTFMax; n++ {
		// The first n+1 bytes begin a character exactly when they would be
		// incomplete rather than wrong.
		if utf8.FullRune(s[: n+1 : n+1]) {
			return n
		}
	}
	return min(len(s), utf8.UTFMax-1)
}
