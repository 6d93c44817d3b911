package frame

import (
	"math/bits"
	"sync"
)

// groups says which rows belong together. Groups are numbered in the order of
// their first rows.
type groups struct {
	ids   []uint32 // the group of each row
	first []uint32 // the first row of each group
}

// group puts the rows of equal codes together. All codes − base are below
// width; 0 says that they may be anything.
func group[T int64 | uint32 | uint64](codes []T, base T, width uint64) groups {
	if width != 0 && width <= uint64(max(1<<12, 2*len(codes))) {
		return groupDirect(codes, base, int(width))
	}
	if g, ok := groupHashed(codes); ok {
		return g
	}
	return groupPartitioned(codes)
}

// groupDirect looks codes up in an array.
func groupDirect[T int64 | uint32 | uint64](codes []T, base T, width int) groups {
	g := groups{ids: make([]uint32, len(codes))}
	table := make([]uint32, width) // group + 1
	for i, c := range codes {
		slot := &table[c-base]
		if *slot == 0 {
			g.first = append(g.first, uint32(i))
			*slot = uint32(len(g.first))
		}
		g.ids[i] = *slot - 1
	}
	return g
}

// A slot of a hash table with open addressing; group is one more than the
// number of the group, 0 where the slot is free.
type slot struct {
	code  uint64
	group uint32
}

// mix spreads the entropy of a code over all bits.
func mix(code uint64) uint64 {
	hi, lo := bits.Mul64(code^0xa0761d6478bd642f, 0xe7037ed1a0b428db)
	return hi ^ lo
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
func groupHashed[T int64 | uint32 | uint64](codes []T) (groups, bool) {
	g := groups{ids: make([]uint32, len(codes))}
	table := make([]slot, 1<<10)
	for i, c := range codes {
		code := uint64(c)
		s := probe(table, code, mix(code))
		if s.group == 0 {
			if len(g.first) == manyGroups && len(codes) >= manyRows {
				return groups{}, false
			}
			g.first = append(g.first, uint32(i))
			s.code, s.group = code, uint32(len(g.first))
			g.ids[i] = s.group - 1
			if 2*len(g.first) > len(table) {
				table = grown(table)
			}
			continue
		}
		g.ids[i] = s.group - 1
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
// fit the cache, then groups each of them, on all cores.
func groupPartitioned[T int64 | uint32 | uint64](codes []T) groups {
	p := partition(codes)
	n := len(p.starts) - 1
	firsts := make([][]uint32, n) // of each partition's groups
	isFirst := NewBitmap(len(codes))
	var scratch sync.Pool // of tables; one that is empty serves again
	each(n, func(k int) {
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
			isFirst.Set(int(r))
		}
	}
	g := groups{ids: make([]uint32, len(codes)), first: isFirst.rows()}
	rank := isFirst.ranks()
	each(n, func(k int) {
		number := firsts[k]
		for i, r := range number {
			number[i] = rank[r/64] + uint32(bits.OnesCount64(isFirst[r/64]&(1<<(r%64)-1)))
		}
		rows := p.rows[p.starts[k]:p.starts[k+1]]
		for i, id := range p.codes[p.starts[k]:p.starts[k+1]] {
			g.ids[rows[i]] = number[id]
		}
	})
	return g
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
