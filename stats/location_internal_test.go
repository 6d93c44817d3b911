package stats

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

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

// Moments are those of two passes over the values.
func TestMomentsAgainstTheDefinition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 2, -1).Draw(t, "values")
		var m moments
		sum := 0.0
		for _, x := range values {
			m.add(x)
			sum += x
		}
		n := float64(len(values))
		mean, squares := sum/n, 0.0
		for _, x := range values {
			squares += (x - mean) * (x - mean)
		}
		s := m.sample()
		require.Equal(t, len(values), s.N)
		require.InDelta(t, mean, s.Mean, 1e-6)
		require.InDelta(t, squares/(n-1), s.Variance, 1e-6*(1+squares/(n-1)))
	})
}
