package stats_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/stats"
)

func TestClusterShare(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		clusters := counts(t)
		c, err := stats.NewClusterShare(clusters)
		require.NoError(t, err)
		k, n, g := 0, 0, 0
		for _, of := range clusters {
			k, n = k+of.K, n+of.N
			if of.N > 0 {
				g++
			}
		}
		require.Equal(t, stats.Count{K: k, N: n}, c.All)
		require.Equal(t, g, c.Clusters)
		if g < 2 {
			low, high := c.Interval(c.All.Share())
			require.True(t, math.IsNaN(c.StdErr) && math.IsNaN(low) && math.IsNaN(high))
			return
		}
		share := c.All.Share()
		low, high := c.Interval(share)
		wilsonLow, wilsonHigh := stats.Wilson(k, n)
		require.True(t, 0 <= low && low <= wilsonLow && wilsonHigh <= high && high <= 1, "%v to %v", low, high)
		require.True(t, low <= share && share <= high)
		// Twice all clusters are as far from each other, and twice as many.
		again, err := stats.NewClusterShare(append(clusters, clusters...))
		require.NoError(t, err)
		require.InDelta(t, c.StdErr*math.Sqrt(float64(g-1)/float64(2*g-1)), again.StdErr, 1e-9)
	})
	_, err := stats.NewClusterShare([]stats.Count{{K: -1, N: 1}})
	require.ErrorContains(t, err, "count 1 of 1")
	c, err := stats.NewClusterShare([]stats.Count{{K: 1, N: 2}, {K: 2, N: 3}})
	require.NoError(t, err)
	for _, bad := range []float64{-0.1, 1.1, math.NaN()} {
		low, high := c.Interval(bad)
		require.True(t, math.IsNaN(low) && math.IsNaN(high))
	}
}
