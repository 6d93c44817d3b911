package analysis

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

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
	answered := make([]withinSummary, 1)
	median := summarizeWithin(spans, []int64{24 * hour}, answered)
	require.EqualValues(t, int64(23*hour), median)
	require.InDelta(t, 1-0.4482, answered[0].answered, 0.00005, "the printed survival after 23 weeks")
}

func TestKaplanMeier(t *testing.T) {
	const day = 24 * 60 * 60 * microsecond
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
			answered := make([]withinSummary, 1)
			median := summarizeWithin(test.spans, []int64{day}, answered)
			requireSame(t, test.median, median)
			requireSame(t, test.answered, answered[0].answered)
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
		var s summary
		s.summarize(spans, &total{exchNr: int64(2 * n), turns: int64(n)}, nil)
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
	var s summary
	s.summarize([]span{newSpan(1e6, 0), newSpan(2e6, 0), newSpan(3e6, 0)}, &total{}, nil)
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
