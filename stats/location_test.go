package stats_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/stats/interval"
	"github.com/sav-analytics/sav/stats"
)

func TestMedianInterval(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.SliceOf(seconds).Draw(t, "times")
		low, high, err := stats.MedianInterval(times)
		require.NoError(t, err)
		n := len(times)
		if n < 6 {
			require.True(t, math.IsNaN(low) && math.IsNaN(high))
			return
		}
		k := interval.MedianRank(n)
		sorted := slices.Sorted(slices.Values(times))
		require.Equal(t, []float64{sorted[k-1], sorted[n-k]}, []float64{low, high})
		require.LessOrEqual(t, low, high)
	})
}

// 1, 2 and 3: R's t.test prints these.
func TestMeanInterval(t *testing.T) {
	low, high := stats.MeanInterval(2, 1, 3)
	require.InDelta(t, -0.484138, low, 1e-6)
	require.InDelta(t, 4.484138, high, 1e-6)
	for _, n := range []int{-1, 0, 1} {
		low, high := stats.MeanInterval(2, 1, n)
		require.True(t, math.IsNaN(low) && math.IsNaN(high), "n = %d", n)
	}
}
