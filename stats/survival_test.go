package stats_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

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

// survivalNaive is S(t) as it is defined.
func survivalNaive(times []float64, answered []bool, t float64) float64 {
	var ends []float64
	for i, end := range times {
		if answered[i] && end <= t {
			ends = append(ends, end)
		}
	}
	slices.Sort(ends)
	s := 1.0
	for _, end := range slices.Compact(ends) {
		d, n := 0.0, 0.0
		for j, other := range times {
			if other >= end {
				n++
			}
			if other == end && answered[j] {
				d++
			}
		}
		s *= 1 - d/n
	}
	return s
}

// restrictedMeanNaive is the area under S up to t, from one time to the next.
func restrictedMeanNaive(times []float64, answered []bool, t float64) float64 {
	ends := []float64{0, t}
	for _, end := range times {
		if end < t {
			ends = append(ends, end)
		}
	}
	slices.Sort(ends)
	area := 0.0
	for i := 1; i < len(ends); i++ {
		area += survivalNaive(times, answered, ends[i-1]) * (ends[i] - ends[i-1])
	}
	return area
}

// requireInterval checks the interval of the share of events up to a time at which
// it is known.
func requireInterval(t *rapid.T, s *stats.Survival, at float64, someBefore bool, within float64) {
	low, high := s.WithinInterval(at)
	if someBefore && (within == 0 || within == 1) {
		require.True(t, math.IsNaN(low) && math.IsNaN(high))
		return
	}
	const rounding = 1e-12
	require.True(t, 0 <= low && low <= within+rounding && within-rounding <= high && high <= 1, "%v: %v to %v", within,
		low, high)
	if !someBefore {
		wantLow, wantHigh := stats.Wilson(int(math.Round(within*float64(s.N))), s.N)
		require.Equal(t, []float64{wantLow, wantHigh}, []float64{low, high})
	}
}

func TestKaplanMeierAgainstTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times, answered := waits(t)
		s, err := stats.KaplanMeier(times, answered)
		require.NoError(t, err)
		before, last := 1.0, math.Inf(-1)
		for _, step := range s.Steps {
			require.Greater(t, step.Time, last)
			require.Less(t, step.Survival, before)
			require.InDelta(t, survivalNaive(times, answered, step.Time), step.Survival, 1e-12)
			before, last = step.Survival, step.Time
			if step.Survival == 0 {
				require.True(t, math.IsNaN(step.StdErr) && math.IsNaN(step.Low) && math.IsNaN(step.High))
				continue
			}
			require.Positive(t, step.StdErr)
			require.True(t, 0 <= step.Low && step.Low < step.Survival && step.Survival < step.High && step.High <= 1,
				"%+v", step)
		}
		at := seconds.Draw(t, "at")
		within := s.Within(at)
		someBefore := false
		for i, t := range times {
			someBefore = someBefore || !answered[i] && t < at
		}
		if s.Longest >= at || len(times) > 0 && !someBefore {
			require.InDelta(t, 1-survivalNaive(times, answered, at), within, 1e-12)
			mean, stdErr := s.RestrictedMean(at)
			require.InDelta(t, restrictedMeanNaive(times, answered, at), mean, 1e-9*(1+at))
			require.GreaterOrEqual(t, stdErr, 0.0)
			requireInterval(t, s, at, someBefore, within)
		} else {
			mean, stdErr := s.RestrictedMean(at)
			low, high := s.WithinInterval(at)
			for _, v := range []float64{within, mean, stdErr, low, high} {
				require.True(t, math.IsNaN(v), "%v", v)
			}
		}
	})
}

func TestKaplanMeierOfAnsweredAloneIsTheECDF(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.SliceOf(seconds).Draw(t, "times")
		s, err := stats.KaplanMeier(times, nil)
		require.NoError(t, err)
		ecdf, err := stats.ECDF(times)
		require.NoError(t, err)
		require.Len(t, s.Steps, len(ecdf))
		for i, step := range ecdf {
			require.Equal(t, step.Time, s.Steps[i].Time)
			require.InDelta(t, step.Share, 1-s.Steps[i].Survival, 1e-12)
			if step.Share < 1 { // Greenwood's formula is the binomial one then
				require.InDelta(t, math.Sqrt(step.Share*(1-step.Share)/float64(len(times))), s.Steps[i].StdErr, 1e-12)
			}
		}
	})
}

func TestSurvivalBetweenItsSteps(t *testing.T) {
	nan := math.NaN()
	for _, test := range []struct {
		name     string
		times    []float64
		answered []bool
		at, want float64
	}{
		{"nobody", nil, nil, 0, nan},
		{"before the first answer", []float64{5, 9}, nil, 4, 0},
		{"at an answer", []float64{5, 9}, nil, 5, 0.5},
		{"between two", []float64{5, 9}, nil, 8, 0.5},
		{"all are answered by then", []float64{5, 9}, nil, 99, 1},
		{"before 0", []float64{5}, nil, -1, 0},
		{"never asked", []float64{5}, nil, nan, nan},
		{"as long as the longest", []float64{5, 9}, []bool{true, false}, 9, 0.5},
		{"longer than anybody waited", []float64{5, 9}, []bool{true, false}, 10, nan},
		{"nobody is answered", []float64{5, 9}, []bool{false, false}, 9, 0},
		{"an answer after minus 0 s", []float64{math.Copysign(0, -1), 1}, nil, 0, 0.5},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := stats.KaplanMeier(test.times, test.answered)
			require.NoError(t, err)
			requireAllClose(t, []float64{test.want}, []float64{s.Within(test.at)}, 1e-12)
		})
	}
}

func TestSurvivalQuantile(t *testing.T) {
	// S is 0.9, 0.8, …, 0 but for rounding.
	ten, err := stats.KaplanMeier([]float64{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}, nil)
	require.NoError(t, err)
	for p, want := range map[float64]float64{0: 1, 0.05: 1, 0.1: 1, 0.3: 3, 0.5: 5, 0.7: 7, 0.91: 10, 1: 10,
		1.1: math.NaN()} {
		requireAllClose(t, []float64{want}, []float64{ten.Quantile(p)}, 0)
	}
	cut, err := stats.KaplanMeier([]float64{1, 2, 3}, []bool{true, false, false})
	require.NoError(t, err)
	require.Equal(t, 1.0, cut.Quantile(0.3))
	require.True(t, math.IsNaN(cut.Quantile(0.5)))
	require.True(t, math.IsNaN(cut.Quantile(math.NaN())))
}

// What is given stays as it is.
func TestTimesAreNotChanged(t *testing.T) {
	times := []float64{3, 1, 2}
	_, err := stats.KaplanMeier(times, []bool{true, false, true})
	require.NoError(t, err)
	_, err = stats.ECDF(times)
	require.NoError(t, err)
	require.Equal(t, []float64{3, 1, 2}, times)
}

func TestTimesThatAreNone(t *testing.T) {
	for name, use := range map[string]func([]float64) error{
		"KaplanMeier": func(times []float64) error { _, err := stats.KaplanMeier(times, nil); return err },
		"ECDF":        func(times []float64) error { _, err := stats.ECDF(times); return err },
		"Histogram":   func(times []float64) error { _, err := stats.Histogram(times, []float64{0, 10}); return err },
		"LogSample":   func(times []float64) error { _, err := stats.LogSample(times); return err },
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, use(nil))
			require.ErrorContains(t, use([]float64{1, math.NaN()}), "time 2 of 2 is NaN,")
			require.ErrorContains(t, use([]float64{-1e-9}), "time 1 of 1 is -1e-09,")
			require.ErrorContains(t, use([]float64{0, math.Inf(1), 0}), "time 2 of 3 is +Inf,")
		})
	}
	_, err := stats.KaplanMeier([]float64{1, 2}, []bool{true})
	require.ErrorContains(t, err, "2 times, but 1")
}
