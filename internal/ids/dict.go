package ids

import (
	"cmp"
	"errors"
	"hash/maphash"
	"math"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/sav-analytics/sav/internal/idtext"
)

// A Text is the code of a text in a [Dict]. Equal texts have equal codes; codes
// have no order that means anything.
type Text uint32

// A Dict holds the texts of an input once each: ids that are no plain integers,
// countries, pairs of ids. It may be used from several goroutines at once.
type Dict struct {
	seed     maphash.Seed
	texts    interner // countries: apart from ids, so that their codes are small
	ids      interner // those that are no words
	wordSeed uint64
	words    [wordForms]wordTable
	own      ownWords
	prefixes prefixTable
	pairs    pairTable
	full     atomic.Bool // a text, a word or a pair had no room
	failed   atomic.Pointer[error]
}

// A pairTable numbers pairs of ids that an ID cannot hold itself.
type pairTable struct {
	mu    sync.RWMutex
	index map[[2]ID]uint32
	keys  [][2]ID
}

// maxPairs is the greatest number of a pair. Tests change it.
var maxPairs int64 = math.MaxUint32

// NewDict returns an empty dictionary.
func NewDict() *Dict { return &Dict{seed: maphash.MakeSeed(), wordSeed: rand.Uint64()} }

// Text returns the code of s, and adds s if it is new. The dictionary keeps no
// reference to s.
func (d *Dict) Text(s []byte) Text { return Text(d.number(&d.texts, s)) }

// number returns the number of s in one of the dictionary's sets.
func (d *Dict) number(in *interner, s []byte) uint32 {
	number, ok := in.number(maphash.Bytes(d.seed, s), s)
	if !ok {
		d.full.Store(true)
	}
	return number
}

// Err returns an error if the dictionary had no room for a text or a pair, or if its file
// could not be written or read. Then ids and texts that it returned may be those of others.
func (d *Dict) Err() error {
	if err := d.failed.Load(); err != nil {
		return *err
	}
	if d.full.Load() {
		return errFull
	}
	return nil
}

// fail keeps the first error of the file.
func (d *Dict) fail(err error) {
	if err != nil {
		d.failed.CompareAndSwap(nil, &err)
	}
}

var errFull = errors.New("the input has more ids that are no integers than can be told apart: " +
	"some 4 thousand million, or 256 GiB of them")

// TextOf is the text whose code is t.
func (d *Dict) TextOf(t Text) string { return d.texts.text(uint32(t)) }

// ID returns the id whose text is s: trimmed already, valid UTF-8.
func (d *Dict) ID(s []byte) ID {
	if len(s) == 0 {
		return Absent
	}
	id, w, text := d.split(s)
	switch {
	case w != Word{}:
		return d.word(w.hash(d.wordSeed), w)
	case text != nil:
		return d.text(text)
	}
	return id
}

// split returns the id of a text that is not empty, if the id holds it; or the word that the
// text is; or the text, if it is neither.
func (d *Dict) split(s []byte) (id ID, w Word, text []byte) {
	s = idtext.Canonical(s)
	if id, ok := ParseInteger(s); ok {
		return id, w, nil
	}
	if id, ok := d.numbered(s); ok {
		return id, w, nil
	}
	if w, ok := WordOf(s); ok {
		return Absent, w, nil
	}
	return Absent, w, s
}

// text returns the id of a text that is no word and that no id holds.
func (d *Dict) text(s []byte) ID { return kindText | ID(d.number(&d.ids, s)) }

// word returns the id of a word, whose hash is given.
func (d *Dict) word(hash uint64, w Word) ID {
	n, ok := d.words[w.form].number(hash, packed{w.high, w.low})
	if !ok {
		d.full.Store(true)
	}
	return kindWord | ID(w.form)<<formShift | ID(n)
}

// wordOfID returns the word of an id, if it has one.
func (d *Dict) wordOfID(id ID) (w Word, ok bool) {
	var p packed
	switch form := id.form(); {
	case form >= wordForms:
	case id.kind() == kindWord:
		p, ok = d.words[form].word(uint32(id & number))
	case id.kind() == kindOwnWord:
		var err error
		p, ok, err = d.own.word(uint32(id & number))
		d.fail(err)
	}
	return Word{p.high, p.low, id.form()}, ok
}

// IsOwn reports whether an id is of a message alone: one of [OwnEach].
func (id ID) IsOwn() bool { return id.kind() == kindOwnWord }

// isOwnText reports whether an id is of a message alone, and its text no word.
func (id ID) isOwnText() bool { return id.IsOwn() && id.form() == ownText }

// ownText returns the text of such an id; nil if it has none.
func (d *Dict) ownText(id ID) []byte {
	if !id.isOwnText() {
		return nil
	}
	text, err := d.own.text(uint32(id & number))
	d.fail(err)
	return text
}

// Differ reports whether the texts of two ids that are surely differ. It may be false of
// texts that differ if one of the ids is of a message alone; [Dict.Share] knows more.
func (id ID) Differ(o ID) bool {
	switch {
	case id.IsOwn() && o.IsOwn():
		return id>>numberBits != o>>numberBits
	case id.IsOwn() || o.IsOwn():
		other := kindWord
		if id.isOwnText() || o.isOwnText() {
			other = kindText
		}
		return id.kind() != other && o.kind() != other
	}
	return id != o
}

// Share returns the id that all ids of its text have; id itself, unless it is of a message
// alone.
func (d *Dict) Share(id ID) ID {
	if !id.IsOwn() {
		return id
	}
	if text := d.ownText(id); text != nil {
		return d.text(text)
	}
	w, ok := d.wordOfID(id)
	if !ok {
		return id
	}
	return d.word(w.hash(d.wordSeed), w)
}

// Int returns the id whose text is the decimal form of n.
func (d *Dict) Int(n int64) ID {
	if n < 0 {
		return d.ID(strconv.AppendInt(nil, n, 10))
	}
	return d.Uint(uint64(n))
}

// Uint returns the id whose text is the decimal form of n.
func (d *Dict) Uint(n uint64) ID {
	if n > MaxInteger {
		return d.ID(strconv.AppendUint(nil, n, 10))
	}
	return Integer(n)
}

// Pair returns the id of a conversation that has none of its own: all that a
// client and a merchant wrote to each other is one.
func (d *Dict) Pair(client, merchant ID) ID {
	if client <= packedMax && merchant <= packedMax {
		return kindPackedPair | client<<packedBits | merchant
	}
	number, ok := d.pairs.number([2]ID{client, merchant})
	if !ok {
		d.full.Store(true)
	}
	return kindPair | ID(number)
}

// IDText is the text of id; empty if it is absent.
func (d *Dict) IDText(id ID) string { return string(d.AppendID(nil, id)) }

// AppendID appends the text of id to dst. A pair is shown as
// client_user_id/merchant_id.
func (d *Dict) AppendID(dst []byte, id ID) []byte {
	if id == Absent || id == Cut {
		return dst
	}
	switch {
	case id.isInteger():
		return strconv.AppendUint(dst, uint64(id-integerAfterIndex), 10)
	case id.isPair():
		client, merchant := d.pair(id)
		dst = d.AppendID(dst, client)
		dst = append(dst, '/')
		return d.AppendID(dst, merchant)
	case id.kind() == kindText:
		return append(dst, d.ids.text(uint32(id))...)
	case id.kind() == kindNumbered:
		return d.appendNumbered(dst, id)
	case id.isOwnText():
		return append(dst, d.ownText(id)...)
	}
	if w, ok := d.wordOfID(id); ok {
		return w.appendText(dst)
	}
	return dst
}

// pair returns the two ids of a pair.
func (d *Dict) pair(id ID) (client, merchant ID) {
	if id.isPackedPair() {
		return id &^ kindPackedPair >> packedBits, id & packedMax
	}
	p := id & index
	d.pairs.mu.RLock()
	defer d.pairs.mu.RUnlock()
	if uint64(p) >= uint64(len(d.pairs.keys)) {
		return Absent, Absent
	}
	key := d.pairs.keys[p]
	return key[0], key[1]
}

// IsInteger reports whether the text of id is -?[0-9]+.
func (d *Dict) IsInteger(id ID) bool {
	if _, ok := id.Integer(); ok {
		return true
	}
	return (id.kind() == kindText || id.kind() == kindNumbered || id.isOwnText()) && idtext.IsInteger(d.IDText(id))
}

// Compare orders two ids by their texts, as [Compare] does. Two pairs
// that are shown by one text are ordered by their parts.
func (d *Dict) Compare(a, b ID) int {
	if a == b {
		return 0
	}
	x, xok := a.Integer()
	y, yok := b.Integer()
	if xok && yok {
		return cmp.Compare(x, y)
	}
	if v, ok := d.wordOfID(a); ok {
		if w, ok := d.wordOfID(b); ok && v.form == w.form {
			return v.compare(w)
		}
	}
	if c := Compare(d.IDText(a), d.IDText(b)); c != 0 || !a.isPair() || !b.isPair() {
		return c
	}
	ac, am := d.pair(a)
	bc, bm := d.pair(b)
	return cmp.Or(d.Compare(ac, bc), d.Compare(am, bm))
}

func (t *pairTable) number(key [2]ID) (number uint32, ok bool) {
	t.mu.RLock()
	i, ok := t.index[key]
	t.mu.RUnlock()
	if ok {
		return i, true
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if i, ok := t.index[key]; ok {
		return i, true
	}
	if int64(len(t.keys)) > maxPairs {
		return 0, false
	}
	if t.index == nil {
		t.index = make(map[[2]ID]uint32)
	}
	i = uint32(len(t.keys))
	t.index[key] = i
	t.keys = append(t.keys, key)
	return i, true
}
