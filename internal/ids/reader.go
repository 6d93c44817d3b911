package ids

import (
	"bytes"
	"hash/maphash"

	"github.com/sav-analytics/sav/internal/swar"
)

// A Reader gives the words of rows ids. It is of one goroutine.
type Reader struct {
	dict *Dict

	recent   *[recentWords]recentWord // made at the first
	prefixes [recentPrefixes]recentPrefix

	own     []packed // a block
	used    int      // words of it
	nextOwn uint32   // the number of its first

	users     [3]recentWord // the user ids seen last
	userTexts [3]userText   // those that are no words
	others    ID            // users that had no id yet

	texts Texts // of ids that are InBatch
}

// A Use is what ids of a field are needed for.
type Use uint8

// Values of Use.
const (
	Shared   Use = iota // equal words have equal ids
	OwnEach             // each has an id of its own, which Dict.Share makes equal to others
	InBatch             // equal only if the words are, of those that Hand hands on together
	InOneRow            // equal within the row
)

// NewReader returns a reader of words that are kept in dict.
func NewReader(dict *Dict) Reader { return Reader{dict: dict} }

type recentWord struct {
	word Word
	id   ID
}

const recentWords = 1 << 12

// Hand puts the texts of the ids that were [InBatch] into t, and begins anew.
func (r *Reader) Hand(t *Texts) {
	*t, r.texts = r.texts, *t
	r.texts.Reset()
}

// Read does what [ReadWord] does, and returns the id of the word as ID does. UUIDs in lower
// case are read here, without a call: where they are, nothing else takes as long.
func (r *Reader) Read(text []byte, p int, as Use, field uint8) (id ID, length int) {
	if t, ok := uuidAt(text, p); ok {
		first, second, third, fourth := uuidDigits(t)
		a, wrongA := hexDigits(first, lowerLetters)
		b, wrongB := hexDigits(second, lowerLetters)
		c, wrongC := hexDigits(third, lowerLetters)
		d, wrongD := hexDigits(fourth, lowerLetters)
		if (wrongA|wrongB|wrongC|wrongD)&(0xf0*swar.Ones) == 0 {
			w := Word{a<<4 | b, c<<4 | d, lowerUUID}
			if as == InOneRow {
				return r.rowID(field, w), UUIDLength
			}
			return r.idOf(w, as), UUIDLength
		}
	}
	w, length := ReadWord(text, p)
	if length == 0 {
		return Absent, 0
	}
	return r.ID(w, as, field), length
}

// ID returns the id of a word, for a use. Of words that are equal within the row, field is 0
// to 2: the one of a row's three fields that it is in.
func (r *Reader) ID(w Word, as Use, field uint8) ID {
	if w.form == shortWord {
		if id, ok := r.numbered(w); ok {
			return id
		}
	}
	if as == InOneRow {
		return r.rowID(field, w)
	}
	return r.idOf(w, as)
}

// idOf does what ID does of a word whose id is not of a row.
func (r *Reader) idOf(w Word, as Use) ID {
	if as == OwnEach {
		return r.ownID(w)
	}
	hash := w.hash(r.dict.wordSeed)
	if as == InBatch {
		return r.texts.idOf(hash, w)
	}
	if r.recent == nil {
		r.recent = new([recentWords]recentWord)
	}
	recent := &r.recent[hash%recentWords]
	if recent.word != w || recent.id == Absent {
		*recent = recentWord{w, r.dict.word(hash, w)}
	}
	return recent.id
}

// ownID returns an id that no other has.
func (r *Reader) ownID(w Word) ID {
	if !r.hasRoom(1) {
		return r.dict.word(w.hash(r.dict.wordSeed), w)
	}
	r.own[r.used] = packed{w.high, w.low}
	r.used++
	return r.newOwn(w.form, w.hash(0), 1)
}

// ownTextID does what ownID does, of a text that is no word; ok is false if there is no
// room for it.
func (r *Reader) ownTextID(s []byte) (id ID, ok bool) {
	n := unitsOf(len(s))
	if n > wordsPerBlock || !r.hasRoom(n) {
		return Absent, false
	}
	appendUnits(r.own[:r.used], s)
	r.used += n
	return r.newOwn(ownText, maphash.Bytes(r.dict.seed, s), n), true
}

// newOwn returns the id of what was written last, in that many units.
func (r *Reader) newOwn(form wordForm, hash uint64, units int) ID {
	number := r.nextOwn + uint32(r.used-units)
	return kindOwnWord | ID(form)<<formShift | ID(hash>>hashShift)<<numberBits | ID(number)
}

// hasRoom makes room for n units, at most a block of them, and reports whether there is any.
func (r *Reader) hasRoom(n int) (ok bool) {
	if r.used+n <= len(r.own) {
		return true
	}
	free, err := r.dict.own.full(r.own, r.nextOwn)
	r.dict.fail(err)
	r.used = 0
	r.own, r.nextOwn, ok = r.dict.own.block(free)
	return ok
}

// rowID returns an id that another field of users has in the same row if its word is the
// same, and only then.
func (r *Reader) rowID(field uint8, w Word) ID {
	// The ids of words seen earlier may stay: those that are remembered are of different
	// words, or of none at first. Which of them is equal no branch predictor can tell.
	r.others++
	id := kindRowWord | r.others&index
	for i := range r.users {
		known := r.users[i]
		if known.word.different(w) == 0 {
			id = known.id
		}
	}
	r.users[int(field)%len(r.users)] = recentWord{w, id}
	return id
}

// TextID returns the id of a text that is not empty, as ID does that of a word.
func (r *Reader) TextID(s []byte, as Use, field uint8) ID {
	id, w, text := r.dict.split(s)
	switch {
	case w != Word{}:
		return r.ID(w, as, field)
	case text == nil:
		return id
	}
	switch as {
	case OwnEach:
		if id, ok := r.ownTextID(text); ok {
			return id
		}
	case InOneRow:
		return r.rowTextID(field, text)
	case InBatch:
		return r.texts.idOfText(maphash.Bytes(r.dict.seed, text), text)
	}
	return r.dict.text(text)
}

// A userText is the text of a user with its id.
type userText struct {
	text []byte
	id   ID
}

// rowTextID does what rowID does, of a text that is no word.
func (r *Reader) rowTextID(field uint8, s []byte) ID {
	last := &r.userTexts[int(field)%len(r.userTexts)]
	for i := range r.userTexts {
		if known := &r.userTexts[i]; known.id != Absent && bytes.Equal(known.text, s) {
			last.text, last.id = append(last.text[:0], s...), known.id
			return last.id
		}
	}
	r.others++
	last.text, last.id = append(last.text[:0], s...), kindRowWord|r.others&index
	return last.id
}
