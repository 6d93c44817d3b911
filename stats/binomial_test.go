package stats_test

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/stats"
)

// counts draws counts, some of none.
func counts(t *rapid.T) []stats.Count {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) stats.Count {
		n := rapid.IntRange(0, 40).Draw(t, "n")
		return stats.Count{K: rapid.IntRange(0, n).Draw(t, "k"), N: n}
	}), 1, 30).Draw(t, "counts")
}

// Fisher's p-value is a sum of products of binomial coefficients.
func TestFisherLessAgainstTheDefinition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		of := counts(t)
		group, others := of[0], of[len(of)-1]
		sum := new(big.Int)
		for k := range group.K + 1 {
			rest := group.K + others.K - k
			if rest > others.N {
				continue
			}
			sum.Add(sum, new(big.Int).Mul(new(big.Int).Binomial(int64(group.N), int64(k)),
				new(big.Int).Binomial(int64(others.N), int64(rest))))
		}
		all := new(big.Int).Binomial(int64(group.N+others.N), int64(group.K+others.K))
		want, _ := new(big.Rat).SetFrac(sum, all).Float64()
		require.InEpsilon(t, want, stats.FisherLess(group, others), 1e-9)
	})
}

// Far out in either tail a p-value is a number still.
func TestFisherLessFarOut(t *testing.T) {
	for _, n := range []int{1, 1000, 1_000_000} {
		all, none := stats.Count{K: n, N: n}, stats.Count{K: 0, N: n}
		require.InDelta(t, 1, stats.FisherLess(all, none), 1e-9)
		less := stats.FisherLess(none, all)
		require.True(t, less >= 0 && less <= 0.5, "%v", less)
	}
	require.Equal(t, 1.0, stats.FisherLess(stats.Count{}, stats.Count{K: 1, N: 2}), "of none")
	for _, bad := range []stats.Count{{K: -1, N: 2}, {K: 3, N: 2}, {K: 0, N: -1}} {
		require.True(t, math.IsNaN(stats.FisherLess(bad, stats.Count{K: 1, N: 2})))
		require.True(t, math.IsNaN(stats.FisherLess(stats.Count{K: 1, N: 2}, bad)))
	}
}

func TestHolm(t *testing.T) {
	nan := math.NaN()
	requireAllClose(t, []float64{0.03, 0.06, 0.06, nan, 0.9}, stats.Holm([]float64{0.0075, 0.02, 0.03, nan, 0.9}),
		1e-12)
	require.Empty(t, stats.Holm(nil))
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOf(rapid.Float64Range(0, 1)).Draw(t, "p")
		before := slices.Clone(p)
		adjusted := stats.Holm(p)
		require.Equal(t, before, p)
		for i := range p {
			require.True(t, p[i] <= adjusted[i] && adjusted[i] <= 1)
			for j := range p {
				require.False(t, p[i] < p[j] && adjusted[i] > adjusted[j])
			}
		}
	})
}

func TestStandings(t *testing.T) {
	t.Parallel()
	// A chooser answers 25 of 400, a silent one nobody, and the others most.
	groups := []stats.Count{{K: 25, N: 400}, {K: 0, N: 100}, {K: 95, N: 100}, {K: 900, N: 1000}, {K: 0, N: 2}, {}}
	standings, err := stats.Standings(groups, 10)
	require.NoError(t, err)
	require.True(t, standings[0].SurelyBelow() && standings[1].SurelyBelow())
	require.True(t, standings[3].SurelyAbove() && !standings[3].SurelyBelow())
	for _, few := range standings[4:] {
		require.True(t, math.IsNaN(few.Below) && math.IsNaN(few.Above) && !few.SurelyBelow() && !few.SurelyAbove())
	}
	alone, err := stats.Standings(groups[:1], 10)
	require.NoError(t, err)
	require.False(t, alone[0].SurelyBelow(), "with one there is nothing to compare")
	_, err = stats.Standings([]stats.Count{{K: 2, N: 1}}, 1)
	require.ErrorContains(t, err, "count 1 of 1")
	rapid.Check(t, func(t *rapid.T) {
		groups := counts(t)
		standings, err := stats.Standings(groups, 5)
		require.NoError(t, err)
		for i, s := range standings {
			require.False(t, s.SurelyBelow() && s.SurelyAbove())
			require.Equal(t, math.IsNaN(s.Below), math.IsNaN(s.Above))
			if groups[i].N < 5 {
				require.True(t, math.IsNaN(s.Below))
			}
		}
	})
}
