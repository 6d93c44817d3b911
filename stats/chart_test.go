package stats_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/stats"
)

func TestPChart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		of := counts(t)
		chart, err := stats.NewPChart(of)
		if err != nil {
			for _, c := range of {
				require.Zero(t, c.N)
			}
			return
		}
		require.GreaterOrEqual(t, chart.Spread, 1.0)
		signals := chart.Signals()
		require.Len(t, signals, len(of))
		for i, c := range of {
			if c.N == 0 {
				require.Equal(t, stats.NoSignal, signals[i])
				continue
			}
			low, high := chart.Limits(c.N)
			require.True(t, 0 <= low && low <= chart.Centre && chart.Centre <= high && high <= 1)
			require.Equal(t, c.Share() < low, signals[i] == stats.Below)
			require.Equal(t, c.Share() > high, signals[i] == stats.Above)
		}
	})
	_, err := stats.NewPChart(nil)
	require.ErrorContains(t, err, "expected at least one")
	_, err = stats.NewPChart([]stats.Count{{K: 2, N: 1}})
	require.ErrorContains(t, err, "count 1 of 1")
	chart, err := stats.NewPChart([]stats.Count{{K: 1, N: 2}})
	require.NoError(t, err)
	low, high := chart.Limits(0)
	require.True(t, math.IsNaN(low) && math.IsNaN(high))
}

// Eight points on one side of the centre are a signal, and one that is passed over
// neither adds to a run nor ends it.
func TestPChartRuns(t *testing.T) {
	point := func(k int) stats.Count { return stats.Count{K: k, N: 100} }
	of := slices.Concat(slices.Repeat([]stats.Count{point(55)}, 7), []stats.Count{{}},
		slices.Repeat([]stats.Count{point(55)}, 2),
		slices.Repeat([]stats.Count{point(45)}, 9), []stats.Count{point(50), point(50), point(95), point(5)})
	chart, err := stats.NewPChart(of)
	require.NoError(t, err)
	require.Equal(t, 0.5, chart.Centre)
	var want []stats.Signal
	for _, n := range []struct {
		count  int
		signal stats.Signal
	}{{8, stats.NoSignal}, {2, stats.RunAbove}, {7, stats.NoSignal}, {2, stats.RunBelow}, {2, stats.NoSignal},
		{1, stats.Above}, {1, stats.Below}} {
		want = append(want, slices.Repeat([]stats.Signal{n.signal}, n.count)...)
	}
	require.Equal(t, want, chart.Signals())
	for s := range 256 {
		require.NotEmpty(t, stats.Signal(s).String())
	}
}
