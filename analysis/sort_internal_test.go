package analysis

import (
	"cmp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The radix sort is a stable sort of all parts by span.
func TestSortTimed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		top := rapid.SampledFrom([]uint64{3, 1 << 11, 1 << 12, 1 << 33, 1<<63 - 1}).Draw(t, "top")
		spans := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) span { return span(rapid.Uint64Range(0, top).Draw(t, "span")) }), 0, 200)
		var parts [][]timed
		var want []timed
		for range rapid.IntRange(1, 4).Draw(t, "parts") {
			var part []timed
			for _, s := range spans.Draw(t, "spans") {
				part = append(part, timed{span: s, group: group(len(want) + len(part))})
			}
			parts = append(parts, part)
			want = append(want, part...)
		}
		slices.SortStableFunc(want, func(a, b timed) int { return cmp.Compare(a.span, b.span) })
		got := sortTimed(parts, rapid.IntRange(1, 5).Draw(t, "workers"))
		require.True(t, slices.Equal(want, got))
	})
}
