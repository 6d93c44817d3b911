package analysis

import (
	"cmp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/ints"
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
				part = slices.Repeat(part, ints.BlockItems/100)
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
