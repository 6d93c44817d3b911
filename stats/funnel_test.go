package stats_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/stats"
)

func TestShareFunnel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		groups := counts(t)
		f, err := stats.NewShareFunnel(groups)
		if err != nil {
			for _, c := range groups {
				require.Zero(t, c.N)
			}
			return
		}
		require.True(t, 0 <= f.Share && f.Share <= 1)
		require.GreaterOrEqual(t, f.Tau2, 0.0)
		for _, c := range groups {
			score := f.Score(c)
			if c.N == 0 {
				require.True(t, math.IsNaN(score))
				continue
			}
			require.False(t, math.IsNaN(score) || math.IsInf(score, 0), "%+v: %v", c, score)
			inner, outer := 0.95, 0.998
			low, high := f.Limits(c.N, inner)
			lower, higher := f.Limits(c.N, outer)
			require.True(t, 0 <= lower && lower <= low && low <= high && high <= higher && higher <= 1)
			require.True(t, low <= f.Share+1e-9 && f.Share-1e-9 <= high)
			if f.Share == 0 || f.Share == 1 {
				continue
			}
			// A group is beyond a limit where its score says so.
			const z = 3.090232306167813
			if math.Abs(math.Abs(score)-z) > 1e-6 {
				require.Equal(t, score < -z, c.Share() < lower-1e-9, "%+v: %v, %v to %v", c, score, lower, higher)
				require.Equal(t, score > z, c.Share() > higher+1e-9, "%+v: %v, %v to %v", c, score, lower, higher)
			}
		}
	})
	_, err := stats.NewShareFunnel([]stats.Count{{}, {}})
	require.ErrorContains(t, err, "expected at least one")
	_, err = stats.NewShareFunnel([]stats.Count{{K: 1, N: 1}, {K: 2, N: 1}})
	require.ErrorContains(t, err, "count 2 of 2 is 2 of 1")
	f, err := stats.NewShareFunnel([]stats.Count{{K: 5, N: 9}})
	require.NoError(t, err)
	for _, bad := range []struct {
		n        int
		coverage float64
	}{{0, 0.95}, {1, 0}, {1, 1}, {1, math.NaN()}} {
		low, high := f.Limits(bad.n, bad.coverage)
		require.True(t, math.IsNaN(low) && math.IsNaN(high))
		require.False(t, f.MoreThanChance(0, bad.coverage))
	}
}

func TestMoreThanChance(t *testing.T) {
	f := stats.ShareFunnel{Groups: 4895}
	require.InDelta(t, 9.79, f.Expected(0.998), 1e-9)
	require.False(t, f.MoreThanChance(4, 0.998))
	require.False(t, f.MoreThanChance(15, 0.998))
	require.True(t, f.MoreThanChance(16, 0.998), "R: 1 - pbinom(15, 4895, 0.002) is 0.041")
	require.False(t, f.MoreThanChance(5000, 0.998), "more than there are")
}
