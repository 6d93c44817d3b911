package ids

import "github.com/sav-analytics/sav/internal/ints"

// A Reader gives the words of rows ids. It is of one goroutine.
type Reader struct {
	dict *Dict

	recent   *[recentWords]recentWord // made at the first
	prefixes [recentPrefixes]recentPrefix

	own     []packed // a block
	used    int      // words of it
	nextOwn uint32   // the number of its first

	users  [3]recentWord // the user ids seen last
	others ID            // users that had no id yet

	later []laterWord // conversations without an id so far
	order []uint32    // these by shard
	ids   []ID        // and the ids that they have in the end
}

// A Use is what ids of a field are needed for.
type Use uint8

// Values of Use.
const (
	Shared      Use = iota // equal words have equal ids
	OwnEach                // each has an id of its own, which Dict.Share makes equal to others
	SharedLater            // equal words have equal ids once they are settled
	InOneRow               // equal within the row
)

// NewReader returns a reader of words that are kept in dict.
func NewReader(dict *Dict) Reader { return Reader{dict: dict} }

type recentWord struct {
	word Word
	id   ID
}

const recentWords = 1 << 12

// A laterWord is a word with its hash.
type laterWord struct {
	Word
	hash uint64
}

// Settle gives those of some ids that are [SharedLater] the ids of their words. It looks
// those of one shard up together: a core then waits for the memory of many at once, which
// takes a third of the time of one lookup a row.
func (r *Reader) Settle(conversations []ID) {
	if len(r.later) == 0 {
		return
	}
	var ends [int(wordForms) * shards]uint32
	shardOf := func(w *laterWord) uint64 { return uint64(w.form)<<shardBits | w.hash>>(64-shardBits) }
	for i := range r.later {
		ends[shardOf(&r.later[i])]++
	}
	from := uint32(0)
	for i, n := range ends {
		ends[i], from = from, from+n
	}
	r.order, r.ids = ints.Resize(r.order, len(r.later)), ints.Resize(r.ids, len(r.later))
	for i := range r.later {
		end := &ends[shardOf(&r.later[i])]
		r.order[*end] = uint32(i)
		*end++
	}
	from = 0
	for i, to := range ends {
		if from < to {
			form := wordForm(i >> shardBits)
			kind := kindWord | ID(form)<<formShift | ID(i%shards)
			if !r.dict.words[form][i%shards].numberAll(r.later, r.order[from:to], r.ids, kind) {
				r.dict.full.Store(true)
			}
		}
		from = to
	}
	for i, id := range conversations {
		if id.kind() == kindRowWord {
			conversations[i] = r.ids[id&index]
		}
	}
	r.later = r.later[:0]
}

// ID returns the id of a word, for a use. Of words that are equal within the row, field is 0
// to 2: the one of a row's three fields that it is in.
func (r *Reader) ID(w Word, as Use, field uint8) ID {
	if w.form == shortWord {
		if id, ok := r.numbered(w); ok {
			return id
		}
	}
	switch as {
	case OwnEach:
		return r.ownID(w)
	case InOneRow:
		return r.rowID(field, w)
	case SharedLater:
		r.later = append(r.later, laterWord{w, w.hash(r.dict.wordSeed)})
		return kindRowWord | ID(len(r.later)-1)
	}
	if r.recent == nil {
		r.recent = new([recentWords]recentWord)
	}
	hash := w.hash(r.dict.wordSeed)
	recent := &r.recent[hash%recentWords]
	if recent.word != w || recent.id == Absent {
		*recent = recentWord{w, r.dict.word(hash, w)}
	}
	return recent.id
}

// ownID returns an id that no other has.
func (r *Reader) ownID(w Word) ID {
	if r.used == len(r.own) {
		free, err := r.dict.own.full(r.own, r.nextOwn)
		r.dict.fail(err)
		var ok bool
		if r.own, r.nextOwn, ok = r.dict.own.block(free); !ok {
			r.used = 0
			return r.dict.word(w.hash(r.dict.wordSeed), w)
		}
		r.used = 0
	}
	r.own[r.used] = packed{w.high, w.low}
	r.used++
	number := r.nextOwn + uint32(r.used-1)
	return kindOwnWord | ID(w.form)<<formShift | ID(w.hash(0)>>hashShift)<<numberBits | ID(number)
}

// rowID returns an id that another field of users has in the same row if its word is the
// same, and only then.
func (r *Reader) rowID(field uint8, w Word) ID {
	// The ids of words seen earlier may stay: those that are remembered are of different
	// words.
	last := &r.users[int(field)%len(r.users)]
	for i := range r.users {
		if r.users[i].word == w && r.users[i].id != Absent {
			*last = r.users[i]
			return last.id
		}
	}
	r.others++
	*last = recentWord{w, kindRowWord | r.others&index}
	return last.id
}
