package analysis_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/stats"
)

// seconds draws times, many of them equal, some 0.
var seconds = rapid.Custom(func(t *rapid.T) float64 {
	if rapid.Bool().Draw(t, "whole") {
		return float64(rapid.IntRange(0, 9).Draw(t, "s"))
	}
	return rapid.Float64Range(0, 1e6).Draw(t, "s")
})

// waits draws conversations: how long each waited, and which are answered.
func waits(t *rapid.T) (times []float64, answered []bool) {
	times = rapid.SliceOfN(seconds, 0, 40).Draw(t, "times")
	return times, rapid.SliceOfN(rapid.Bool(), len(times), len(times)).Draw(t, "answered")
}

// The report has points of the same curve.
func TestKaplanMeierOfPairsIsTheReports(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times, answered := waits(t)
		n := len(times)
		opened, ended := make([]int64, n), make([]int64, n)
		notAnswered := make([]bool, n)
		for i, wait := range times {
			opened[i] = rapid.Int64Range(0, 1e15).Draw(t, "opened")
			ended[i] = opened[i] + int64(math.Round(wait*1e6))
			notAnswered[i] = !answered[i]
		}
		zeros := make([]int64, n)
		pairs, err := frame.New(
			frame.Texts("country", make([]string, n), nil), frame.Int64s("merchant_id", zeros, nil), frame.Int64s("client_user_id", zeros, nil),
			frame.Times("opened_at", opened, nil), frame.Times("responded_at", ended, frame.Valid(answered...)),
			frame.Times("censored_at", ended, frame.Valid(notAnswered...)),
			frame.Int64s("exch_nr", zeros, nil), frame.Int64s("turns", zeros, nil), frame.Int64s("turn_time_us", zeros, nil))
		require.NoError(t, err)
		waited, ends, err := analysis.Waits(pairs)
		require.NoError(t, err)
		require.Equal(t, answered, ends)
		s, err := stats.KaplanMeier(waited, ends)
		require.NoError(t, err)
		report, err := analysis.Report(pairs, analysis.All)
		require.NoError(t, err)
		if n == 0 {
			require.Zero(t, report.Len())
			return
		}
		const day = 24 * 60 * 60
		low, high := s.WithinInterval(day)
		wait, _ := s.RestrictedMean(day)
		for name, got := range map[string]float64{"dt_km_p50_s": s.Quantile(0.5), "km_answered_24h": s.Within(day),
			"km_answered_24h_ci95_low": low, "km_answered_24h_ci95_high": high, "wait_24h_mean_s": wait} {
			c, err := report.Column(name)
			require.NoError(t, err)
			require.Equal(t, c.IsNull(0), math.IsNaN(got), name)
			if !c.IsNull(0) {
				require.InDelta(t, c.Float64s()[0], got, 1e-9*(1+got), name)
			}
		}
	})
}

func TestWaitsOfFramesThatAreNoPairs(t *testing.T) {
	opened, never := frame.Times("opened_at", []int64{1}, nil), frame.Valid(false)
	responded, censored := frame.Times("responded_at", []int64{1}, never), frame.Times("censored_at", []int64{1}, never)
	for want, columns := range map[string][]frame.Column{
		"opened_at":                          {responded, censored},
		"responded_at":                       {opened, censored},
		"censored_at":                        {opened, responded},
		"row 1 has neither responded_at nor": {opened, responded, censored},
	} {
		f, err := frame.New(columns...)
		require.NoError(t, err)
		_, _, err = analysis.Waits(f)
		require.ErrorContains(t, err, want)
	}
}
