package stats_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

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
		k := stats.MedianRank(n)
		sorted := slices.Sorted(slices.Values(times))
		require.Equal(t, []float64{sorted[k-1], sorted[n-k]}, []float64{low, high})
		require.LessOrEqual(t, low, high)
	})
	require.Zero(t, stats.MedianRank(-1))
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

// Moments are those of two passes over the values.
func TestMomentsAgainstTheDefinition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 2, -1).Draw(t, "values")
		var m stats.Moments
		sum := 0.0
		for _, x := range values {
			m.Add(x)
			sum += x
		}
		n := float64(len(values))
		mean, squares := sum/n, 0.0
		for _, x := range values {
			squares += (x - mean) * (x - mean)
		}
		s := m.Sample()
		require.Equal(t, len(values), s.N)
		require.InDelta(t, mean, s.Mean, 1e-6)
		require.InDelta(t, squares/(n-1), s.Variance, 1e-6*(1+squares/(n-1)))
	})
}
