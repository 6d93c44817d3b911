package summary

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/internal/micros"
)

// Remission times of leukaemia patients, in weeks, under 6-mercaptopurine
// (Freireich et al. 1963): the textbooks' example of the estimate. A week here
// is an hour, so that "within 24 hours" is the survival at 24 weeks.
func TestKaplanMeierAgainstTheTextbook(t *testing.T) {
	const hour = 3600 * micros.PerSecond
	spans := []waits.Span{waits.NewSpan(6*hour, 0), waits.NewSpan(6*hour, 0), waits.NewSpan(6*hour, 0),
		waits.NewSpan(6*hour, waits.Censored), waits.NewSpan(7*hour, 0),
		waits.NewSpan(9*hour, waits.Censored), waits.NewSpan(10*hour, 0), waits.NewSpan(10*hour, waits.Censored),
		waits.NewSpan(11*hour, waits.Censored), waits.NewSpan(13*hour, 0),
		waits.NewSpan(16*hour, 0), waits.NewSpan(17*hour, waits.Censored), waits.NewSpan(19*hour, waits.Censored),
		waits.NewSpan(20*hour, waits.Censored), waits.NewSpan(22*hour, 0),
		waits.NewSpan(23*hour, 0), waits.NewSpan(25*hour, waits.Censored), waits.NewSpan(32*hour, waits.Censored),
		waits.NewSpan(32*hour, waits.Censored),
		waits.NewSpan(34*hour, waits.Censored), waits.NewSpan(35*hour, waits.Censored)}
	answered := make([]Within, 1)
	median := answeredWithin(spans, []int64{24 * hour}, answered)
	require.EqualValues(t, int64(23*hour), median)
	require.InDelta(t, 1-0.4482, answered[0].Answered, 0.00005, "the printed survival after 23 weeks")
}

func TestKaplanMeier(t *testing.T) {
	const day = 24 * 60 * 60 * micros.PerSecond
	nan := math.NaN()
	for _, test := range []struct {
		name             string
		spans            []waits.Span
		median, answered float64
	}{
		{"nobody", nil, nan, nan},
		{"one answered", []waits.Span{waits.NewSpan(5, 0)}, 5, 1},
		{"one answered at once", []waits.Span{waits.NewSpan(0, 0)}, 0, 1},
		{"one unanswered, soon cut off", []waits.Span{waits.NewSpan(5, waits.Censored)}, nan, nan},
		{"one unanswered for a day", []waits.Span{waits.NewSpan(day, waits.Censored)}, nan, 0},
		{"one unanswered, cut off just before a day", []waits.Span{waits.NewSpan(day-1, waits.Censored)}, nan, nan},
		{"answered at a day exactly", []waits.Span{waits.NewSpan(day, 0), waits.NewSpan(day+1, waits.Censored)}, day,
			0.5},
		{"answered just after a day", []waits.Span{waits.NewSpan(day+1, 0)}, day + 1, 0},
		{"an answer and a cut at one time: the answer is first", []waits.Span{waits.NewSpan(5, 0),
			waits.NewSpan(5, waits.Censored)}, 5, nan},
		{"the answers past a cut weigh more", []waits.Span{waits.NewSpan(1, 0), waits.NewSpan(2, waits.Censored),
			waits.NewSpan(3, 0), waits.NewSpan(4, waits.Censored)}, 3, nan},
		{"S is one half only by rounding", []waits.Span{waits.NewSpan(1, 0), waits.NewSpan(2, 0), waits.NewSpan(3, 0),
			waits.NewSpan(4, 0), waits.NewSpan(5, 0), waits.NewSpan(6, 0)}, 3, 1},
		{"S stays above one half", []waits.Span{waits.NewSpan(1, 0), waits.NewSpan(2, waits.Censored),
			waits.NewSpan(3, waits.Censored)}, nan, nan},
	} {
		t.Run(test.name, func(t *testing.T) {
			answered := make([]Within, 1)
			median := answeredWithin(test.spans, []int64{day}, answered)
			requireSame(t, test.median, median)
			requireSame(t, test.answered, answered[0].Answered)
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
		spans := make([]waits.Span, n)
		for i := range spans {
			spans[i] = waits.NewSpan(int64(i+1)*micros.PerSecond, 0)
		}
		var s Summary
		s.Set(spans, &waits.Total{ExchNr: int64(2 * n), Turns: int64(n)}, nil)
		require.EqualValues(t, n, s.Conversations)
		require.EqualValues(t, n, s.Answered)
		require.Equal(t, n == 0, math.IsNaN(s.Mean), "n = %d: mean", n)
		require.Equal(t, n == 0, math.IsNaN(s.P50), "n = %d: median", n)
		require.Equal(t, n < 2, math.IsNaN(s.StdDev), "n = %d: deviation", n)
		require.Equal(t, n < 2, math.IsNaN(s.MeanLow), "n = %d: interval of the mean", n)
		require.Equal(t, n < 6, math.IsNaN(s.P50Low), "n = %d: interval of the median", n)
		if n >= 6 {
			require.EqualValues(t, micros.PerSecond, s.P50Low)
			require.EqualValues(t, n*micros.PerSecond, s.P50High)
		}
	}
	// 1, 2 and 3 s: R's t.test and quantile(type = 7) print these.
	var s Summary
	s.Set([]waits.Span{waits.NewSpan(1e6, 0), waits.NewSpan(2e6, 0), waits.NewSpan(3e6, 0)}, &waits.Total{}, nil)
	require.InDelta(t, 2e6, s.Mean, 1e-9)
	require.InDelta(t, 1e6, s.StdDev, 1e-9)
	require.Zero(t, s.MeanLow, "-0.484 is not below 0")
	require.InDelta(t, 4.484138e6, s.MeanHigh, 1)
	require.InDelta(t, 2.8e6, s.P90, 1e-6)
	require.InDelta(t, 2.98e6, s.P99, 1e-6)
}
