package rows

import (
	"math/bits"
	"sync"

	"github.com/sav-analytics/sav/frame/internal/par"
	"github.com/sav-analytics/sav/frame/internal/vec"
)

// Groups says which rows belong together. Groups are numbered from 0 in the
// order of their first rows.
type Groups struct {
	IDs   []uint32 // the group of each row
	First []uint32 // the first row of each group
}

// Group puts the rows together that have equal keys. Nulls are equal to each
// other, and so are all NaN, and −0 and 0. O(n). Without keys all rows are one
// group, whose First is 0 even if there is no row.
func Group(keys []vec.Vec, n int) Groups {
	switch {
	case len(keys) == 0:
		return Groups{IDs: make([]uint32, n), First: make([]uint32, 1)}
	case len(keys) == 1 && keys[0].Valid == nil && keys[0].Kind == vec.Text:
		return group(keys[0].Codes, 0, uint64(max(1, len(keys[0].Dict))))
	case len(keys) == 1 && keys[0].Valid == nil && keys[0].Ints != nil:
		lo, hi := bounds([]part{{values: keys[0].Ints}})
		return group(keys[0].Ints, lo, uint64(hi-lo)+1)
	}
	codes, width := encode(keys)
	return group(codes, 0, width)
}

// group puts the rows of equal codes together. All codes − base are below
// width; 0 says that they may be anything.
func group[T int64 | uint32 | uint64](codes []T, base T, width uint64) Groups {
	if width != 0 && width <= uint64(max(1<<12, 2*len(codes))) {
		return groupDirect(codes, base, int(width))
	}
	if g, ok := groupHashed(codes); ok {
		return g
	}
	return groupPartitioned(codes)
}

// groupDirect looks codes up in an array.
func groupDirect[T int64 | uint32 | uint64](codes []T, base T, width int) Groups {
	g := Groups{IDs: make([]uint32, len(codes))}
	table := make([]uint32, width) // group + 1
	for i, c := range codes {
		slot := &table[c-base]
		if *slot == 0 {
			g.First = append(g.First, uint32(i))
			*slot = uint32(len(g.First))
		}
		g.IDs[i] = *slot - 1
	}
	return g
}

// A slot of a hash table with open addressing; group is one more than the
// number of the group, 0 where the slot is free.
type slot struct {
	code  uint64
	group uint32
}

// probe returns the slot that holds code, or the free one where it belongs.
func probe(table []slot, code, hash uint64) *slot {
	mask := uint64(len(table) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		s := &table[i]
		if s.group == 0 || s.code == code {
			return s
		}
	}
}

// The numbers of groups and rows from which a hash table no longer serves well,
// because it leaves the cache.
const (
	manyGroups = 1 << 14
	manyRows   = 1 << 18
)

// groupHashed looks codes up in one hash table. It gives up where
// groupPartitioned would be faster.
func groupHashed[T int64 | uint32 | uint64](codes []T) (Groups, bool) {
	g := Groups{IDs: make([]uint32, len(codes))}
	table := make([]slot, 1<<10)
	for i, c := range codes {
		code := uint64(c)
		s := probe(table, code, mix(code))
		if s.group == 0 {
			if len(g.First) == manyGroups && len(codes) >= manyRows {
				return Groups{}, false
			}
			g.First = append(g.First, uint32(i))
			s.code, s.group = code, uint32(len(g.First))
			g.IDs[i] = s.group - 1
			if 2*len(g.First) > len(table) {
				table = grown(table)
			}
			continue
		}
		g.IDs[i] = s.group - 1
	}
	return g, true
}

func grown(table []slot) []slot {
	next := make([]slot, 2*len(table))
	for _, s := range table {
		if s.group != 0 {
			*probe(next, s.code, mix(s.code)) = s
		}
	}
	return next
}

// groupPartitioned first spreads the codes by hash over partitions whose tables
// fit the cache, then groups each of them, in parallel.
func groupPartitioned[T int64 | uint32 | uint64](codes []T) Groups {
	p := partition(codes)
	n := len(p.starts) - 1
	firsts := make([][]uint32, n) // of each partition's groups
	isFirst := vec.NewBits(len(codes))
	var scratch sync.Pool // of tables; one that is empty serves again
	par.Each(n, func(k int) {
		part := p.codes[p.starts[k]:p.starts[k+1]]
		rows := p.rows[p.starts[k]:p.starts[k+1]]
		size := 1 << bits.Len(uint(2*len(part)))
		table, _ := scratch.Get().(*[]slot)
		if table == nil || len(*table) < size {
			t := make([]slot, size)
			table = &t
		}
		firsts[k] = groupPart((*table)[:size], part, rows)
		clear((*table)[:size])
		scratch.Put(table)
	})
	for _, rows := range firsts {
		for _, r := range rows {
			vec.Set(isFirst, int(r))
		}
	}
	g := Groups{IDs: make([]uint32, len(codes)), First: vec.Rows(isFirst)}
	rank := vec.Ranks(isFirst)
	par.Each(n, func(k int) {
		number := firsts[k]
		for i, r := range number {
			number[i] = rank[r/64] + uint32(bits.OnesCount64(isFirst[r/64]&(1<<(r%64)-1)))
		}
		rows := p.rows[p.starts[k]:p.starts[k+1]]
		for i, id := range p.codes[p.starts[k]:p.starts[k+1]] {
			g.IDs[rows[i]] = number[id]
		}
	})
	return g
}

// First returns the first row of each group that [Group] would make, in their
// order. Where groups are many it is faster, for it numbers no rows.
func First(keys []vec.Vec, n int) []uint32 {
	if n < manyRows {
		return Group(keys, n).First
	}
	codes, width := encode(keys)
	if width != 0 && width <= uint64(2*n) {
		return groupDirect(codes, 0, int(width)).First
	}
	if first, ok := firstHashed(codes); ok {
		return first
	}
	p := partition(codes)
	isFirst := vec.NewBits(n)
	firsts := make([][]uint32, len(p.starts)-1)
	var scratch sync.Pool // of tables; one that is empty serves again
	par.Each(len(firsts), func(k int) {
		part := p.codes[p.starts[k]:p.starts[k+1]]
		size := 1 << bits.Len(uint(2*len(part)))
		table, _ := scratch.Get().(*[]uint64)
		if table == nil || len(*table) < size {
			t := make([]uint64, size)
			table = &t
		}
		firsts[k] = firstPart((*table)[:size], part, p.rows[p.starts[k]:p.starts[k+1]])
		clear((*table)[:size])
		scratch.Put(table)
	})
	for _, rows := range firsts {
		for _, r := range rows {
			vec.Set(isFirst, int(r))
		}
	}
	return vec.Rows(isFirst)
}

// firstPart returns the rows at which a code occurs first. The table is empty, and
// larger than twice the number of codes; a slot holds a code plus 1.
func firstPart(table, codes []uint64, rows []uint32) (first []uint32) {
	mask := uint64(len(table) - 1)
	largest := false // the code that plus 1 would be 0 has been seen
	for i, code := range codes {
		if code == ^uint64(0) {
			if !largest {
				first, largest = append(first, rows[i]), true
			}
			continue
		}
		for at := mix(code) & mask; ; at = (at + 1) & mask {
			if table[at] == code+1 {
				break
			}
			if table[at] == 0 {
				table[at] = code + 1
				first = append(first, rows[i])
				break
			}
		}
	}
	return first
}

// firstHashed is groupHashed without the groups of rows.
func firstHashed(codes []uint64) (first []uint32, ok bool) {
	table := make([]slot, 1<<10)
	for i, code := range codes {
		s := probe(table, code, mix(code))
		if s.group != 0 {
			continue
		}
		if len(first) == manyGroups {
			return nil, false
		}
		first = append(first, uint32(i))
		if s.code, s.group = code, uint32(len(first)); 2*len(first) > len(table) {
			table = grown(table)
		}
	}
	return first, true
}

// groupPart replaces each code by the number of its group within the partition
// and returns the groups' first rows. The table is empty and larger than twice
// the number of codes.
func groupPart(table []slot, codes []uint64, rows []uint32) (first []uint32) {
	for i, code := range codes {
		s := probe(table, code, mix(code))
		if s.group == 0 {
			first = append(first, rows[i])
			s.code, s.group = code, uint32(len(first))
		}
		codes[i] = uint64(s.group - 1)
	}
	return first
}
