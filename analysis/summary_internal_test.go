package analysis

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/naive"
)

// Quantiles of Student's t as tables print them (Abramowitz and Stegun, 26.10).
func TestStudentTAgainstTables(t *testing.T) {
	for degrees, want := range map[int]string{1: "12.706", 2: "4.303", 3: "3.182", 4: "2.776", 5: "2.571", 6: "2.447", 7: "2.365", 8: "2.306",
		9: "2.262", 10: "2.228", 12: "2.179", 15: "2.131", 20: "2.086", 25: "2.060", 30: "2.042", 40: "2.021", 60: "2.000", 120: "1.980"} {
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
	for n, want := range map[int]int{0: 0, 1: 0, 5: 0, 6: 1, 7: 1, 8: 1, 9: 2, 10: 2, 11: 2, 12: 3, 15: 4, 17: 5, 20: 6, 25: 8, 30: 10, 40: 14, 50: 18, 100: 40} {
		require.Equal(t, want, medianRank(n), "n = %d", n)
	}
	for n := 1; n <= 1000; n++ {
		k := medianRank(n)
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
	require.Equal(t, 469, medianRank(1000))
	require.Equal(t, 469, medianRank(1001), "⌊(1001 − 62.01…)/2⌋")
	require.Equal(t, 499020, medianRank(1_000_000))
}

// Remission times of leukaemia patients, in weeks, under 6-mercaptopurine
// (Freireich et al. 1963): the textbooks' example of the estimate. A week here
// is an hour, so that "within 24 hours" is the survival at 24 weeks.
func TestKaplanMeierAgainstTheTextbook(t *testing.T) {
	const hour = 3600 * microsecond
	spans := []span{newSpan(6*hour, 0), newSpan(6*hour, 0), newSpan(6*hour, 0), newSpan(6*hour, censored), newSpan(7*hour, 0),
		newSpan(9*hour, censored), newSpan(10*hour, 0), newSpan(10*hour, censored), newSpan(11*hour, censored), newSpan(13*hour, 0),
		newSpan(16*hour, 0), newSpan(17*hour, censored), newSpan(19*hour, censored), newSpan(20*hour, censored), newSpan(22*hour, 0),
		newSpan(23*hour, 0), newSpan(25*hour, censored), newSpan(32*hour, censored), newSpan(32*hour, censored),
		newSpan(34*hour, censored), newSpan(35*hour, censored)}
	median, answered := kaplanMeier(spans)
	require.EqualValues(t, 23*hour, median)
	require.InDelta(t, 1-0.4482, answered, 0.00005, "the printed survival after 23 weeks")
}

func TestKaplanMeier(t *testing.T) {
	const day = dayMicros
	nan := math.NaN()
	for _, test := range []struct {
		name             string
		spans            []span
		median, answered float64
	}{
		{"nobody", nil, nan, nan},
		{"one answered", []span{newSpan(5, 0)}, 5, 1},
		{"one answered at once", []span{newSpan(0, 0)}, 0, 1},
		{"one unanswered, soon cut off", []span{newSpan(5, censored)}, nan, nan},
		{"one unanswered for a day", []span{newSpan(day, censored)}, nan, 0},
		{"one unanswered, cut off just before a day", []span{newSpan(day-1, censored)}, nan, nan},
		{"answered at a day exactly", []span{newSpan(day, 0), newSpan(day+1, censored)}, day, 0.5},
		{"answered just after a day", []span{newSpan(day+1, 0)}, day + 1, 0},
		{"an answer and a cut at one time: the answer is first", []span{newSpan(5, 0), newSpan(5, censored)}, 5, nan},
		{"the answers past a cut weigh more", []span{newSpan(1, 0), newSpan(2, censored), newSpan(3, 0), newSpan(4, censored)}, 3, nan},
		{"S is one half only by rounding", []span{newSpan(1, 0), newSpan(2, 0), newSpan(3, 0), newSpan(4, 0), newSpan(5, 0), newSpan(6, 0)}, 3, 1},
		{"S stays above one half", []span{newSpan(1, 0), newSpan(2, censored), newSpan(3, censored)}, nan, nan},
	} {
		t.Run(test.name, func(t *testing.T) {
			median, answered := kaplanMeier(test.spans)
			requireSame(t, test.median, median)
			requireSame(t, test.answered, answered)
		})
	}
}

func requireSame(t *testing.T, want, got float64) {
	t.Helper()
	if math.IsNaN(want) {
		require.True(t, math.IsNaN(got), "%v is not NaN", got)
		return
	}
	require.InDelta(t, want, got, 1e-12)
}

// Samples of the sizes at which something begins.
func TestSummarize(t *testing.T) {
	for n := range 8 {
		spans := make([]span, n)
		for i := range spans {
			spans[i] = newSpan(int64(i+1)*microsecond, 0)
		}
		s := summarize(spans, &total{exchNr: int64(2 * n), turns: int64(n)})
		require.EqualValues(t, n, s.conversations)
		require.EqualValues(t, n, s.answered)
		require.Equal(t, n == 0, math.IsNaN(s.mean), "n = %d: mean", n)
		require.Equal(t, n == 0, math.IsNaN(s.p50), "n = %d: median", n)
		require.Equal(t, n < 2, math.IsNaN(s.std), "n = %d: deviation", n)
		require.Equal(t, n < 2, math.IsNaN(s.ciLow), "n = %d: interval of the mean", n)
		require.Equal(t, n < 6, math.IsNaN(s.p50Low), "n = %d: interval of the median", n)
		if n >= 6 {
			require.EqualValues(t, microsecond, s.p50Low)
			require.EqualValues(t, n*microsecond, s.p50High)
		}
	}
	// 1, 2 and 3 s: R's t.test and quantile(type = 7) print these.
	s := summarize([]span{newSpan(1e6, 0), newSpan(2e6, 0), newSpan(3e6, 0)}, &total{})
	require.InDelta(t, 2e6, s.mean, 1e-9)
	require.InDelta(t, 1e6, s.std, 1e-9)
	require.Zero(t, s.ciLow, "-0.484 is not below 0")
	require.InDelta(t, 4.484138e6, s.ciHigh, 1)
	require.InDelta(t, 2.8e6, s.p90, 1e-6)
	require.InDelta(t, 2.98e6, s.p99, 1e-6)
}

// Sums of turn times may pass 2^63 µs and are rounded once.
func TestSum128(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var sum sum128
		exact := new(big.Int)
		for _, n := range rapid.SliceOf(rapid.Uint64()).Draw(t, "addends") {
			sum.add(sum128{low: n})
			exact.Add(exact, new(big.Int).SetUint64(n))
		}
		want, _ := new(big.Float).SetInt(exact).Float64()
		require.InEpsilon(t, want+1, sum.float()+1, 1e-15)
	})
}
