package stats_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/stats/interval"
	"github.com/sav-analytics/sav/stats"
)

// The ends of Wilson's interval are the shares from which what was found is z
// standard errors away.
func TestWilson(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 100_000).Draw(t, "n")
		k := rapid.IntRange(0, n).Draw(t, "k")
		low, high := stats.Wilson(k, n)
		found := float64(k) / float64(n)
		require.True(t, 0 <= low && low <= found && found <= high && high <= 1, "%d of %d: %v to %v", k, n, low, high)
		for _, p := range []float64{low, high} {
			require.InDelta(t, (found-p)*(found-p), interval.Z975*interval.Z975*p*(1-p)/float64(n), 1e-12)
		}
		mirrorLow, mirrorHigh := stats.Wilson(n-k, n)
		require.InDelta(t, 1-high, mirrorLow, 1e-12)
		require.InDelta(t, 1-low, mirrorHigh, 1e-12)
	})
	for _, bad := range [][2]int{{0, 0}, {-1, 5}, {6, 5}, {0, -1}} {
		low, high := stats.Wilson(bad[0], bad[1])
		require.True(t, math.IsNaN(low) && math.IsNaN(high), "%v", bad)
	}
}
