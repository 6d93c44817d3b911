package stats_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/stats"
)

func TestECDFAgainstItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.SliceOf(seconds).Draw(t, "times")
		steps, err := stats.ECDF(times)
		require.NoError(t, err)
		distinct := slices.Compact(slices.Sorted(slices.Values(times)))
		require.Len(t, steps, len(distinct))
		for i, step := range steps {
			require.Equal(t, distinct[i], step.Time)
			upTo := 0
			for _, other := range times {
				if other <= step.Time {
					upTo++
				}
			}
			require.Equal(t, float64(upTo)/float64(len(times)), step.Share)
		}
	})
}

func TestHistogramAgainstItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.SliceOfN(seconds, 1, -1).Draw(t, "times")
		edges := stats.LogEdges(slices.Max(times), rapid.IntRange(1, 5).Draw(t, "perDoubling"))
		counts, err := stats.Histogram(times, edges)
		require.NoError(t, err)
		require.Len(t, counts, len(edges))
		for k, count := range counts {
			in := 0
			for _, s := range times {
				if k == 0 && s == 0 || k > 0 && edges[k-1] < s && s <= edges[k] {
					in++
				}
			}
			require.Equal(t, in, count, "bin %d", k)
		}
	})
}

func TestLogEdges(t *testing.T) {
	require.Equal(t, []float64{0}, stats.LogEdges(0, 1))
	require.Equal(t, []float64{0, 1, 3, 7}, stats.LogEdges(7, 1))
	require.Equal(t, []float64{0, 1, 3, 7, 15}, stats.LogEdges(7.5, 1))
	rapid.Check(t, func(t *rapid.T) {
		longest := rapid.Float64Range(0, math.MaxFloat64).Draw(t, "longest")
		per := rapid.IntRange(1, 9).Draw(t, "perDoubling")
		edges := stats.LogEdges(longest, per)
		last := len(edges) - 1
		require.GreaterOrEqual(t, edges[last], longest)
		for k := 1; k <= last; k++ {
			require.Greater(t, edges[k], edges[k-1])
			if k < last {
				require.Less(t, edges[k], longest)
				require.InDelta(t, math.Ln2/float64(per), math.Log1p(edges[k])-math.Log1p(edges[k-1]), 1e-9)
			}
		}
	})
	require.Nil(t, stats.LogEdges(math.NaN(), 2))
	require.Nil(t, stats.LogEdges(math.Inf(1), 2))
	require.Nil(t, stats.LogEdges(1, 0))
}

func TestHistogramErrors(t *testing.T) {
	for name, edges := range map[string][]float64{"none": nil, "not from 0": {1, 2}, "not sorted": {0, 2, 1},
		"twice the same": {0, 1, 1},
		"no number":      {0, math.NaN()}} {
		t.Run(name, func(t *testing.T) {
			_, err := stats.Histogram(nil, edges)
			require.ErrorContains(t, err, "do not increase from 0")
		})
	}
	_, err := stats.Histogram([]float64{3, 8}, []float64{0, 1, 7})
	require.ErrorContains(t, err, "time 8 is above the last edge, 7")
}
