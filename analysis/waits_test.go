package analysis_test

import (
	"math"
	"slices"
	"testing"
	"time"

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
			opened[i] = rapid.Int64Range(7e14, 1e15).Draw(t, "opened")
			ended[i] = opened[i] + int64(math.Round(wait*1e6))
			notAnswered[i] = !answered[i]
		}
		zeros := make([]int64, n)
		ones := slices.Repeat([]int64{1}, n)
		pairs, err := frame.New(
			frame.Texts("country", make([]string, n), nil), frame.Int64s("merchant_id", zeros, nil),
			frame.Int64s("client_user_id", zeros, nil),
			frame.Times("opened_at", opened, nil), frame.Times("responded_at", ended, frame.Valid(answered...)),
			frame.Times("censored_at", ended, frame.Valid(notAnswered...)),
			frame.Int64s("exch_nr", ones, nil), frame.Int64s("turns", zeros, nil), frame.Int64s("turn_time_us", zeros,
				nil))
		require.NoError(t, err)
		waited, ends, err := analysis.Waits(pairs)
		require.NoError(t, err)
		require.Equal(t, answered, ends)
		s, err := stats.KaplanMeier(waited, ends)
		require.NoError(t, err)
		report, err := analysis.Report(ctx, pairs, analysis.Options{Levels: []analysis.Level{analysis.All}})
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

// A value that cannot be, anywhere in a frame of pairs, is an error that names it.
func TestPairsThatCannotBe(t *testing.T) {
	const day = int64(86_400e6)
	from := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
	times := func(values ...int64) []int64 {
		for i := range values {
			values[i] += from
		}
		return values
	}
	good := map[string]frame.Column{
		"country":        frame.Texts("country", []string{"FR", "FR", "DE"}, nil),
		"merchant_id":    frame.Int64s("merchant_id", []int64{7, 7, 8}, nil),
		"client_user_id": frame.Int64s("client_user_id", []int64{1, 2, 0}, frame.Valid(true, true, false)),
		"opened_at":      frame.Times("opened_at", times(0, 0, day), nil),
		"responded_at":   frame.Times("responded_at", times(60e6, 0, day), frame.Valid(true, false, true)),
		"censored_at":    frame.Times("censored_at", times(0, 2*day, 2*day), frame.Valid(false, true, true)),
		"exch_nr":        frame.Int64s("exch_nr", []int64{1, 0, 2}, frame.Valid(true, false, true)),
		"turns":          frame.Int64s("turns", []int64{1, 0, 2}, nil),
		"turn_time_us":   frame.Int64s("turn_time_us", []int64{60e6, 0, 5}, nil),
	}
	pairs := func(spoiled frame.Column) *frame.Frame {
		var columns []frame.Column
		for name, c := range good {
			if name == spoiled.Name() {
				c = spoiled
			}
			columns = append(columns, c)
		}
		f, err := frame.New(columns...)
		require.NoError(t, err)
		return f
	}
	report, err := analysis.Report(ctx, pairs(good["turns"]), analysis.Options{})
	require.NoError(t, err)
	require.Equal(t, 7, report.Len())
	waited, answered, err := analysis.Waits(pairs(good["turns"]))
	require.NoError(t, err)
	require.Equal(t, []float64{60, 2 * 86400, 0}, waited)
	require.Equal(t, []bool{true, false, true}, answered)

	for _, test := range []struct {
		spoiled   frame.Column
		want      string
		alsoWaits bool
	}{
		{frame.Times("opened_at", times(0, 0, day), frame.Valid(true, false, true)), "row 2 has no opened_at", true},
		{frame.Times("opened_at", []int64{0, from, from + day}, nil),
			"row 1 has opened_at 1970-01-01T00:00:00Z; expected a year from 1990", true},
		{frame.Times("responded_at", times(60e6, 0, 0), frame.Valid(true, false, true)),
			"row 3 has responded_at before opened_at", true},
		{frame.Times("responded_at", times(60e6, 0, 3*day), frame.Valid(true, false, true)),
			"row 3 has responded_at after censored_at", true},
		{frame.Times("responded_at", times(9e16, 0, day), frame.Valid(true, false, true)),
			"row 1 has responded_at 4878", true},
		{frame.Times("censored_at", times(0, -1, 2*day), frame.Valid(false, true, true)),
			"row 2 has censored_at before opened_at", true},
		{frame.Times("censored_at", times(0, 0, 2*day), frame.Valid(false, false, true)),
			"row 2 has neither responded_at nor censored_at", true},
		{frame.Int64s("merchant_id", []int64{7, 7, 8}, frame.Valid(true, true, false)), "row 3 has no merchant_id",
			false},
		{frame.Int64s("exch_nr", []int64{1, 0, 2}, frame.Valid(true, false, false)), "row 3 has no exch_nr", false},
		{frame.Int64s("exch_nr", []int64{0, 0, 2}, nil), "row 1 has exch_nr 0; expected at least 1", false},
		{frame.Int64s("turns", []int64{1, -1, 2}, nil), "row 2 has turns -1; expected at least 0", false},
		{frame.Int64s("turns", []int64{1, 0, 2}, frame.Valid(false, true, true)), "row 1 has no turns", false},
		{frame.Int64s("turn_time_us", []int64{1, 0, -2}, nil), "row 3 has turn_time_us -2; expected at least 0", false},
	} {
		t.Run(test.want, func(t *testing.T) {
			_, err := analysis.Report(ctx, pairs(test.spoiled), analysis.Options{})
			require.ErrorContains(t, err, test.want)
			if _, _, err = analysis.Waits(pairs(test.spoiled)); test.alsoWaits {
				require.ErrorContains(t, err, test.want)
			} else {
				require.NoError(t, err)
			}
		})
	}
	_, _, err = analysis.Waits(nil)
	require.ErrorContains(t, err, "no frame")
}

func TestWaitsOfFramesThatAreNoPairs(t *testing.T) {
	opened, never := frame.Times("opened_at", []int64{1e15}, nil), frame.Valid(false)
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
