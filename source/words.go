package source

import (
	"sync"

	"github.com/sav-analytics/sav/internal/ints"
)

// packed is what tells a word from others of its form.
type packed struct{ high, low uint64 }

// A wordTable numbers the words of one form. It may be used from several goroutines at
// once, as an interner may, which it is much like: but no word is longer than another.
type wordTable [shards]wordShard

// A wordShard is a hash table with open addressing over words in blocks, which stay where
// they are as it grows.
type wordShard struct {
	mu     sync.Mutex
	slots  []textSlot
	blocks [][]packed // of wordsPerBlock each, but the last
	words  int

	touched uint64 // of no meaning: so that what touch loads is used
}

const wordsPerBlock = 1 << 9

// number returns the number of w, whose hash is given, and adds it if it is new. ok is
// false if there is no room for it.
func (t *wordTable) number(hash uint64, w packed) (number uint32, ok bool) {
	shard := hash >> (64 - shardBits)
	number, ok = t[shard].number(uint32(hash), w)
	return number<<shardBits | uint32(shard), ok
}

// word returns the word of that number; ok is false if there is none.
func (t *wordTable) word(number uint32) (w packed, ok bool) {
	s := &t[number%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	i := number >> shardBits
	if uint64(i) >= uint64(s.words) {
		return packed{}, false
	}
	return s.word(i), true
}

func (s *wordShard) word(i uint32) packed { return s.blocks[i/wordsPerBlock][i%wordsPerBlock] }

func (s *wordShard) number(hash uint32, w packed) (number uint32, ok bool) {
	s.mu.Lock()
	number, ok = s.locked(hash, w) // no defer: that takes longer than the rest of a lock
	s.mu.Unlock()
	return number, ok
}

func (s *wordShard) locked(hash uint32, w packed) (number uint32, ok bool) {
	if 4*s.words >= 3*len(s.slots) {
		s.slots = grown(s.slots)
	}
	mask := uint32(len(s.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		slot := &s.slots[i]
		if slot.number == 0 {
			break
		}
		if slot.hash == hash && s.word(slot.number-1) == w {
			return slot.number - 1, true
		}
	}
	if s.words >= maxShardTexts {
		return 0, false
	}
	if s.words%wordsPerBlock == 0 {
		s.blocks = append(s.blocks, make([]packed, wordsPerBlock))
	}
	s.blocks[s.words/wordsPerBlock][s.words%wordsPerBlock] = w
	s.words++
	insert(s.slots, textSlot{hash, uint32(s.words)})
	return uint32(s.words) - 1, true
}

// A wordReader gives the words of rows ids. It is of one goroutine.
type wordReader struct {
	dict *Dict
	as   [NumFields]wordUse

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

// A wordUse is what ids of a field are needed for.
type wordUse uint8

const (
	shared      wordUse = iota // equal words have equal ids
	ownEach                    // each has an id of its own, which Dict.Share makes equal to others
	sharedLater                // equal words have equal ids once the batch is whole
	inOneRow                   // equal within the row
)

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

// settle gives conversations the ids of their words. It looks those of one shard up
// together: a core then waits for the memory of many at once, which takes a third of the
// time of one lookup a row.
func (r *wordReader) settle(conversations []ID) {
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

// numberAll puts the ids of words into ids, for each place in order.
func (s *wordShard) numberAll(words []laterWord, order []uint32, ids []ID, kind ID) (ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ok = true
	for len(order) > 0 {
		some := order[:min(len(order), touchedWords)]
		s.touch(words, some)
		for _, i := range some {
			w := &words[i]
			n, has := s.locked(uint32(w.hash), packed{w.high, w.low})
			ids[i] = kind | ID(n)<<shardBits
			ok = ok && has
		}
		order = order[len(some):]
	}
	return ok
}

const touchedWords = 32

// touch makes a core wait for the memory that words are in, of all of them at once: loads
// on which no branch depends overlap.
func (s *wordShard) touch(words []laterWord, order []uint32) {
	if s.words == 0 {
		return
	}
	var numbers [touchedWords]uint32
	mask := uint32(len(s.slots) - 1)
	for n, i := range order {
		numbers[n] = s.slots[uint32(words[i].hash)&mask].number
	}
	for _, n := range numbers[:len(order)] {
		s.touched ^= s.word(max(n, 1) - 1).low
	}
}

// serve says what is needed of rows with these columns.
func (r *wordReader) serve(has Columns, needs Needs) {
	if needs.OwnMessageIDs {
		r.as[MessageID] = ownEach
	}
	if !has.Has(ConversationID) {
		return
	}
	r.as[ConversationID] = sharedLater
	if !needs.Client && !needs.Users {
		r.as[SenderUserID], r.as[ClientUserID], r.as[MerchantUserID] = inOneRow, inOneRow, inOneRow
	}
}

// id returns the id of a word that a field has.
func (r *wordReader) id(f Field, w Word) ID {
	if w.form == shortWord {
		if id, ok := r.numbered(w); ok {
			return id
		}
	}
	switch r.as[f] {
	case ownEach:
		return r.ownID(w)
	case inOneRow:
		return r.rowID(f, w)
	case sharedLater:
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
func (r *wordReader) ownID(w Word) ID {
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
func (r *wordReader) rowID(f Field, w Word) ID {
	// The ids of words seen earlier may stay: those that are remembered are of different
	// words.
	last := &r.users[f-SenderUserID]
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
