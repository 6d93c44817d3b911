package rows

import (
	"math/bits"
	"runtime"
	"sync"

	"github.com/sav-analytics/sav/frame/internal/vec"
	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/internal/parallel"
)

// Groups are rows put together by their keys. Groups are numbered from 0 in the order of their first rows.
type Groups struct {
	IDs   []uint32 // the group of each row
	First []uint32 // the first row of each group
}

// Group puts the rows together that have equal keys. Nulls are equal to each other, and so are all NaN, and −0 and 0.
// O(n). Without keys all rows are one group, whose First is 0 even if there is no row.
func Group(keys []vec.Vec, n int) Groups { return groupBy(keys, n, true) }

// First returns the first row of each group that [Group] would make, in their order. Where groups are many it is
// faster, for it numbers no rows.
func First(keys []vec.Vec, n int) []uint32 { return groupBy(keys, n, n < manyRows).First }

// groupBy returns what Group does; without numbered the groups may have no IDs.
func groupBy(keys []vec.Vec, n int, numbered bool) Groups {
	switch {
	case len(keys) == 0:
		return Groups{IDs: make([]uint32, n), First: make([]uint32, 1)}
	case len(keys) == 1 && keys[0].Valid == nil && keys[0].Kind == vec.Text:
		return group(keys[0].Codes, 0, uint64(max(1, len(keys[0].Dict))), numbered)
	case len(keys) == 1 && keys[0].Valid == nil && keys[0].Ints != nil:
		lo, hi := bounds([]part{{values: keys[0].Ints}})
		return group(keys[0].Ints, lo, uint64(hi-lo)+1, numbered)
	}
	codes, width := encode(keys)
	return group(codes, 0, width, numbered)
}

// group puts the rows of equal codes together. All codes − base are below width; a width of 0 is 2⁶⁴.
func group[T int64 | uint32 | uint64](codes []T, base T, width uint64, numbered bool) Groups {
	if narrow(width, len(codes)) {
		return groupDirect(codes, base, int(width))
	}
	if g, ok := groupHashed(codes, numbered); ok {
		return g
	}
	if !numbered {
		isFirst, _ := partition(codes).group(false)
		return Groups{First: vec.Rows(isFirst)}
	}
	return groupPartitioned(codes)
}

// narrow reports whether an array may have an element for each number below width, where there are n rows.
func narrow(width uint64, n int) bool { return width != 0 && width <= uint64(max(1<<12, 2*n)) }

// groupDirect looks codes up in an array, in parallel from the row on where all are known.
func groupDirect[T int64 | uint32 | uint64](codes []T, base T, width int) Groups {
	g := Groups{IDs: vec.Room[uint32](len(codes))}
	table := make([]uint32, width) // group + 1
	n := 0
	for ; n < len(codes) && len(g.First) < width; n++ {
		slot := &table[codes[n]-base]
		if *slot == 0 {
			g.First = append(g.First, uint32(n))
			*slot = uint32(len(g.First))
		}
		g.IDs[n] = *slot - 1
	}
	ids, codes := g.IDs[n:], codes[n:]
	parallel.Spans(len(codes), func(lo, hi int) {
		to := ids[lo:hi]
		for i, c := range codes[lo:hi] {
			to[i] = table[c-base] - 1
		}
	})
	return g
}

// The numbers of groups and rows from which a hash table no longer serves well, because it leaves the cache.
const (
	manyGroups = 1 << 14
	manyRows   = 1 << 18
)

// groupHashed looks codes up in one hash table. It gives up where groupPartitioned would be faster. Without numbered
// the groups have no IDs.
func groupHashed[T int64 | uint32 | uint64](codes []T, numbered bool) (g Groups, ok bool) {
	if numbered {
		g.IDs = make([]uint32, len(codes))
	}
	var (
		table ints.Table[uint64]
		block [ints.BlockItems]uint64
		spare [ints.BlockItems]uint32
	)
	table.Reset(1 << 9)
	for lo := 0; lo < len(codes); lo += ints.BlockItems {
		part := codes[lo:min(lo+ints.BlockItems, len(codes))]
		for i, c := range part {
			block[i] = uint64(c)
		}
		ids := spare[:len(part)]
		if numbered {
			ids = g.IDs[lo : lo+len(part)]
		}
		table.Numbers(ids, block[:len(part)])
		g.First = appendNew(g.First, ids, len(table.Keys()), lo)
		if len(g.First) > manyGroups && len(codes) >= manyRows {
			return Groups{}, false
		}
	}
	return g, true
}

// appendNew appends the rows at which the groups from len(first) to n−1 occur first. ids are the groups of the rows
// from row on.
func appendNew(first, ids []uint32, n, row int) []uint32 {
	for i := 0; len(first) < n; i++ {
		if ids[i] == uint32(len(first)) {
			first = append(first, uint32(row+i))
		}
	}
	return first
}

// groupPartitioned first spreads the codes by hash over partitions whose tables fit the cache, then groups each of
// them, in parallel.
func groupPartitioned[T int64 | uint32 | uint64](codes []T) Groups {
	p := partition(codes)
	isFirst, firsts := p.group(true)
	g := Groups{IDs: make([]uint32, len(codes)), First: vec.Rows(isFirst)}
	rank := vec.Ranks(isFirst)
	parallel.Limited(p.len(), func(k int) {
		number := firsts[k]
		for i, r := range number {
			number[i] = rank[r/64] + uint32(bits.OnesCount64(isFirst[r/64]&(1<<(r%64)-1)))
		}
		ids, rows := p.of(k)
		for i, id := range ids {
			g.IDs[rows[i]] = number[id]
		}
	})
	return g
}

// group returns the bits of the rows at which a code occurs first, and these rows of each partition. If numbered, it
// replaces each code by its number within its partition.
func (p partitions) group(numbered bool) (isFirst []uint64, firsts [][]uint32) {
	firsts = make([][]uint32, p.len())
	isFirst = vec.NewBits(len(p.codes))
	var scratch sync.Pool
	parallel.Limited(p.len(), func(k int) {
		table, _ := scratch.Get().(*ints.Table[uint64])
		if table == nil {
			table = new(ints.Table[uint64])
		}
		codes, rows := p.of(k)
		table.Reset(len(codes))
		var ids [ints.BlockItems]uint32
		for b := range ints.NumBlocks(len(codes)) {
			part := ints.BlockOf(codes, b)
			table.Numbers(ids[:], part)
			known := len(firsts[k])
			firsts[k] = appendNew(firsts[k], ids[:len(part)], len(table.Keys()), b*ints.BlockItems)
			for i, at := range firsts[k][known:] {
				firsts[k][known+i] = rows[at]
			}
			for i := range part {
				if numbered {
					part[i] = uint64(ids[i])
				}
			}
		}
		scratch.Put(table)
	})
	for _, rows := range firsts {
		for _, r := range rows {
			vec.Set(isFirst, int(r))
		}
	}
	return isFirst, firsts
}

// A Layout holds rows sorted by a number that each has: those of number k are Order[Starts[k]:Starts[k+1]].
type Layout struct {
	Starts []uint32
	Order  []uint32
}

// Of returns the rows of number k.
func (l Layout) Of(k uint32) []uint32 { return l.Order[l.Starts[k]:l.Starts[k+1]] }

// NewLayout sorts rows by their numbers ids, which are below n, by a counting sort: the rows of one number keep the
// order in which they stand in visit. A nil visit stands for all rows from the first to the last.
func NewLayout(ids []uint32, n int, visit []uint32) Layout {
	if visit == nil {
		order := make([]uint32, len(ids))
		keys := func(b int, keys *ints.Block) int { return copy(keys[:], ints.BlockOf(ids, b)) }
		move := func(b int, places []uint32) {
			for i, place := range places {
				order[place] = uint32(b*ints.BlockItems + i)
			}
		}
		return newLayout(len(ids), n, order, keys, move)
	}
	order := make([]uint32, len(visit))
	move := func(b int, places []uint32) {
		for i, row := range ints.BlockOf(visit, b) {
			order[places[i]] = row
		}
	}
	return newLayout(len(visit), n, order, ints.KeysOf(visit, ids), move)
}

func newLayout(rows, n int, order []uint32, keys func(int, *ints.Block) int, move func(int, []uint32)) Layout {
	ends := ints.ParallelCountingSort(ints.NumBlocks(rows), n, runtime.GOMAXPROCS(0), keys, move)
	starts := make([]uint32, n+1)
	copy(starts[1:], ends)
	return Layout{starts, order}
}

// Identity returns 0, 1, … n−1.
func Identity(n int) []uint32 {
	rows := make([]uint32, n)
	for i := range rows {
		rows[i] = uint32(i)
	}
	return rows
}
