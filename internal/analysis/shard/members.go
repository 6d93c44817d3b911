package shard

import (
	"cmp"
	"crypto/sha256"
	"math"
	"slices"

	"github.com/sav-analytics/sav/internal/analysis/engine"
	"github.com/sav-analytics/sav/source"
)

// A member is one of the conversations by which Merge notices that two shards share some.
// Shards of up to maxMembers conversations list all of theirs. Of more they list a sample,
// the same in every shard: the more conversations two shards share, the more surely one of
// them is listed by both.
type member struct {
	hash uint64 // the same in every process
	key  string // of Dict.AppendKey; it tells ids of equal hashes apart
}

func compareMembers(a, b member) int {
	return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.key, b.key))
}

// maxMembers is the largest number of members of a state: a bottom-k sample, those with
// the lowest hashes (Cohen and Kaplan, PODC 2007).
const maxMembers = 1 << 14

// members gathers the members of a shard, a sample for each goroutine.
type members []*sample

// visit returns the function that takes the conversations of one goroutine.
func (m *members) visit() func(engine.Visited) {
	s := &sample{most: math.MaxUint64}
	*m = append(*m, s)
	return s.add
}

// list returns the members in ascending order.
func (m *members) list(dict *source.Dict) []member {
	var all sample
	for _, s := range *m {
		all.kept = append(all.kept, s.kept...)
	}
	all.trim()
	var list []member
	var key []byte
	for _, c := range all.kept {
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

// A sample holds the conversations with the lowest hashes. Only after trim is it sorted,
// and at most maxMembers long.
type sample struct {
	kept []hashed
	most uint64 // no greater hash is of the sample
}

// add adds a conversation, whose id is asked for only if it may be of the sample.
func (s *sample) add(v engine.Visited) {
	hash := v.Hash()
	if hash > s.most {
		return
	}
	if s.kept = append(s.kept, hashed{hash, v.ID()}); len(s.kept) == cap(s.kept) && len(s.kept) > 2*maxMembers {
		s.trim()
	}
}

func (s *sample) trim() {
	slices.SortFunc(s.kept, func(a, b hashed) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.id, b.id))
	})
	s.kept = slices.Compact(s.kept)
	if len(s.kept) >= maxMembers {
		s.kept = s.kept[:maxMembers]
		s.most = s.kept[maxMembers-1].hash
	}
}

// disjoint returns an error if two states share a conversation, as far as their buckets
// and members show it.
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

// disjointBuckets checks the states that hold a bucket: each another bucket of one hash
// partition, together all messages that were spread over buckets, and no state with
// conversations beside them.
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
		return errorf("%s holds a bucket, %s does not; expected all or none to hold one", first.Name, other.Name)
	case spread != found:
		return errorf("the shards of buckets have %d messages; expected the %d that were spread over them", found,
			spread)
	}
	return nil
}

// overlap returns the error of two states that hold the same bucket, or buckets of two
// partitions.
func (s *State) overlap(o *State) error {
	if s.Bucket.Of != o.Bucket.Of {
		return errorf("%s holds one of %d buckets, %s one of %d; expected the same number of buckets",
			o.Name, o.Bucket.Of, s.Name, s.Bucket.Of)
	}
	return errorf("%s and %s overlap: both hold bucket %d of %d", o.Name, s.Name, s.Bucket.Number, s.Bucket.Of)
}
