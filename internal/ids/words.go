package ids

import (
	"sync"

	"github.com/sav-analytics/sav/internal/ints"
)

// packed is what tells a word from others of its form.
type packed struct{ high, low uint64 }

// A wordTable numbers the words of one form. It may be used from several goroutines at
// once, as an interner may, which it is much like: but no word is longer than another.
type wordTable [shards]wordShard

// A wordShard finds words in blocks, which stay where they are as it grows.
type wordShard struct {
	mu     sync.Mutex
	index  ints.Index
	blocks [][]packed // of wordsPerBlock each, but the last
	words  int
}

const wordsPerBlock = 1 << 9

// number returns the number of w, whose hash is given, and adds it if it is new. ok is
// false if there is no room for it.
func (t *wordTable) number(hash uint64, w packed) (number uint32, ok bool) {
	shard := hash >> (64 - shardBits)
	number, ok = t[shard].number(uint32(hash), w)
	return number<<shardBits | uint32(shard), ok
}

// word returns the word of that number; ok is false if the number is too large.
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
	if number, ok = s.index.Find(hash, func(number uint32) bool { return s.word(number) == w }); ok {
		return number, true
	}
	if s.words >= maxShardTexts {
		return 0, false
	}
	if s.words%wordsPerBlock == 0 {
		s.blocks = append(s.blocks, make([]packed, wordsPerBlock))
	}
	s.blocks[s.words/wordsPerBlock][s.words%wordsPerBlock] = w
	s.words++
	return s.index.Add(hash), true
}
