package stats_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/stats"
)

func ends(d stats.Difference) []float64 { return []float64{d.Value, d.Low, d.High} }

func TestReferenceOfDifferences(t *testing.T) {
	of := readReference(t)["difference"]
	counts := func(name string) (all []stats.Count) {
		for i, n := range of[name+"N"] {
			all = append(all, stats.Count{K: int(of[name+"K"][i]), N: int(n)})
		}
		return all
	}
	sum := func(counts []stats.Count) (all stats.Count) {
		for _, c := range counts {
			all.K, all.N = all.K+c.K, all.N+c.N
		}
		return all
	}
	now, before := counts("now"), counts("before")
	requireAllClose(t, of["newcombe"], ends(stats.ShareDifference(sum(now), sum(before))), 1e-9)
	requireAllClose(t, of["clusters"], ends(stats.ClusterShareDifference(now, before)), 1e-9)
	requireAllClose(t, of["changes"], stats.Changes(now, before, 1), 1e-9)
}

// The difference of restricted means is survRM2's, and that of sums where nobody is
// censored is the same.
func TestReferenceOfRestrictedMeans(t *testing.T) {
	of := readReference(t)["trial"]
	var means []float64
	for arm := range 2 {
		var times []float64
		var died []bool
		for i, time := range of["times"] {
			if of["arm"][i] == float64(1+arm) {
				times, died = append(times, time), append(died, of["died"][i] == 1)
			}
		}
		s, err := stats.KaplanMeier(times, died)
		require.NoError(t, err)
		mean, stdErr := s.RestrictedMean(10)
		means = append(means, mean, stdErr)
	}
	requireAllClose(t, of["means"], means, 1e-9)
	requireAllClose(t, of["difference"], ends(stats.MeanDifference(means[0], means[1], means[2], means[3])), 1e-9)
}

func TestReferenceOfXmR(t *testing.T) {
	of := readReference(t)["xmr"]
	c, err := stats.NewXmR(of["values"])
	require.NoError(t, err)
	low, high := c.Limits()
	requireAllClose(t, of["limits"], []float64{c.Centre, low, high}, 1e-9)
}

// Sums of times that are cut at a limit have the restricted mean of their curve.
func TestSumsAreRestrictedMeans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.SliceOfN(rapid.Float64Range(0, 100), 1, 30).Draw(t, "times")
		var sums stats.Sums
		for _, time := range times {
			sums.Add(min(time, 50))
		}
		s, err := stats.KaplanMeier(times, nil)
		require.NoError(t, err)
		want, wantErr := s.RestrictedMean(50)
		got, gotErr := sums.Mean()
		require.InDelta(t, want, got, 1e-9)
		require.InDelta(t, wantErr, gotErr, 1e-6)
	})
}

// Of one cluster a difference is that of values drawn one by one; of several it is never
// surer. Of nothing it is not known.
func TestDifferencesByClusters(t *testing.T) {
	count := func(k, n int) stats.Count { return stats.Count{K: k, N: n} }
	alone := stats.ShareDifference(count(30, 40), count(20, 40))
	require.Equal(t, alone, stats.ClusterShareDifference([]stats.Count{count(30, 40)}, []stats.Count{count(20, 40)}))
	require.Equal(t, 0.25, alone.Value)
	require.True(t, alone.Sure())
	several := stats.ClusterShareDifference([]stats.Count{count(20, 20), count(10, 20)}, []stats.Count{count(5, 20),
		count(15, 20)})
	require.Equal(t, alone.Value, several.Value)
	require.Less(t, several.Low, alone.Low)
	require.Greater(t, several.High, alone.High)
	require.False(t, several.Sure())
	for _, d := range []stats.Difference{
		stats.ShareDifference(count(0, 0), count(1, 2)), stats.ShareDifference(count(3, 2), count(1, 2)),
		stats.ClusterShareDifference(nil, nil), stats.ClusterShareDifference([]stats.Count{count(1, 2)}, nil),
		stats.ClusterShareDifference([]stats.Count{count(3, 2)}, []stats.Count{count(1, 2)}),
		stats.ClusterMeanDifference(nil, nil), stats.ClusterMeanDifference([]stats.Sums{{N: 1, Sum: 1, Squares: 1}},
			nil),
	} {
		require.True(t, math.IsNaN(d.Value), "%v", d)
		require.False(t, d.Sure())
	}
	require.True(t, math.IsNaN(stats.Changes([]stats.Count{count(1, 9)}, []stats.Count{count(1, 10)}, 10)[0]),
		"too few")
	require.True(t, math.IsNaN(stats.Changes([]stats.Count{count(1, 9)}, nil, 1)[0]))
}

func TestBenjaminiHochberg(t *testing.T) {
	require.Equal(t, []float64{0.04, 0.03, 0.03}, stats.BenjaminiHochberg([]float64{0.04, 0.01, 0.02}))
	require.Empty(t, stats.BenjaminiHochberg(nil))
	nan := math.NaN()
	got := stats.BenjaminiHochberg([]float64{nan, 0.5})
	require.True(t, math.IsNaN(got[0]))
	require.Equal(t, 0.5, got[1])
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 20).Draw(t, "p")
		adjusted, holm := stats.BenjaminiHochberg(p), stats.Holm(p)
		for i := range p {
			require.True(t, p[i] <= adjusted[i] && adjusted[i] <= holm[i]+1e-12 && adjusted[i] <= 1)
		}
	})
}

// Single values have limits by the moving range, and the signals of the usual rules.
func TestXmR(t *testing.T) {
	nan := math.NaN()
	c, err := stats.NewXmR([]float64{10, nan, 12, 10, 12, 10, 12, 10, 12})
	require.NoError(t, err)
	require.InDelta(t, 11, c.Centre, 1e-12)
	require.InDelta(t, math.Sqrt(math.Pi), c.StdDev, 1e-12) // the ranges are 2
	for _, s := range c.Signals() {
		require.Equal(t, stats.NoSignal, s)
	}
	c, err = stats.NewXmR([]float64{1, 1.1, 1, 1.1, 1, 1.1, 1, 1.1, 9, 9, 9, 9, 9, 9, 9, 9.1, nan, 9})
	require.NoError(t, err)
	signals := c.Signals()
	require.Equal(t, stats.Below, signals[0])
	require.Equal(t, stats.Above, signals[17])
	require.Equal(t, stats.NoSignal, signals[16])
	for _, values := range [][]float64{nil, {1}, {1, nan}, {1, math.Inf(1)}} {
		_, err := stats.NewXmR(values)
		require.ErrorContains(t, err, "chart")
	}
}
