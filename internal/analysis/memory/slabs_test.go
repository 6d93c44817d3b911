package memory

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A limit or a hint of any size is no reason to take memory.
func TestSlabsGrow(t *testing.T) {
	for _, limit := range []int64{0, 1, 1 << 30, math.MaxInt64} {
		for _, expected := range []int64{-1, 0, 1, 1 << 40, math.MaxInt64} {
			s := NewSlabs(expected, NewLimit("", limit))
			for range 3 {
				_, _, err := s.Take(100)
				require.NoError(t, err)
			}
			require.LessOrEqual(t, s.total, largestHint)
		}
	}
}

// What is handed out is nobody else's, in memory and in files; what is taken back is
// handed out again; arrays have nothing of what is kept.
func TestSlabsHandOutEachCellOnce(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		var limit *Limit
		if rapid.Bool().Draw(t, "limited") {
			limit = NewLimit(dir, 1)
			limit.Cells = rapid.IntRange(1, 40_000).Draw(t, "cells")
			defer limit.Close()
		}
		s := NewSlabs(rapid.Int64Range(0, 30_000).Draw(t, "expected"), limit)
		if rapid.Bool().Draw(t, "to files") {
			s.ToFiles()
		}
		var taken [][]Cell
		var places []Place
		mark := uint64(0)
		fill := func(cells []Cell) {
			for i := range cells {
				cells[i] = Cell{mark, uint64(i)}
			}
			taken = append(taken, cells)
			mark++
		}
		check := func() {
			for n, cells := range taken {
				for i, c := range cells {
					require.Equal(t, Cell{taken[n][0][0], uint64(i)}, c)
				}
			}
		}
		for range rapid.IntRange(1, 8).Draw(t, "takes") {
			cells, place, err := s.Take(rapid.IntRange(1, 9000).Draw(t, "n"))
			require.NoError(t, err)
			places = append(places, place)
			fill(cells)
		}
		check()
		if rapid.Bool().Draw(t, "reset") {
			taken, places = nil, nil
			s.Reset()
			cells, place, err := s.Take(rapid.IntRange(1, 9000).Draw(t, "n after"))
			require.NoError(t, err)
			places = append(places, place)
			fill(cells)
		}
		kept := rapid.IntRange(0, len(taken)).Draw(t, "kept")
		places = places[:kept]
		if kept == len(taken) && rapid.Bool().Draw(t, "all") {
			places = s.Taken()
		}
		taken = taken[:kept]
		n := rapid.IntRange(0, 9000).Draw(t, "array")
		one, other, err := s.Reuse(n, places)
		require.NoError(t, err)
		require.Len(t, one, n)
		require.Len(t, other, n)
		if n > 0 {
			fill(one)
			fill(other)
		}
		check()
	})
}

// Arrays are of files only where the limit has no room for them beside what is kept.
func TestReuseWithinTheLimit(t *testing.T) {
	for _, test := range []struct{ cells, files int }{{6 * firstSlab, 0}, {6*firstSlab - 1, 1}, {3 * firstSlab, 2}} {
		limit := NewLimit(t.TempDir(), 1)
		limit.Cells = test.cells
		s := NewSlabs(0, limit)
		_, place, err := s.Take(firstSlab)
		require.NoError(t, err)
		_, _, err = s.Reuse(5*firstSlab/2, []Place{place})
		require.NoError(t, err)
		require.Equal(t, test.files, len(limit.arrays), "%d cells", test.cells)
		limit.Close()
	}
}

// Cells are seen as what they hold.
func TestViews(t *testing.T) {
	cells := []Cell{{1, 2}, {3, 4}, {5, 6}}
	require.Equal(t, []uint64{1, 2, 3, 4, 5, 6}, As[uint64](cells))
	require.Equal(t, [][4]uint64{{1, 2, 3, 4}}, As[[4]uint64](cells))
	require.Len(t, Bytes(cells), 48)
	a, rest := Carve[uint64](Bytes(cells), 3)
	b, rest := Carve[uint32](rest, 6)
	require.Empty(t, rest)
	a[0], b[5] = 7, 9
	require.Equal(t, Cell{7, 2}, cells[0])
	require.True(t, slices.Contains(As[uint32](cells[2:]), 9))
	require.Equal(t, math.Float64frombits(7), InPlace(As[uint64](cells))[0])
}

// Nothing of a type is also there where a value of it has no room; the race detector
// looks at such pointers.
func TestViewsOfNothing(t *testing.T) {
	require.Empty(t, As[[4]uint64](make([]Cell, 1)[:0]))
	require.Empty(t, As[[4]uint64](make([]Cell, 3)[2:2]))
	none, rest := Carve[uint64](make([]byte, 4), 0)
	require.Empty(t, none)
	require.Len(t, rest, 4)
}
