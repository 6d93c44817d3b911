package ids

import (
	"math"
	"sync"

	"github.com/sav-analytics/sav/internal/ints"
)

// An interner numbers texts. It may be used from several goroutines at once:
// texts are spread over shards, each with a lock of its own.
type interner [shards]textShard

const (
	shardBits = 6 // enough that cores rarely wait for each other
	shards    = 1 << shardBits
)

// A textShard finds texts that lie one after the other. A file of UUIDs has millions:
// beside its bytes each costs some 15 bytes here, where a map of strings takes several
// times that.
type textShard struct {
	mu    sync.Mutex
	index ints.Index
	ends  []uint32 // where each text ends in arena
	arena []byte
}

// What a shard can hold: its texts have numbers and places of 32 bits. Tests change it.
var (
	maxShardBytes int64 = math.MaxUint32
	maxShardTexts       = 1<<(32-shardBits) - 1
)

// number returns the number of s, whose hash is given, and adds it if it is
// new. It keeps no reference to s. ok is false if there is no room for it.
func (in *interner) number(hash uint64, s []byte) (number uint32, ok bool) {
	shard := hash >> (64 - shardBits)
	number, ok = in[shard].number(uint32(hash), s)
	return number<<shardBits | uint32(shard), ok
}

// text returns the text of that number, "" if there is none.
func (in *interner) text(number uint32) string {
	s := &in[number%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	if number>>shardBits >= uint32(len(s.ends)) {
		return ""
	}
	return string(s.text(number >> shardBits))
}

func (s *textShard) number(hash uint32, text []byte) (number uint32, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	is := func(number uint32) bool { return string(s.text(number)) == string(text) }
	if number, ok = s.index.Find(hash, is); ok {
		return number, true
	}
	if int64(len(s.arena))+int64(len(text)) > maxShardBytes || len(s.ends) >= maxShardTexts {
		return 0, false
	}
	s.arena = append(s.arena, text...)
	s.ends = append(s.ends, uint32(len(s.arena)))
	return s.index.Add(hash), true
}

func (s *textShard) text(i uint32) []byte {
	from := uint32(0)
	if i > 0 {
		from = s.ends[i-1]
	}
	return s.arena[from:s.ends[i]]
}
