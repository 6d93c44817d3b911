package ids

import (
	"encoding/binary"
	"hash/maphash"
	"slices"

	"github.com/sav-analytics/sav/internal/ints"
)

// Texts are the texts of ids that a batch alone numbers, those of [InBatch]: each
// of them once, as a rule. A text takes units of 16 bytes: one if it is a [Word].
type Texts struct {
	words []hashedWord
	units []packed // of those that are no words

	seen []uint32 // their numbers, plus one, by hash: those seen last
}

// A hashedWord is a word with its hash, or a text: its word says then where its units are.
type hashedWord struct {
	Word
	hash uint64
}

// ownText is the form of what is no word.
const ownText = wordForms

// recentTexts is how many texts of a batch are remembered, by hash.
const recentTexts = 1 << 13

// InBatch returns the number of an id among the texts of its batch; ok is false if it is an
// id that all batches share.
func (id ID) InBatch() (n int, ok bool) { return int(id & index), id.kind() == kindRowWord }

// IsText reports whether an id is of a text that it does not hold itself: one of a dictionary
// or of a batch.
func (id ID) IsText() bool {
	return !id.isInteger() && (id.kind() == kindRowWord || id.kind() == kindWord || id.kind() == kindText)
}

// BatchID returns the id whose [ID.InBatch] is n.
func BatchID(n uint32) ID { return kindRowWord | ID(n) }

// Len returns the number of texts.
func (t *Texts) Len() int { return len(t.words) }

// Hash returns the hash of the n-th text, which is the same for one text and dictionary.
func (t *Texts) Hash(n int) uint64 { return t.words[n].hash }

// Units returns how many units the n-th text takes.
func (t *Texts) Units(n int) int {
	if w := &t.words[n]; w.form == ownText {
		return int(w.low)
	}
	return 1
}

// AllUnits returns how many units all texts take.
func (t *Texts) AllUnits() int { return len(t.words) + len(t.units) }

// Form returns the form of the n-th text, below 8: texts are equal when their forms and
// their units are.
func (t *Texts) Form(n int) uint8 { return uint8(t.words[n].form) }

// Put writes the units of the n-th text into dst.
func (t *Texts) Put(dst [][2]uint64, n int) {
	w := &t.words[n]
	if w.form != ownText {
		dst[0] = [2]uint64{w.high, w.low}
		return
	}
	for i, u := range t.units[w.high:][:w.low] {
		dst[i] = [2]uint64{u.high, u.low}
	}
}

// UnitsOf returns how many units a text of a form takes whose first unit is given.
func UnitsOf(form uint8, first [2]uint64) int {
	if form == uint8(ownText) {
		return unitsOf(int(uint32(first[0])))
	}
	return 1
}

// Add adds the text of an id that all batches of dict share, and returns its number; ok is
// false if the dictionary has no text for the id.
func (t *Texts) Add(dict *Dict, id ID) (n int, ok bool) {
	if id.isInteger() || id.kind() != kindWord && id.kind() != kindText {
		return 0, false
	}
	if w, ok := dict.wordOfID(id); ok {
		return t.idOf(w.hash(dict.wordSeed), w).InBatch()
	}
	text := dict.AppendID(nil, id)
	return t.idOfText(maphash.Bytes(dict.seed, text), text).InBatch()
}

// Reset empties t, and keeps its memory.
func (t *Texts) Reset() { t.words, t.units, t.seen = t.words[:0], t.units[:0], t.seen[:0] }

// Append appends the n-th text to dst.
func (t *Texts) Append(dst []byte, n int) []byte {
	units := make([][2]uint64, t.Units(n))
	t.Put(units, n)
	return AppendUnits(dst, t.Form(n), units)
}

// AppendUnits appends the text of a form and these units to dst.
func AppendUnits(dst []byte, form uint8, units [][2]uint64) []byte {
	switch {
	case len(units) == 0:
	case form < uint8(wordForms):
		return Word{units[0][0], units[0][1], wordForm(form)}.appendText(dst)
	case form == uint8(ownText):
		bytes := make([]byte, 0, len(units)*packedBytes)
		for _, u := range units {
			bytes = packed{u[0], u[1]}.append(bytes)
		}
		return append(dst, textIn(bytes)...)
	}
	return dst
}

// idOf returns the id of a word with a hash.
func (t *Texts) idOf(hash uint64, w Word) ID {
	seen := t.seenAt(hash)
	if n := *seen; n > 0 && t.words[n-1].Word == w {
		return BatchID(n - 1)
	}
	return t.add(seen, hash, w)
}

// idOfText returns the id of a text that is no word, with a hash.
func (t *Texts) idOfText(hash uint64, s []byte) ID {
	from := len(t.units)
	t.units = appendUnits(t.units, s)
	seen := t.seenAt(hash)
	if n := *seen; n > 0 && t.words[n-1].hash == hash && t.words[n-1].form == ownText {
		if known := &t.words[n-1]; slices.Equal(t.units[known.high:][:known.low], t.units[from:]) {
			t.units = t.units[:from]
			return BatchID(n - 1)
		}
	}
	return t.add(seen, hash, Word{uint64(from), uint64(len(t.units) - from), ownText})
}

// seenAt returns the place that says which text of a hash was seen last.
func (t *Texts) seenAt(hash uint64) *uint32 {
	if len(t.seen) == 0 {
		t.seen = ints.Resize(t.seen, recentTexts)
		clear(t.seen)
	}
	return &t.seen[hash%recentTexts]
}

func (t *Texts) add(seen *uint32, hash uint64, w Word) ID {
	t.words = append(t.words, hashedWord{w, hash})
	*seen = uint32(len(t.words)) // a batch has less than 1<<32 rows
	return BatchID(*seen - 1)
}

// A text in units is its length in bytes, in textLength bytes, the text, and zeros.
const textLength = 4

func unitsOf(length int) int { return (textLength + length + packedBytes - 1) / packedBytes }

// appendUnits appends the units of a text to dst.
func appendUnits(dst []packed, s []byte) []packed {
	var unit [packedBytes]byte
	binary.LittleEndian.PutUint32(unit[:], uint32(len(s)))
	s = s[copy(unit[textLength:], s):]
	dst = append(dst, unpacked(unit[:]))
	for len(s) > 0 {
		unit = [packedBytes]byte{}
		s = s[copy(unit[:], s):]
		dst = append(dst, unpacked(unit[:]))
	}
	return dst
}

// textIn returns the text in the bytes of units; nil if they are too few.
func textIn(units []byte) []byte {
	if len(units) < textLength {
		return nil
	}
	n := binary.LittleEndian.Uint32(units)
	if uint64(len(units)-textLength) < uint64(n) {
		return nil
	}
	return units[textLength:][:n]
}

func unpacked(unit []byte) packed {
	return packed{binary.LittleEndian.Uint64(unit), binary.LittleEndian.Uint64(unit[8:])}
}

// append appends the bytes of a unit to dst.
func (p packed) append(dst []byte) []byte {
	return binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(dst, p.high), p.low)
}
