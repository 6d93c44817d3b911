package analysis

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/sav-analytics/sav/source"
)

// A hashed is a conversation and its hash, the same in every process.
type hashed struct {
	hash uint64
	id   source.ID
}

// A sample is the conversations with the lowest hashes, sampleSize of them
// ("bottom-k"; Cohen and Kaplan, PODC 2007). It is in order, and no larger than it
// must be, after trim only.
type sample []hashed

const sampleSize = 1 << 14

func (s sample) add(c hashed) sample {
	if s = append(s, c); len(s) == cap(s) && len(s) > 2*sampleSize {
		s = s.trim()
	}
	return s
}

func (s sample) trim() sample {
	slices.SortFunc(s, func(a, b hashed) int { return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.id, b.id)) })
	s = slices.Compact(s)
	return s[:min(len(s), sampleSize)]
}

// A member is a conversation of a shard by which another shard with it is found out:
// if both have it in their samples, which they do unless one has more than sampleSize
// conversations; the more they share, the more surely.
type member struct {
	hash uint64
	key  string // as Dict.AppendKey has it: ids with one hash are told apart
}

func compareMembers(a, b member) int {
	return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.key, b.key))
}

// members returns the members of a shard in increasing order.
func (s sample) members(dict *source.Dict) []member {
	var all []member
	var key []byte
	for _, c := range s.trim() {
		key = dict.AppendKey(key[:0], c.id)
		all = append(all, member{c.hash, string(key)})
	}
	slices.SortFunc(all, compareMembers)
	return all
}

// disjoint returns an error if two states share a conversation, as far as their
// buckets and members tell.
func disjoint(states []*State) error {
	if err := disjointBuckets(states); err != nil {
		return err
	}
	type owned struct {
		member
		owner int
	}
	var all []owned
	for i, s := range states {
		for _, m := range s.members {
			all = append(all, owned{m, i})
		}
	}
	slices.SortFunc(all, func(a, b owned) int {
		return cmp.Or(compareMembers(a.member, b.member), cmp.Compare(a.owner, b.owner))
	})
	for i := 1; i < len(all); i++ {
		if all[i].member == all[i-1].member {
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
			if len(s.members) > 0 || s.conversations > 0 {
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
