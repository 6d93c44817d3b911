package waits

import (
	"cmp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/memory"
	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/internal/micros"
)

// The radix sort is a stable sort of all parts by span, and what goes with a span stays
// with it.
func TestSort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		top := rapid.SampledFrom([]uint64{3, 1 << 11, 1 << 12, 1 << 33, 1<<43 - 1}).Draw(t, "top")
		spans := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Span {
			return Span(rapid.Uint64Range(0, top).Draw(t,
				"span"))
		}), 0, 200)
		unit := rapid.SampledFrom([]int64{1, micros.PerSecond}).Draw(t, "unit")
		opened := rapid.Int64Range(0, 1<<51)
		c := &Set{}
		var want []Wait
		for range rapid.IntRange(1, 4).Draw(t, "parts") {
			var part []Wait
			for _, s := range spans.Draw(t, "spans") {
				s = NewSpan(s.Time()*unit, s&Censored)
				part = append(part, Wait{s, groups.Group(len(want) + len(part)), QuarterOf(opened.Draw(t, "opened"))})
			}
			if rapid.Bool().Draw(t, "more than a block") {
				part = slices.Repeat(part, ints.BlockItems/100)
			}
			cut := rapid.IntRange(0, len(part)).Draw(t, "cut")
			c.Pieces = append(c.Pieces, part[:cut], part[cut:])
			c.Conversations += int64(len(part))
			want = append(want, part...)
		}
		slices.SortStableFunc(want, func(a, b Wait) int { return cmp.Compare(a.Span, b.Span) })
		slabs := memory.NewSlabs(0, nil)
		for range rapid.IntRange(0, 3).Draw(t, "slabs") {
			_, _, err := slabs.Take(rapid.IntRange(0, 10_000).Draw(t, "cells"))
			require.NoError(t, err)
		}
		c.Reuse(slabs, nil, nil, nil)
		o, err := c.Sort(rapid.IntRange(1, 5).Draw(t, "workers"))
		require.NoError(t, err)
		for i := range o.Scratch() { // is other memory
			o.Scratch()[i] = ^Span(0)
		}
		require.Len(t, o.Scratch(), len(want))
		got := make([]Wait, len(o.Span))
		for i := range got {
			require.LessOrEqual(t, o.Earliest+o.Opened[i], o.Latest)
			got[i] = o.At(i)
		}
		require.True(t, slices.Equal(want, got))
	})
}

// Each row has its own spans, in order, to do with as it pleases.
func TestEachRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spans := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Span {
			return Span(rapid.Uint64Range(0, 9).Draw(t,
				"span"))
		}), 0, 2000).Draw(t, "spans")
		slices.Sort(spans)
		rows := rapid.IntRange(1, 70).Draw(t, "rows")
		row := rapid.SliceOfN(rapid.Uint32Range(0, uint32(rows-1)), 5, 5).Draw(t, "row of each number")
		number, want := make([]uint32, len(spans)), make([][]Span, rows)
		for i, s := range spans {
			number[i] = uint32(i*7/3) % 5
			r := row[number[i]]
			want[r] = append(want[r], s)
		}
		got := make([][]Span, rows)
		EachRow(spans, make([]Span, len(spans)), number, row, rows, rapid.IntRange(1, 4).Draw(t, "workers"),
			func(r int, of []Span) {
				got[r] = slices.Clone(of)
				clear(of)
			})
		for r := range want {
			require.True(t, slices.Equal(want[r], got[r]))
		}
	})
}
