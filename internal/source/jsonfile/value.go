package jsonfile

import (
	"bytes"

	"github.com/sav-analytics/sav/internal/intake"

	"github.com/sav-analytics/sav/internal/ids"
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
