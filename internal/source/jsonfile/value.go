package jsonfile

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/value"
	"github.com/sav-analytics/sav/internal/swar"
)

// value reads the value of a key, which is no object and no string.
func (r *rowReader) value(k *key, p, depth int) int {
	switch c := r.b[p]; {
	case c == '[':
		if r.arrayOf != nil && r.b[r.space(p+1)] == '{' {
			r.arrayOf(k)
		}
		r.take(k, nil)
		return r.array(p+1, depth+1)
	case c == 'n' || c == 'N':
		r.take(k, nil)
		return r.scalar(p)
	case k.kind == idKey && r.values == nil:
		if id, n := swar.Integer(r.b, p); n > 0 && !goesOn(r.b[p+n]) {
			*k.id = ids.Integer(id)
			r.blank = false
			return p + n
		}
	}
	q := r.scalar(p)
	if q >= 0 {
		r.blank = false
		r.take(k, r.b[p:q])
	}
	return q
}

// goesOn reports whether a number goes on with c.
func goesOn(c byte) bool { return c-'0' <= 9 || c == '.' || c|0x20 == 'e' }

// stringValue reads a value that is a string, behind its quote.
func (r *rowReader) stringValue(k *key, p int) int {
	kind := k.kind
	if r.values != nil {
		kind = otherKey
	}
	switch kind {
	case idKey:
		if id, n := swar.Integer(r.b, p); n > 0 && r.b[p+n] == '"' {
			*k.id = ids.Integer(id)
			r.blank = false
			return p + n + 1
		}
		if w, n := ids.ReadWord(r.b, p); n > 0 && r.b[p+n] == '"' {
			*k.id = r.parser.Word(k.fields[0], w)
			r.blank = false
			return p + n + 1
		}
	case timeKey:
		if at, ambiguous, n := r.times.Read(r.b, p); n > 0 && r.b[p+n] == '"' {
			r.message.CreatedAt = at
			if ambiguous {
				r.message.Flags |= intake.FlagAmbiguousLocal
			}
			r.blank = false
			return p + n + 1
		}
	case countryKey:
		if country, ok := r.parser.KnownCountry(r.b[p], r.b[p+1]); ok && r.b[p+2] == '"' {
			r.message.Country = country
			r.blank = false
			return p + 3
		}
	}
	q, escaped := r.string(p)
	if q < 0 {
		return -1
	}
	text := r.b[p:q]
	if escaped && (r.blank || k.kind != skipKey) {
		r.scratch = unescape(r.scratch[:0], text)
		text = r.scratch
	}
	if r.blank && len(text) > 0 {
		r.blank = len(bytes.TrimSpace(text)) == 0
	}
	r.take(k, text)
	return q + 1
}

// take gives the message what a key's value says.
func (r *rowReader) take(k *key, value []byte) {
	for _, f := range k.fields {
		if r.values != nil {
			r.values[f] = append([]byte{}, value...)
			continue
		}
		r.parser.Set(&r.message, f, value)
	}
}

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
