package jsonfile

import (
	"bytes"
	"strings"

	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/swar"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/internal/value"
)

// A key is a key of an object, at one place among the keys of objects that hold it.
type key struct {
	name   string    // with those of the objects that hold it, outer.inner
	quoted string    // as it stands in the text, with the colon, if nothing is escaped
	begins [2]uint64 // the first bytes of that, and which bytes of 16 they are
	are    [2]uint64
	next   *key // the one that followed it last

	known  bool // it was looked up, and the rest says what it is
	late   bool // it has a meaning and is not in the header
	kind   kind
	id     *source.ID
	fields []source.Field
	mask   source.Columns // of the fields
	seen   func()         // not nil: to be called when it occurs

	inner *keys // of an object that it holds
}

type kind uint8

const (
	skipKey kind = iota
	idKey
	timeKey
	countryKey
	otherKey // read by source.Parser alone
)

// keys are those of the objects at one place.
type keys struct {
	prefix string
	first  *key
	byText map[string]*key
}

// maxKeys is how many keys are remembered; there may be any number.
const maxKeys = 1 << 14

// A rowReader reads the values of an object into a message. It is of one goroutine.
type rowReader struct {
	text
	parser     *source.Parser
	message    source.Message
	times      value.Times
	root       *keys
	remembered int // keys
	// lookup says what a key is that is not known.
	lookup func(*key)
	// arrayOf, if not nil, is called of a key that holds an array of objects.
	arrayOf func(*key)
	// late is the first key of the object that has a meaning and is not in the header.
	late string
	// blank is whether all values were empty.
	blank bool
	// set has the fields that were set; twice says that one was so again.
	set   source.Columns
	twice bool
	// values, if not nil, takes the values in place of the message.
	values  *[source.NumFields][]byte
	scratch []byte
}

// row reads an object behind its brace.
func (r *rowReader) row(p int) int {
	end := r.read(p)
	if r.twice && end >= 0 {
		// Of a key that occurs twice the last counts, which a message does not tell.
		r.values = new([source.NumFields][]byte)
		r.read(p)
		for f, value := range r.values {
			if value != nil {
				r.parser.Set(&r.message, source.Field(f), value)
			}
		}
		r.values = nil
	}
	if r.illFormed {
		r.message.Flags |= source.FlagInvalidUTF8
	}
	return end
}

func (r *rowReader) read(p int) int {
	r.parser.Start(&r.message)
	r.blank, r.late, r.illFormed, r.set, r.twice = true, "", false, 0, false
	return r.members(p, r.root, 0)
}

// members reads an object behind its brace, whose keys are of those.
func (r *rowReader) members(p int, of *keys, depth int) int {
	if depth >= maxDepth {
		return r.fail(p)
	}
	if p = r.space(p); r.b[p] == '}' {
		return p + 1
	}
	for likely := &of.first; ; {
		if r.b[p] != '"' {
			return r.fail(p)
		}
		k := *likely
		if k != nil && k.at(r.b, p) {
			p += len(k.quoted)
		} else {
			q, escaped := r.string(p + 1)
			if q < 0 {
				return -1
			}
			k = r.key(of, r.b[p+1:q], escaped)
			*likely = k
			if p = r.space(q + 1); r.b[p] != ':' {
				return r.fail(p)
			}
			p++
		}
		likely = &k.next
		p = r.space(p)
		if r.b[p] == '{' {
			if k.inner == nil {
				k.inner = &keys{prefix: k.name + ".", byText: make(map[string]*key)}
			}
			if len(k.fields) > 0 {
				r.take(k, nil)
			}
			p = r.members(p+1, k.inner, depth+1)
		} else {
			if !k.known {
				r.lookup(k)
			}
			if k.late && r.late == "" {
				r.late = k.name
			}
			if k.seen != nil {
				k.seen()
			}
			p = r.value(k, p, depth)
		}
		r.twice = r.twice || r.set&k.mask != 0
		r.set |= k.mask
		if p < 0 {
			return -1
		}
		switch p = r.space(p); r.b[p] {
		case ',':
			p = r.space(p + 1)
		case '}':
			return p + 1
		default:
			return r.fail(p)
		}
	}
}

// key returns the key of that text.
func (r *rowReader) key(of *keys, text []byte, escaped bool) *key {
	name := text
	if escaped {
		name = unescape(nil, text)
	}
	if k := of.byText[string(name)]; k != nil {
		return k
	}
	k := &key{name: of.prefix + strings.ToValidUTF8(string(name), "\uFFFD"), quoted: `"` + string(text) + `":`}
	var begins [16]byte
	for i := range copy(begins[:], k.quoted) {
		k.are[i/8] |= 0xff << (i % 8 * 8)
	}
	k.begins = [2]uint64{swar.Load(begins[:], 0), swar.Load(begins[:], 8)}
	if r.remembered < maxKeys {
		r.remembered++
		of.byText[string(name)] = k
	}
	return k
}

// at reports whether the key and a colon stand at b[p:].
func (k *key) at(b []byte, p int) bool {
	if (swar.Load(b, p)^k.begins[0])&k.are[0]|(swar.Load(b, p+8)^k.begins[1])&k.are[1] != 0 {
		return false
	}
	return len(k.quoted) <= 16 || len(b)-p > len(k.quoted) && string(b[p+16:p+len(k.quoted)]) == k.quoted[16:]
}

// value reads the value of a key, which is no object.
func (r *rowReader) value(k *key, p, depth int) int {
	switch c := r.b[p]; {
	case c == '"':
		return r.stringValue(k, p+1)
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
		// Most integers have few digits: a call less.
		x := swar.Load(r.b, p) ^ swar.Zeros
		n := swar.First(swar.NonDigits(x))
		if n > 0 && (x&0xff != 0 || n == 1) && !goesOn(r.b[p+n]) {
			*k.id = ids.Integer(swar.Digits(x << (64 - 8*n)))
			r.blank = false
			return p + n
		}
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
				r.message.Flags |= source.FlagAmbiguousLocal
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
