package stats_test

import (
	"cmp"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/stats"
)

// A reference is what R computed: by case, vectors by name.
type reference map[string]map[string][]float64

// readReference reads what testdata/reference.R printed. "make test-reference"
// runs it and names its output by SAV_TEST_REFERENCE.
func readReference(t *testing.T) reference {
	data, err := os.ReadFile(cmp.Or(os.Getenv("SAV_TEST_REFERENCE"), "testdata/reference.txt"))
	require.NoError(t, err)
	all := make(reference)
	for line := range strings.Lines(string(data)) {
		words := strings.Fields(line)
		of := all[words[0]]
		if of == nil {
			of = make(map[string][]float64)
			all[words[0]] = of
		}
		values := make([]float64, len(words)-2)
		for i, word := range words[2:] {
			values[i], err = strconv.ParseFloat(word, 64)
			require.NoError(t, err)
		}
		of[words[1]] = values
	}
	return all
}

// each runs a test for each case whose name begins with prefix.
func (r reference) each(t *testing.T, prefix string, test func(t *testing.T, of map[string][]float64)) {
	found := 0
	for name, of := range r {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			found++
			t.Run(rest, func(t *testing.T) { test(t, of) })
		}
	}
	require.Positive(t, found)
}

func requireAllClose(t require.TestingT, want, got []float64, tolerance float64) {
	require.Len(t, got, len(want))
	for i := range want {
		if math.IsNaN(want[i]) {
			require.True(t, math.IsNaN(got[i]), "%d: %v is not NaN", i, got[i])
			continue
		}
		require.InDelta(t, want[i], got[i], tolerance*max(1, math.Abs(want[i])), "%d", i)
	}
}

// column is a field of each element.
func column[T any](all []T, field func(T) float64) []float64 {
	values := make([]float64, len(all))
	for i, one := range all {
		values[i] = field(one)
	}
	return values
}

func TestReferenceOfSurvival(t *testing.T) {
	readReference(t).each(t, "survival/", func(t *testing.T, of map[string][]float64) {
		answered := make([]bool, len(of["answered"]))
		for i, a := range of["answered"] {
			answered[i] = a == 1
		}
		s, err := stats.KaplanMeier(of["times"], answered)
		require.NoError(t, err)
		for name, field := range map[string]func(stats.SurvivalStep) float64{
			"time":     func(s stats.SurvivalStep) float64 { return s.Time },
			"atRisk":   func(s stats.SurvivalStep) float64 { return float64(s.AtRisk) },
			"events":   func(s stats.SurvivalStep) float64 { return float64(s.Events) },
			"survival": func(s stats.SurvivalStep) float64 { return s.Survival },
			"stdErr":   func(s stats.SurvivalStep) float64 { return s.StdErr },
			"low":      func(s stats.SurvivalStep) float64 { return s.Low },
			"high":     func(s stats.SurvivalStep) float64 { return s.High },
		} {
			requireAllClose(t, of[name], column(s.Steps, field), 1e-9)
		}
		require.Equal(t, slices.Max(of["times"]), s.Longest)
		for i, at := range of["at"] {
			low, high := s.WithinInterval(at)
			mean, stdErr := s.RestrictedMean(at)
			for name, got := range map[string]float64{"within": s.Within(at), "withinLow": low, "withinHigh": high,
				"mean": mean, "meanStdErr": stdErr} {
				requireAllClose(t, of[name][i:i+1], []float64{got}, 1e-9)
			}
		}
		for i, p := range of["p"] {
			requireAllClose(t, of["quantiles"][i:i+1], []float64{s.Quantile(p)}, 0)
		}
	})
}

func TestReferenceOfTheDistribution(t *testing.T) {
	of := readReference(t)["distribution"]
	steps, err := stats.ECDF(of["times"])
	require.NoError(t, err)
	requireAllClose(t, of["knots"], column(steps, func(s stats.Step) float64 { return s.Time }), 0)
	requireAllClose(t, of["shares"], column(steps, func(s stats.Step) float64 { return s.Share }), 1e-12)

	edges := stats.LogEdges(slices.Max(of["times"]), 2)
	requireAllClose(t, of["edges"], edges, 1e-12)
	counts, err := stats.Histogram(of["times"], edges)
	require.NoError(t, err)
	require.Equal(t, 2, counts[0], "answers after 0 s")
	counts[1] += counts[0] // R has no bin for them alone
	requireAllClose(t, of["bins"], column(counts[1:], func(n int) float64 { return float64(n) }), 0)
}

func TestReferenceOfMerchants(t *testing.T) {
	readReference(t).each(t, "merchants/", func(t *testing.T, of map[string][]float64) {
		var samples []stats.Sample
		from := 0
		for _, size := range of["sizes"] {
			s, err := stats.LogSample(of["times"][from : from+int(size)])
			require.NoError(t, err)
			samples = append(samples, s)
			from += int(size)
		}
		requireAllClose(t, of["means"], column(samples, func(s stats.Sample) float64 { return s.Mean }), 1e-9)
		requireAllClose(t, of["variances"], column(samples, func(s stats.Sample) float64 { return s.Variance }), 1e-9)

		pooled, err := stats.Pool(samples)
		require.NoError(t, err)
		require.Equal(t, from, pooled.N)
		requireAllClose(t, of["pooled"], []float64{pooled.Mean, pooled.Variance}, 1e-9)
		for name, coverage := range map[string]float64{"limits95": 0.95, "limits998": 0.998} {
			var limits []float64
			for _, n := range []int{10, 1000} {
				low, high := stats.FunnelLimits(pooled, n, coverage)
				limits = append(limits, low, high)
			}
			requireAllClose(t, of[name], limits, 1e-9)
		}

		s, err := stats.Shrink(samples)
		require.NoError(t, err)
		requireAllClose(t, of["model"], []float64{s.Mean, s.StdErr, s.Tau2}, 1e-9)
		requireAllClose(t, of["shrunk"], column(s.Shrunk, func(s stats.Shrunk) float64 { return s.Mean }), 1e-9)
		requireAllClose(t, of["stdErr"], column(s.Shrunk, func(s stats.Shrunk) float64 { return s.StdErr }), 1e-9)
	})
}

func TestReferenceOfShares(t *testing.T) {
	readReference(t).each(t, "shares/", func(t *testing.T, of map[string][]float64) {
		var groups []stats.Count
		for i := range of["k"] {
			groups = append(groups, stats.Count{K: int(of["k"][i]), N: int(of["n"][i])})
		}
		all, err := stats.NewClusterShare(groups)
		require.NoError(t, err)
		requireAllClose(t, of["cluster"], []float64{all.All.Share(), all.StdErr}, 1e-9)
		low, high := all.Interval(all.All.Share())
		requireAllClose(t, of["interval"], []float64{low, high}, 1e-9)

		funnel, err := stats.NewShareFunnel(groups)
		require.NoError(t, err)
		requireAllClose(t, of["tau2"], []float64{funnel.Tau2}, 1e-9)
		chart, err := stats.NewPChart(groups)
		require.NoError(t, err)
		requireAllClose(t, of["spread"], []float64{chart.Spread}, 1e-9)
		var scores, fisher, lower, upper []float64
		for _, c := range groups {
			scores = append(scores, funnel.Score(c))
			fisher = append(fisher, stats.FisherLess(c, stats.Count{K: all.All.K - c.K, N: all.All.N - c.N}))
			low, high := chart.Limits(c.N)
			lower, upper = append(lower, low), append(upper, high)
		}
		requireAllClose(t, of["score"], scores, 1e-9)
		requireAllClose(t, of["fisher"], fisher, 1e-9)
		requireAllClose(t, of["holm"], stats.Holm(fisher), 1e-9)
		requireAllClose(t, of["bh"], stats.BenjaminiHochberg(fisher), 1e-9)
		requireAllClose(t, of["lower"], lower, 1e-9)
		requireAllClose(t, of["upper"], upper, 1e-9)
	})
}
