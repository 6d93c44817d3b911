package analysis

import (
	"cmp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The radix sort is a stable sort of all parts by span, and what goes with a span stays
// with it.
func TestSort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		top := rapid.SampledFrom([]uint64{3, 1 << 11, 1 << 12, 1 << 33, 1<<43 - 1}).Draw(t, "top")
		spans := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) span { return span(rapid.Uint64Range(0, top).Draw(t, "span")) }), 0, 200)
		unit := rapid.SampledFrom([]int64{1, microsecond}).Draw(t, "unit")
		opened := rapid.Int64Range(0, 1<<51)
		c := &cohort{}
		var want []cell
		for range rapid.IntRange(1, 4).Draw(t, "parts") {
			var part []cell
			for _, s := range spans.Draw(t, "spans") {
				s = newSpan(s.time()*unit, s&censored)
				part = append(part, timed(s, group(len(want)+len(part)), opened.Draw(t, "opened")))
			}
			if rapid.Bool().Draw(t, "more than a block") {
				part = slices.Repeat(part, blockItems/100)
			}
			cut := rapid.IntRange(0, len(part)).Draw(t, "cut")
			c.parts = append(c.parts, [][]cell{part[:cut], part[cut:]})
			c.counted += int64(len(part))
			want = append(want, part...)
		}
		slices.SortStableFunc(want, func(a, b cell) int { return cmp.Compare(a.span(), b.span()) })
		memory := newCells(0, nil)
		for range rapid.IntRange(0, 3).Draw(t, "slabs") {
			memory.take(rapid.IntRange(0, 2*firstSlab).Draw(t, "cells"))
		}
		o, err := c.sort(memory, rapid.IntRange(1, 5).Draw(t, "workers"))
		require.NoError(t, err)
		for user := range 2 {
			for i := range o.scratch(user) { // is other memory
				o.scratch(user)[i] = ^span(user)
			}
		}
		for user := range 2 {
			require.True(t, slices.Equal(slices.Repeat([]span{^span(user)}, len(want)), o.scratch(user)))
		}
		got := make([]cell, len(o.span))
		for i := range got {
			require.LessOrEqual(t, o.earliest+o.opened[i], o.latest)
			got[i] = o.cell(i)
		}
		require.True(t, slices.Equal(want, got))
	})
}

// However many keys there are, counters are no more than items, or than keys.
func TestDistributeKeepsFewCounters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		workers, rows := rapid.IntRange(1, 1000).Draw(t, "workers"), rapid.IntRange(0, 1<<30).Draw(t, "rows")
		blocks := rapid.IntRange(0, 1<<20).Draw(t, "blocks")
		n := distributeWorkers(workers, blocks, rows)
		require.Positive(t, n)
		require.LessOrEqual(t, n, workers)
		require.LessOrEqual(t, n*rows, max(rows, blocks*blockItems))
	})
}

// Items are put in order by their keys, and those with equal keys stay in order.
func TestDistribute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.IntRange(1, 5).Draw(t, "rows")
		items := make([]int, rapid.IntRange(0, 3*blockItems).Draw(t, "items"))
		of := func(item int) uint32 { return uint32(item * 7 / 3 % rows) }
		for i := range items {
			items[i] = i
		}
		want := slices.Clone(items)
		slices.SortStableFunc(want, func(a, b int) int { return cmp.Compare(of(a), of(b)) })
		got := make([]int, len(items))
		ends := distribute(blocksOf(len(items)), rows, rapid.IntRange(1, 5).Draw(t, "workers"),
			func(b int, keys *[blockItems]uint32) int {
				for i, item := range block(items, b) {
					keys[i] = of(item)
				}
				return len(block(items, b))
			},
			func(b int, places []uint32) {
				for i, item := range block(items, b) {
					got[places[i]] = item
				}
			})
		require.Equal(t, want, got)
		require.Len(t, ends, rows)
		for row, end := range ends {
			below := func(item int) bool { return of(item) <= uint32(row) }
			require.Equal(t, len(want)-len(slices.DeleteFunc(slices.Clone(want), below)), int(end))
		}
	})
}
