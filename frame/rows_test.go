package frame_test

import (
	"slices"
	"testing"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
	"github.com/sav-analytics/sav/frame/internal/frametest"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// requireRows compares a frame with rows, and checks that validity is nil exactly where no row is null.
func requireRows(t require.TestingT, want [][]any, got *frame.Frame) {
	require.Equal(t, frametest.Texts(want), frametest.Texts(frametest.Rows(got)))
	for _, c := range got.Columns() {
		require.Equal(t, c.NullCount() == 0, c.Valid() == nil, "%s", c.Name())
	}
}

func TestFilterAgainstLoop(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tab := frametest.Draw(t, "table")
		k := tab.Index("bo0")
		got, err := tab.Frame(t).Filter(expr.Col("bo0"))
		require.NoError(t, err)
		want := slices.DeleteFunc(slices.Clone(tab.Rows), func(row []any) bool { return row[k] != true })
		requireRows(t, want, got)
		require.Equal(t, tab.Names, got.Names())
	})
}

func TestSlicesAgainstSlices(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tab := frametest.Draw(t, "table")
		f, n := tab.Frame(t), len(tab.Rows)
		k := rapid.IntRange(-2, 40).Draw(t, "k")
		in := min(max(k, 0), n)
		requireRows(t, tab.Rows[:in], f.Head(k))
		requireRows(t, tab.Rows[n-in:], f.Tail(k))
		lo := rapid.IntRange(0, n).Draw(t, "lo")
		hi := rapid.IntRange(lo, n).Draw(t, "hi")
		part, err := f.Slice(lo, hi)
		require.NoError(t, err)
		requireRows(t, tab.Rows[lo:hi], part)
		again, err := part.Slice(0, hi-lo)
		require.NoError(t, err)
		requireRows(t, tab.Rows[lo:hi], again)

		name := rapid.SampledFrom(tab.Names).Draw(t, "key")
		sorted, err := f.SortBy(frame.Desc(name), frame.Asc("in0"))
		require.NoError(t, err)
		top, err := f.TopK(in, frame.Desc(name), frame.Asc("in0"))
		require.NoError(t, err)
		requireRows(t, frametest.Rows(sorted)[:in], top)
	})
}

// Rows that are concatenated are those of the parts, whatever order their columns are in.
func TestConcatAgainstAppend(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tab := frametest.Draw(t, "table")
		f := tab.Frame(t)
		cut := rapid.IntRange(0, len(tab.Rows)).Draw(t, "cut")
		names := slices.Clone(tab.Names)
		slices.Reverse(names)
		turned, err := f.Tail(len(tab.Rows) - cut).Select(names...)
		require.NoError(t, err)
		got, err := frame.Concat(f.Head(cut), turned, f.Head(cut))
		require.NoError(t, err)
		requireRows(t, append(slices.Clone(tab.Rows), tab.Rows[:cut]...), got)
		// Dictionaries of two frames become one.
		other := frametest.Draw(t, "other")
		both, err := frame.Concat(columns(t, f, "te0", "fl0"), columns(t, other.Frame(t), "fl0", "te0"))
		require.NoError(t, err)
		var want [][]any
		for _, tab := range []frametest.Table{tab, other} {
			for _, row := range tab.Rows {
				want = append(want, []any{row[tab.Index("te0")], row[tab.Index("fl0")]})
			}
		}
		requireRows(t, want, both)
	})
}

func columns(t require.TestingT, f *frame.Frame, names ...string) *frame.Frame {
	out, err := f.Select(names...)
	require.NoError(t, err)
	return out
}

func TestUniqueAndDropNullsAgainstLoops(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tab := frametest.Draw(t, "table")
		names := rapid.SliceOfNDistinct(rapid.SampledFrom(tab.Names), 0, 3, rapid.ID[string]).Draw(t, "columns")
		var places []int
		for k, name := range tab.Names {
			if len(names) == 0 || slices.Contains(names, name) {
				places = append(places, k)
			}
		}
		seen := map[string]bool{}
		var first, whole [][]any
		for _, row := range tab.Rows {
			if id := frametest.KeyOf(row, places); !seen[id] {
				seen[id] = true
				first = append(first, row)
			}
			if !slices.ContainsFunc(places, func(k int) bool { return row[k] == nil }) {
				whole = append(whole, row)
			}
		}
		got, err := tab.Frame(t).Unique(names...)
		require.NoError(t, err)
		requireRows(t, first, got)
		got, err = tab.Frame(t).DropNulls(names...)
		require.NoError(t, err)
		requireRows(t, whole, got)
	})
}

// A sample is of distinct rows in their order, the same for the same seed, and takes each row about as often as any
// other.
func TestSample(t *testing.T) {
	t.Parallel()
	numbers := make([]int64, 50)
	for i := range numbers {
		numbers[i] = int64(i)
	}
	f, err := frame.New(frame.Int64s("n", numbers, nil))
	require.NoError(t, err)
	drawn := make([]int, len(numbers))
	for seed := range uint64(2000) {
		part, err := f.Sample(10, seed)
		require.NoError(t, err)
		values := part.Columns()[0].Int64s()
		require.Len(t, values, 10)
		for i, v := range values {
			drawn[v]++
			require.True(t, i == 0 || values[i-1] < v)
		}
		again, err := f.Sample(10, seed)
		require.NoError(t, err)
		require.Equal(t, values, again.Columns()[0].Int64s())
	}
	for _, n := range drawn { // 400 expected, with a deviation of 18
		require.InDelta(t, 400, n, 90)
	}
	all, err := f.Sample(50, 1)
	require.NoError(t, err)
	require.Equal(t, 50, all.Len())
	none, err := f.Sample(0, 1)
	require.NoError(t, err)
	require.Zero(t, none.Len())
}
