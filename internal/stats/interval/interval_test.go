package interval_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/stats/interval"
)

func TestLogLogAtItsEnds(t *testing.T) {
	for _, bad := range [][2]float64{{0, 0.1}, {1, 0.1}, {0.5, -1}, {0.5, math.NaN()}, {math.NaN(), 1}} {
		low, high := interval.LogLog(bad[0], bad[1])
		require.True(t, math.IsNaN(low) && math.IsNaN(high), "%v", bad)
	}
	low, high := interval.LogLog(0.5, 0)
	require.InDelta(t, 0.5, low, 1e-15)
	require.InDelta(t, 0.5, high, 1e-15)
}

// Ranks as tables of the sign test's interval print them (Conover, table A3,
// turned around), and by exact sums of binomial coefficients.
func TestMedianRank(t *testing.T) {
	for n, want := range map[int]int{0: 0, 1: 0, 5: 0, 6: 1, 7: 1, 8: 1, 9: 2, 10: 2, 11: 2, 12: 3, 15: 4, 17: 5, 20: 6,
		25: 8, 30: 10, 40: 14, 50: 18, 100: 40} {
		require.Equal(t, want, interval.MedianRank(n), "n = %d", n)
	}
	for n := 1; n <= 1000; n++ {
		k := interval.MedianRank(n)
		limit := new(big.Int).Lsh(big.NewInt(1), uint(n)) // a sum of 2^n/40 outcomes is too many
		outcomes, below := big.NewInt(1), new(big.Int)
		for i := range k + 1 {
			below.Add(below, new(big.Int).Mul(outcomes, big.NewInt(40)))
			if i == k-1 {
				require.LessOrEqual(t, below.Cmp(limit), 0, "n = %d: k = %d is too large", n, k)
			}
			outcomes.Mul(outcomes, big.NewInt(int64(n-i)))
			outcomes.Quo(outcomes, big.NewInt(int64(i+1)))
		}
		require.Positive(t, below.Cmp(limit), "n = %d: k = %d is too small", n, k)
	}
	require.Zero(t, interval.MedianRank(-1))
	require.Equal(t, 469, interval.MedianRank(1000))
	require.Equal(t, 469, interval.MedianRank(1001), "⌊(1001 − 62.01…)/2⌋")
	require.Equal(t, 499020, interval.MedianRank(1_000_000))
}
