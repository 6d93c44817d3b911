package stats

import (
	"fmt"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/naive"
)

// Quantiles of Student's t as tables print them (Abramowitz and Stegun, 26.10).
func TestStudentTAgainstTables(t *testing.T) {
	for degrees, want := range map[int]string{1: "12.706", 2: "4.303", 3: "3.182", 4: "2.776", 5: "2.571", 6: "2.447",
		7: "2.365", 8: "2.306",
		9: "2.262", 10: "2.228", 12: "2.179", 15: "2.131", 20: "2.086", 25: "2.060", 30: "2.042", 40: "2.021",
		60: "2.000", 120: "1.980"} {
		require.Equal(t, want, fmt.Sprintf("%.3f", studentT(degrees)), "%d degrees of freedom", degrees)
	}
	require.InDelta(t, 1.959964, studentT(10_000_000), 1e-6, "the normal distribution's, in the end")
}

func TestStudentTAgainstTheSeries(t *testing.T) {
	for _, degrees := range []int{1, 2, 3, 4, 5, 7, 10, 31, 100, 999, 1000, 1001, 1002, 5000, 20_001} {
		for range 2 { // computed, then remembered
			require.InEpsilon(t, naive.StudentT(degrees), studentT(degrees), 1e-11, "%d degrees of freedom", degrees)
		}
	}
}

// Ranks as tables of the sign test's interval print them (Conover, table A3,
// turned around), and by exact sums of binomial coefficients.
func TestMedianRank(t *testing.T) {
	for n, want := range map[int]int{0: 0, 1: 0, 5: 0, 6: 1, 7: 1, 8: 1, 9: 2, 10: 2, 11: 2, 12: 3, 15: 4, 17: 5, 20: 6,
		25: 8, 30: 10, 40: 14, 50: 18, 100: 40} {
		require.Equal(t, want, MedianRank(n), "n = %d", n)
	}
	for n := 1; n <= 1000; n++ {
		k := MedianRank(n)
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
	require.Equal(t, 469, MedianRank(1000))
	require.Equal(t, 469, MedianRank(1001), "⌊(1001 − 62.01…)/2⌋")
	require.Equal(t, 499020, MedianRank(1_000_000))
}
