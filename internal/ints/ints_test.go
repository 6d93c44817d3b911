package ints

import (
	"cmp"
	"math"
	"math/big"
	"math/bits"
	"slices"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestResize(t *testing.T) {
	s := make([]int, 3, 8)
	require.Len(t, Resize(s, 8), 8)
	require.Same(t, &s[0], &Resize(s, 8)[0], "the same memory")
	require.Len(t, Resize(s, 100), 100)
	require.Empty(t, Resize([]int(nil), 0))
}

func TestFloorDiv(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64Range(1, math.MaxInt64).Draw(t, "b")
		q, r := new(big.Int).DivMod(big.NewInt(a), big.NewInt(b), new(big.Int)) // Euclid's: down, as b is above 0
		require.Equal(t, q.Int64(), FloorDiv(a, b))
		require.Equal(t, r.Int64(), Mod(a, b))
	})
}

type item struct{ key, number uint32 }

func drawItems(t *rapid.T, most int) (items []item, rows int) {
	rows = rapid.IntRange(1, 5).Draw(t, "rows")
	items = make([]item, rapid.IntRange(0, most).Draw(t, "items"))
	step := rapid.IntRange(1, 7).Draw(t, "step")
	for i := range items {
		items[i] = item{uint32(i * step / 3 % rows), uint32(i)}
	}
	return items, rows
}

// requireSorted holds what a counting sort made of items against a stable sort.
func requireSorted(t require.TestingT, items, got []item, ends []uint32) {
	want := slices.Clone(items)
	slices.SortStableFunc(want, func(a, b item) int { return cmp.Compare(a.key, b.key) })
	require.True(t, slices.Equal(want, got))
	for row, end := range ends {
		above := slices.IndexFunc(want, func(i item) bool { return i.key > uint32(row) })
		if above < 0 {
			above = len(want)
		}
		require.EqualValues(t, above, end)
	}
}

func TestCountingSort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items, rows := drawItems(t, 50)
		keys := make([]uint16, len(items))
		for i := range items {
			keys[i] = uint16(items[i].key)
		}
		got, ends := make([]item, len(items)), make([]uint32, rows)
		ends[0] = 7 // is overwritten
		CountingSort(got, items, keys, ends)
		requireSorted(t, items, got, ends)
	})
}

func TestParallelCountingSort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items, rows := drawItems(t, 3*BlockItems)
		numbers, key := make([]uint32, len(items)), make([]uint32, len(items))
		for i := range items {
			numbers[i], key[i] = uint32(i), items[i].key
		}
		got := make([]item, len(items))
		cut := Blocks(items)
		ends := ParallelCountingSort(NumBlocks(len(items)), rows, rapid.IntRange(1, 5).Draw(t, "workers"),
			KeysOf(numbers, key),
			func(b int, places []uint32) {
				for i, item := range cut[b] {
					got[places[i]] = item
				}
			})
		require.Len(t, ends, rows)
		requireSorted(t, items, got, ends)
	})
}

// However many keys there are, counters are no more than items, or than keys.
func TestParallelCountingSortHasFewCounters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		workers, rows := rapid.IntRange(1, 1000).Draw(t, "workers"), rapid.IntRange(0, 1<<30).Draw(t, "rows")
		blocks := rapid.IntRange(0, 1<<20).Draw(t, "blocks")
		n := countingWorkers(workers, blocks, rows)
		require.Positive(t, n)
		require.LessOrEqual(t, n, workers)
		require.LessOrEqual(t, n*rows, max(rows, blocks*BlockItems))
	})
}

// A table numbers keys as a map and a slice do.
func TestTable(t *testing.T) {
	var table Table[uint64]
	rapid.Check(t, func(t *rapid.T) {
		if rapid.Bool().Draw(t, "anew") {
			table = Table[uint64]{} // the zero value needs no Reset
		} else {
			table.Reset(rapid.IntRange(0, 40).Draw(t, "expected"))
		}
		require.Empty(t, table.Keys())
		known, order := make(map[uint64]uint32), []uint64(nil)
		keys := rapid.SliceOfN(rapid.OneOf(rapid.Uint64Range(0, 20), rapid.Uint64()), 0, 200).Draw(t, "keys")
		all := make([]uint32, len(keys))
		if rapid.Bool().Draw(t, "at once") {
			table.Numbers(all, keys)
		}
		for _, key := range keys {
			want, ok := known[key]
			if !ok {
				want = uint32(len(order))
				known[key], order = want, append(order, key)
			}
			require.Equal(t, want, table.Number(key))
		}
		table.Numbers(all, keys)
		for i, key := range keys {
			require.Equal(t, known[key], all[i])
		}
		require.True(t, slices.Equal(order, table.Keys()))
		require.GreaterOrEqual(t, len(table.slots), 2*len(order), "half of the slots are free")
		require.LessOrEqual(t, bits.OnesCount(uint(len(table.slots))), 1)
	})
}

// Texts get the numbers that a map gives them, however many have one hash.
func TestIndex(t *testing.T) {
	var index Index
	rapid.Check(t, func(t *rapid.T) {
		if rapid.Bool().Draw(t, "anew") {
			index = Index{}
		} else {
			index.Reset()
		}
		if rapid.Bool().Draw(t, "reserved") {
			index.Reserve(rapid.IntRange(0, 40).Draw(t, "expected"))
		}
		hashes := rapid.SliceOfN(rapid.OneOf(rapid.Uint32Range(0, 3), rapid.Uint32()), 1, 20).Draw(t, "hashes")
		known, order := make(map[string]uint32), []string(nil)
		for _, key := range rapid.SliceOfN(rapid.StringN(0, 2, -1), 0, 200).Draw(t, "keys") {
			hash := hashes[len(key)%len(hashes)]
			got, ok := index.Find(hash, func(number uint32) bool { return order[number] == key })
			want, was := known[key]
			require.Equal(t, was, ok)
			if !was {
				want = uint32(len(order))
				known[key], order = want, append(order, key)
				got = index.Add(hash)
			}
			require.Equal(t, want, got)
		}
		require.GreaterOrEqual(t, 3*len(index.slots), 4*len(order), "a quarter of the slots is free")
		require.LessOrEqual(t, bits.OnesCount(uint(len(index.slots))), 1)
		require.Equal(t, int64(len(index.slots))*int64(unsafe.Sizeof(indexSlot{})), index.Bytes())
	})
}

// Ids that were chosen so that they collide in a multiplicative hash whose factor is
// known, and ids that differ in few bits, are spread like any others.
func TestHashSpreadsChosenIDs(t *testing.T) {
	const n, factor = 1 << 12, 0x9E3779B97F4A7C15
	inverse := uint64(factor) // modulo 2^64, by Newton's iteration
	for range 6 {
		inverse *= 2 - factor*inverse
	}
	for name, id := range map[string]func(i uint64) uint64{
		"one after the other":        func(i uint64) uint64 { return i },
		"the highest bits alone":     func(i uint64) uint64 { return i << 46 },
		"bits in the middle":         func(i uint64) uint64 { return i << 20 },
		"equal in the highest bits":  func(i uint64) uint64 { return i * inverse },
		"equal but in the lowest":    func(i uint64) uint64 { return i<<32*inverse ^ i },
		"by the factor's multiples":  func(i uint64) uint64 { return i * factor },
		"by a step that is a secret": func(i uint64) uint64 { return i * 1_000_003 },
	} {
		highest, middle := make(map[uint64]int), make(map[uint64]int)
		for i := range uint64(n) {
			highest[Hash(id(i))>>(64-12)]++
			middle[Hash(id(i))>>32&(n-1)]++
		}
		// Of as many slots as ids, 1-1/e are taken as a rule; fewer with some seeds.
		require.Greater(t, len(highest), n/4, name)
		require.Greater(t, len(middle), n/4, name)
	}
	require.NotZero(t, hashSeed)
}
