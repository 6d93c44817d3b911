package stats_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/stats"
)

// samples draws merchants, some without an answer, at least one with two.
func samples(t *rapid.T) []stats.Sample {
	var all []stats.Sample
	for _, times := range append(rapid.SliceOfN(rapid.SliceOfN(seconds, 0, 9), 0, 9).Draw(t, "merchants"),
		rapid.SliceOfN(seconds, 2, 9).Draw(t, "another")) {
		s, err := stats.LogSample(times)
		require.NoError(t, err)
		all = append(all, s)
	}
	return all
}

func TestShrink(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := samples(t)
		s, err := stats.Shrink(all)
		require.NoError(t, err)
		require.Len(t, s.Shrunk, len(all))
		require.GreaterOrEqual(t, s.Tau2, 0.0)
		for i, shrunk := range s.Shrunk {
			own := all[i].Mean
			if all[i].N == 0 {
				own = s.Mean
				require.Zero(t, shrunk.Weight)
			}
			require.True(t, 0 <= shrunk.Weight && shrunk.Weight <= 1, "%+v", shrunk)
			require.True(t, shrunk.StdErr >= 0, "%+v", shrunk)
			const rounding = 1e-9
			require.GreaterOrEqual(t, shrunk.Mean, min(own, s.Mean)-rounding)
			require.LessOrEqual(t, shrunk.Mean, max(own, s.Mean)+rounding)
			if s.Tau2 == 0 {
				require.InDelta(t, s.Mean, shrunk.Mean, rounding, "nothing tells the merchants apart")
			}
			for j, other := range s.Shrunk {
				if all[i].N < all[j].N {
					require.LessOrEqual(t, shrunk.Weight, other.Weight, "fewer conversations, more trust")
				}
			}
		}
	})
}

// The order of merchants has no effect but by rounding, nor has one without answers.
func TestShrinkOfMerchantsInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := samples(t)
		s, err := stats.Shrink(all)
		require.NoError(t, err)
		turned := []stats.Sample{{}}
		for i := range all {
			turned = append(turned, all[len(all)-1-i])
		}
		other, err := stats.Shrink(turned)
		require.NoError(t, err)
		requireAllClose(t, []float64{s.Mean, s.Tau2}, []float64{other.Mean, other.Tau2}, 1e-9)
		for i := range all {
			requireAllClose(t, []float64{s.Shrunk[i].Mean}, []float64{other.Shrunk[len(all)-i].Mean}, 1e-9)
		}
	})
}

func TestShrinkAtItsEnds(t *testing.T) {
	nan := math.NaN()
	few, many := stats.Sample{N: 2, Mean: 4, Variance: 1}, stats.Sample{N: 50, Mean: 4, Variance: 1}
	one := func(mean float64) stats.Sample { return stats.Sample{N: 1, Mean: mean, Variance: nan} }
	still := func(n int, mean float64) stats.Sample { return stats.Sample{N: n, Mean: mean} }
	for _, test := range []struct {
		name       string
		samples    []stats.Sample
		mean, tau2 float64
		shrunk     []float64
	}{
		{"nobody", nil, nan, nan, []float64{}},
		{"a single merchant", []stats.Sample{few}, 4, 0, []float64{4}},
		{"a single merchant with answers", []stats.Sample{few, {}}, 4, 0, []float64{4, 4}},
		{"no merchant with answers", []stats.Sample{{}}, nan, nan, []float64{nan}},
		{"no merchant with two answers: chance is unknown", []stats.Sample{one(1), one(9)}, nan, nan,
			[]float64{nan, nan}},
		{"one merchant has one answer", []stats.Sample{few, one(4)}, 4, 0, []float64{4, 4}},
		{"merchants of one mean", []stats.Sample{few, many}, 4, 0, []float64{4, 4}},
		{"no chance: the means are what they are", []stats.Sample{still(2, 1), still(3, 6)}, 3.5, 12.5,
			[]float64{1, 6}},
		{"all is one", []stats.Sample{still(2, 3), still(9, 3)}, 3, 0, []float64{3, 3}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := stats.Shrink(test.samples)
			require.NoError(t, err)
			requireAllClose(t, []float64{test.mean, test.tau2}, []float64{s.Mean, s.Tau2}, 1e-12)
			requireAllClose(t, test.shrunk, column(s.Shrunk, func(s stats.Shrunk) float64 { return s.Mean }), 1e-12)
		})
	}
}

func TestSamplesThatCannotBe(t *testing.T) {
	for want, s := range map[string]stats.Sample{
		"N is -1":         {N: -1},
		"mean is NaN":     {N: 1, Mean: math.NaN()},
		"mean is +Inf":    {N: 1, Mean: math.Inf(1)},
		"variance is NaN": {N: 2, Mean: 1, Variance: math.NaN()},
		"variance is -1":  {N: 2, Mean: 1, Variance: -1},
	} {
		_, err := stats.Shrink([]stats.Sample{{N: 2, Mean: 1, Variance: 1}, s})
		require.ErrorContains(t, err, "sample 2: its "+want)
	}
}

// Pooled, the samples have the mean of all their times.
func TestPool(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		merchants := rapid.SliceOf(rapid.SliceOf(seconds)).Draw(t, "merchants")
		var all []float64
		var each []stats.Sample
		largest, within := 0.0, 0
		for _, times := range merchants {
			s, err := stats.LogSample(times)
			require.NoError(t, err)
			require.Equal(t, s.N == 0, math.IsNaN(s.Mean))
			require.Equal(t, s.N < 2, math.IsNaN(s.Variance))
			each, all = append(each, s), append(all, times...)
			if s.N > 1 {
				within++
				largest = max(largest, s.Variance)
			}
		}
		pooled, err := stats.Pool(each)
		require.NoError(t, err)
		together, err := stats.LogSample(all)
		require.NoError(t, err)
		require.Equal(t, len(all), pooled.N)
		requireAllClose(t, []float64{together.Mean}, []float64{pooled.Mean}, 1e-9)
		require.Equal(t, within == 0, math.IsNaN(pooled.Variance))
		if within > 0 {
			require.True(t, 0 <= pooled.Variance && pooled.Variance <= largest*(1+1e-12))
		}
	})
}

func TestFunnelLimits(t *testing.T) {
	pooled := stats.Sample{N: 100, Mean: 7, Variance: 4}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 1e6).Draw(t, "n")
		coverage := rapid.Float64Range(0.001, 0.999).Draw(t, "coverage")
		low, high := stats.FunnelLimits(pooled, n, coverage)
		require.True(t, 0 <= low && low < 7 && 7 < high)
		if low > 0 {
			require.InDelta(t, 14, low+high, 1e-9)
		}
		_, next := stats.FunnelLimits(pooled, n+1, coverage)
		require.Less(t, next, high)
	})
	low, _ := stats.FunnelLimits(pooled, 1, 0.9999)
	require.Zero(t, low, "no time is shorter")
	for _, bad := range []struct {
		n        int
		coverage float64
	}{{0, 0.95}, {-1, 0.95}, {1, 0}, {1, 1}, {1, math.NaN()}} {
		low, high := stats.FunnelLimits(pooled, bad.n, bad.coverage)
		require.True(t, math.IsNaN(low) && math.IsNaN(high), "%+v", bad)
	}
}
