package analysis

import (
	"crypto/sha256"
	"fmt"
	"hash/fnv"
	"slices"

	"github.com/sav-analytics/sav/source"
)

// A sample is the conversations of a shard by which another shard with one of
// them is found out: the hashes of their ids, in increasing order. Of many it has
// the lowest sampleSize ("bottom-k"; Cohen and Kaplan, PODC 2007). Two shards that
// share a conversation are found out if its hash is in both samples: always if
// neither shard has more than sampleSize, else the more surely the more they share.
type sample []uint64

const sampleSize = 1 << 14

// conversationHash is the same for one id in every process. It tells integers
// below 10^18 apart for certain, any others as well as 64 bits can.
func conversationHash(id source.ID, dict *source.Dict) uint64 {
	if n, ok := id.Integer(); ok {
		return scatter(n)
	}
	h := fnv.New64a()
	h.Write(dict.AppendID(make([]byte, 0, 64), id))
	return scatter(h.Sum64())
}

// scatter is a permutation of the 64-bit numbers without visible order (the last
// step of SplitMix64; Steele, Lea and Flood, OOPSLA 2014).
func scatter(x uint64) uint64 {
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}

// add adds a hash. The sample is in order, and no larger than it must be, after
// trim only.
func (s sample) add(hash uint64) sample {
	if s = append(s, hash); len(s) == cap(s) && len(s) > 2*sampleSize {
		s = s.trim()
	}
	return s
}

func (s sample) trim() sample {
	slices.Sort(s)
	s = slices.Compact(s)
	return s[:min(len(s), sampleSize)]
}

// disjoint is an error if two states share a conversation, as far as their
// samples tell.
func disjoint(states []*State) error {
	type owned struct {
		hash  uint64
		owner int
	}
	var all []owned
	for i, s := range states {
		for _, hash := range s.sample {
			all = append(all, owned{hash, i})
		}
	}
	slices.SortFunc(all, func(a, b owned) int {
		switch {
		case a.hash < b.hash:
			return -1
		case a.hash > b.hash:
			return 1
		}
		return a.owner - b.owner
	})
	for i := 1; i < len(all); i++ {
		if all[i].hash == all[i-1].hash {
			a, b := states[all[i-1].owner], states[all[i].owner]
			if a == b || a.sum != [sha256.Size]byte{} && a.sum == b.sum {
				return fmt.Errorf("%w: %s and %s are the same shard", ErrState, a.Name, b.Name)
			}
			return fmt.Errorf("%w: %s and %s share conversations; all messages of one must be in one shard", ErrState, a.Name, b.Name)
		}
	}
	return nil
}
