package jsonfile

import (
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
)

// A key is a key of an object, at one place among the keys of objects that hold it.
type key struct {
	name string // with those of the objects that hold it, outer.inner

	known   bool // it was looked up, and the rest says what it is
	regular bool // known, not late, and nobody wants to know that it occurs
	late    bool // it has a meaning and is not in the header
	kind    kind
	id      *source.ID
	fields  []source.Field
	mask    source.Columns // of the fields
	seen    func()         // not nil: to be called when it occurs

	inner *keys // of an object that it holds
}

type kind uint8

const (
	skipKey kind = iota
	idKey
	timeKey
	countryKey
	roleKey
	otherKey // read by intake.Parser alone
)

// keys are those of the objects at one place.
type keys struct {
	prefix string
	outer  *keys // that have these in their object; nil for those of a row
	depth  int   // the number of objects around
	byText map[string]*key
	pieces map[string]*piece // that follow a value there
}

func newKeys(prefix string, outer *keys, depth int) *keys {
	return &keys{prefix: prefix, outer: outer, depth: depth,
		byText: make(map[string]*key), pieces: make(map[string]*piece)}
}

// maxKeys is how many keys are remembered; there may be any number.
const maxKeys = 1 << 14

// key returns the key of that text.
func (r *rowReader) key(of *keys, text []byte, escaped bool) *key {
	name := text
	if escaped {
		name = unescape(nil, text)
	}
	if k := of.byText[string(name)]; k != nil {
		return k
	}
	k := &key{name: of.prefix + string(intake.ValidUTF8(name))}
	if r.remembered < maxKeys {
		r.remembered++
		of.byText[string(name)] = k
	}
	return k
}

// object returns the keys of the objects that k holds; k is one of those of.
func (k *key) object(of *keys) *keys {
	if k.inner == nil {
		k.inner = newKeys(k.name+".", of, of.depth+1)
	}
	return k.inner
}

// meet is called of a key that occurs with a value that is no object.
func (r *rowReader) meet(k *key) {
	if !k.known {
		r.lookup(k)
	}
	if k.late && r.late == "" {
		r.late = k.name
	}
	if k.seen != nil {
		k.seen()
	}
}
