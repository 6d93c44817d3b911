package productlimit_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/productlimit"
)

// Each event time occurs once, with the counts and sums of their definitions.
func TestFallsAgainstTheDefinition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sorted := rapid.SliceOf(rapid.Uint64Range(0, 40)).Draw(t, "observations")
		slices.Sort(sorted)
		survival, falls := 1.0, 0
		for fall := range productlimit.Falls(sorted) {
			events, atRisk := 0, 0
			for _, o := range sorted {
				if o == fall.Time<<1 {
					events++
				}
				if o>>1 >= fall.Time {
					atRisk++
				}
			}
			require.Equal(t, events, fall.Events)
			require.Equal(t, atRisk, fall.AtRisk)
			d, n := float64(events), float64(atRisk)
			survival *= (n - d) / n
			require.InDelta(t, survival, fall.Survival, 1e-12)
			require.Equal(t, d/(n*(n-d)), fall.Variance())
			falls++
		}
		distinct := slices.Compact(sorted)
		require.Equal(t, falls, len(slices.DeleteFunc(distinct,
			func(o uint64) bool { return o&productlimit.Censored != 0 })))
	})
}

// The rows of Quantiles are those of Falls, each by itself, whatever the shares.
func TestQuantilesAgainstFalls(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sorted := rapid.SliceOf(rapid.Uint64Range(0, 20)).Draw(t, "observations")
		slices.Sort(sorted)
		rows := rapid.IntRange(1, 3).Draw(t, "rows")
		row := rapid.SliceOfN(rapid.Uint32Range(0, uint32(rows)-1), 4, 4).Draw(t, "row of each number")
		number := rapid.SliceOfN(rapid.Uint32Range(0, 3), len(sorted), len(sorted)).Draw(t, "numbers")
		share := rapid.SliceOfN(rapid.SampledFrom([]float64{0, 0.1, 0.5, 2. / 3, 1, math.NaN()}), rows, rows).
			Draw(t, "shares")
		of, count := make([][]uint64, rows), make([]uint32, rows)
		for i, o := range sorted {
			r := row[number[i]]
			of[r] = append(of[r], o)
			count[r]++
		}
		got := productlimit.Quantiles(sorted, number, row, count, share)
		for r := range of {
			want := math.NaN()
			for fall := range productlimit.Falls(of[r]) {
				if productlimit.Reached(fall.Survival, share[r]) {
					want = float64(fall.Time)
					break
				}
			}
			require.Equal(t, math.Float64bits(want), math.Float64bits(got[r]), "row %d", r)
		}
	})
}

func TestReached(t *testing.T) {
	require.True(t, productlimit.Reached(0.5, 0.5))
	require.True(t, productlimit.Reached(0.5+1e-13, 0.5), "but for rounding")
	require.False(t, productlimit.Reached(0.5+1e-11, 0.5))
	require.False(t, productlimit.Reached(0.5, math.NaN()))
}
