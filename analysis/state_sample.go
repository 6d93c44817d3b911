package analysis

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
)

// A sample is the conversations of a shard by which another shard with one of
// them is found out: the hashes of their ids, in increasing order. Of many it has
// the lowest sampleSize ("bottom-k"; Cohen and Kaplan, PODC 2007). Two shards that
// share a conversation are found out if its hash is in both samples: always if
// neither shard has more than sampleSize, else the more surely the more they share.
type sample []uint64

const sampleSize = 1 << 14

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
// buckets and samples tell.
func disjoint(states []*State) error {
	if err := disjointBuckets(states); err != nil {
		return err
	}
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

// disjointBuckets is an error unless states of buckets are of different ones of as
// many, are all that have conversations, and have the messages that were left to them.
func disjointBuckets(states []*State) error {
	var first, other *State
	owner := make(map[int64]*State)
	spread, found := int64(0), int64(0)
	for _, s := range states {
		spread += s.Spread
		if s.Bucket.Of == 0 {
			if len(s.sample) > 0 || s.conversations > 0 {
				other = s
			}
			continue
		}
		if first == nil {
			first = s
		}
		found += s.rows.Rows
		if before := owner[s.Bucket.Number]; before != nil || s.Bucket.Of != first.Bucket.Of {
			return fmt.Errorf("%w: %s and %s are not of two buckets of as many", ErrState, s.Name, cmp.Or(before, first).Name)
		}
		owner[s.Bucket.Number] = s
	}
	switch {
	case first != nil && other != nil:
		return fmt.Errorf("%w: %s is of a bucket, %s is not", ErrState, first.Name, other.Name)
	case spread != found:
		return fmt.Errorf("%w: %d messages were left to the shards of buckets, which have %d", ErrState, spread, found)
	}
	return nil
}
