package frame_test

import (
	"slices"
	"testing"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/internal/frametest"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestSortByAgainstSlices(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tab := frametest.Draw(t, "table")
		names := rapid.SliceOfN(rapid.SampledFrom(tab.Names), 0, 4).Draw(t, "keys")
		keys := make([]frame.SortKey, len(names))
		for i, name := range names {
			keys[i] = frame.SortKey{Column: name, Descending: rapid.Bool().Draw(t, "descending")}
		}
		got, err := tab.Frame(t).SortBy(keys...)
		require.NoError(t, err)
		want := slices.Clone(tab.Rows)
		slices.SortStableFunc(want, func(x, y []any) int {
			for _, k := range keys {
				a, b := x[tab.Index(k.Column)], y[tab.Index(k.Column)]
				o := 0
				switch {
				case a == nil && b == nil:
				case a == nil:
					return 1
				case b == nil:
					return -1
				case k.Descending:
					o = frametest.Order(b, a)
				default:
					o = frametest.Order(a, b)
				}
				if o != 0 {
					return o
				}
			}
			return 0
		})
		require.Equal(t, frametest.Texts(want), frametest.Texts(frametest.Rows(got)))
	})
}
