package shard

import (
	"cmp"
	"crypto/sha256"
	"slices"

	"github.com/sav-analytics/sav/source"
)

// A member is a conversation of a shard by which another shard with it is found out:
// if both have it among their members, which they do unless one has more than
// maxMembers conversations; the more they share, the more surely.
type member struct {
	hash uint64 // the same in every process
	key  string // as Dict.AppendKey has it: ids with one hash are told apart
}

func compareMembers(a, b member) int {
	return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.key, b.key))
}

// maxMembers is how many conversations a state has at most: those with the lowest
// hashes ("bottom-k"; Cohen and Kaplan, PODC 2007).
const maxMembers = 1 << 14

// members gathers the members of a shard, in several goroutines.
type members []*sample

// visit returns what takes the conversations of one goroutine.
func (m *members) visit(dict *source.Dict) func(source.ID) {
	s := &sample{}
	*m = append(*m, s)
	return func(id source.ID) { s.add(hashed{dict.Hash(id), id}) }
}

// list returns the members in ascending order.
func (m *members) list(dict *source.Dict) []member {
	var all sample
	for _, s := range *m {
		all = append(all, *s...)
	}
	all.trim()
	var list []member
	var key []byte
	for _, c := range all {
		key = dict.AppendKey(key[:0], c.id)
		list = append(list, member{c.hash, string(key)})
	}
	slices.SortFunc(list, compareMembers)
	return list
}

// A hashed is a conversation and its hash.
type hashed struct {
	hash uint64
	id   source.ID
}

// A sample is the conversations with the lowest hashes. It is in order, and no larger
// than it must be, after trim only.
type sample []hashed

func (s *sample) add(c hashed) {
	if *s = append(*s, c); len(*s) == cap(*s) && len(*s) > 2*maxMembers {
		s.trim()
	}
}

func (s *sample) trim() {
	slices.SortFunc(*s, func(a, b hashed) int { return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.id, b.id)) })
	*s = slices.Compact(*s)
	*s = (*s)[:min(len(*s), maxMembers)]
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
				return errorf("%s and %s are the same shard; expected each once", a.Name, b.Name)
			}
			return errorf("%s and %s share conversations; expected all messages of one in one shard", a.Name, b.Name)
		}
	}
	return nil
}

// disjointBuckets returns an error unless the states of buckets are of different buckets
// of one partition, are all that have conversations, and have the messages that were
// spread over them.
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
			return s.overlap(cmp.Or(before, first))
		}
		owner[s.Bucket.Number] = s
	}
	switch {
	case first != nil && other != nil:
		return errorf("%s is of a bucket, %s is not; expected all or none to be", first.Name, other.Name)
	case spread != found:
		return errorf("the shards of buckets have %d messages; expected the %d that were spread over them", found,
			spread)
	}
	return nil
}

// overlap returns the error of two states that are not of different buckets of one
// partition.
func (s *State) overlap(o *State) error {
	if s.Bucket.Of != o.Bucket.Of {
		return errorf("%s is of one of %d buckets, %s of one of %d; expected one number", o.Name, o.Bucket.Of, s.Name,
			s.Bucket.Of)
	}
	return errorf("%s and %s overlap: both hold bucket %d of %d", o.Name, s.Name, s.Bucket.Number, s.Bucket.Of)
}
