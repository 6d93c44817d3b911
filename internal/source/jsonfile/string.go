package jsonfile

import (
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sav-analytics/sav/internal/source/value"
	"github.com/sav-analytics/sav/internal/swar"
)

// string reads a string whose text begins at b[p:], behind the quote. It returns the place
// of the closing quote, and whether the text has escapes.
func (t *text) string(p int) (q int, escaped bool) {
	const quotes, backslashes = '"' * swar.Ones, '\\' * swar.Ones
	from, all := p, uint64(0)
	for {
		w := swar.Load(t.b, p)
		all |= w
		found := swar.ZeroBytes(w^quotes) | swar.ZeroBytes(w^backslashes) | swar.Controls(w)
		if found == 0 {
			p += 8
			continue
		}
		p += swar.First(found)
		switch t.b[p] {
		case '"':
			if all&swar.Highs != 0 && !value.ValidUTF8(t.b, from, p) {
				t.illFormed = true
			}
			return p, escaped
		case '\\':
			escaped = true
			if p = t.escape(p + 1); p < 0 {
				return -1, false
			}
		default:
			return t.fail(p), false
		}
	}
}

// escape reads what follows a backslash.
func (t *text) escape(p int) int {
	switch t.b[p] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return p + 1
	case 'u':
		for i := 1; i <= 4; i++ {
			if hexDigit(t.b[p+i]) < 0 {
				return t.fail(p + i)
			}
		}
		return p + 5
	}
	return t.fail(p)
}

func hexDigit(c byte) rune {
	switch {
	case c >= '0' && c <= '9':
		return rune(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return rune(c|0x20-'a') + 10
	}
	return -1
}

// unescape appends to dst what the text of a string, which was read, stands for. Half of a
// pair of surrogates becomes U+FFFD.
func unescape(dst, s []byte) []byte {
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			dst = append(dst, s[i])
			continue
		}
		i++
		switch s[i] {
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		case 'u':
			r := hexRune(s[i+1:])
			i += 4
			if utf16.IsSurrogate(r) {
				pair := utf8.RuneError
				if i+6 < len(s) && s[i+1] == '\\' && s[i+2] == 'u' {
					pair = utf16.DecodeRune(r, hexRune(s[i+3:]))
				}
				if r = pair; pair != utf8.RuneError {
					i += 6
				}
			}
			dst = utf8.AppendRune(dst, r)
		default:
			dst = append(dst, s[i])
		}
	}
	return dst
}

// hexRune returns the value of four hexadecimal digits.
func hexRune(s []byte) (r rune) {
	for _, c := range s[:4] {
		r = r<<4 | hexDigit(c)
	}
	return r
}
