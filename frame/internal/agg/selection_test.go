package agg

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestPlace2AgainstSort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 1000).Draw(t, "values")
		distinct := rapid.SampledFrom([]int{1, 2, 10, 1 << 30}).Draw(t, "distinct")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		values := make([]float64, n)
		for i := range values {
			values[i] = float64(r.IntN(distinct) - distinct/2)
			if r.IntN(50) == 0 {
				values[i] = math.Inf(r.IntN(2)*2 - 1)
			}
		}
		switch rapid.IntRange(0, 2).Draw(t, "order") {
		case 1:
			slices.Sort(values)
		case 2:
			slices.Sort(values)
			slices.Reverse(values)
		}
		want := slices.Clone(values)
		slices.Sort(want)
		k := rapid.IntRange(0, n-1).Draw(t, "k")
		selectTwo(values, k)
		require.Equal(t, want[k], values[k])
		if k+1 < n {
			require.Equal(t, want[k+1], values[k+1])
		}
		slices.Sort(values)
		require.Equal(t, want, values, "the same values")
	})
}
