package eval

import (
	"cmp"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/frame/internal/vec"
)

// A comparison of two columns, of a column with a constant and of a constant with a column holds where that of Go does,
// for all relations, at the ends of the types and for NaN, and in words that are not full.
func TestComparisonsAgainstGo(t *testing.T) {
	t.Parallel()
	ints := rapid.SampledFrom([]int64{math.MinInt64, math.MinInt64 + 1, -1, 0, 1, math.MaxInt64 - 1, math.MaxInt64})
	floats := rapid.SampledFrom([]float64{
		math.Inf(-1), -math.MaxFloat64, -1, -math.SmallestNonzeroFloat64, math.Copysign(0, -1), 0,
		math.SmallestNonzeroFloat64, 1, math.Nextafter(1, 2), math.MaxFloat64, math.Inf(1), math.NaN(),
	})
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 200).Draw(t, "rows")
		x, y := rapid.SliceOfN(ints, n, n).Draw(t, "x"), rapid.SliceOfN(ints, n, n).Draw(t, "y")
		requireComparisons(t, x, y, func(v []int64) vec.Vec { return vec.Vec{Kind: vec.Int, N: len(v), Ints: v} })
		f, g := rapid.SliceOfN(floats, n, n).Draw(t, "f"), rapid.SliceOfN(floats, n, n).Draw(t, "g")
		requireComparisons(t, f, g, func(v []float64) vec.Vec { return vec.Vec{Kind: vec.Float, N: len(v), Floats: v} })
	})
}

func requireComparisons[T cmp.Ordered](t *rapid.T, x, y []T, of func([]T) vec.Vec) {
	holds := [...]func(a, b T) bool{
		Eq: func(a, b T) bool { return a == b }, Ne: func(a, b T) bool { return a != b },
		Lt: func(a, b T) bool { return a < b }, Le: func(a, b T) bool { return a <= b },
		Gt: func(a, b T) bool { return a > b }, Ge: func(a, b T) bool { return a >= b },
	}
	one := Constant(of(y[:1]))
	for r, hold := range holds {
		r := Relation(r)
		columns, err := Run(r.Node(Column(of(x)), Column(of(y))), len(x))
		require.NoError(t, err)
		constant, err := Run(r.Node(Column(of(x)), one), len(x))
		require.NoError(t, err)
		mirrored, err := Run(r.Node(one, Column(of(x))), len(x))
		require.NoError(t, err)
		for i, v := range x {
			require.Equal(t, hold(v, y[i]), vec.Get(columns.Bits, i), "%v %s %v", v, r.Sign(), y[i])
			require.Equal(t, hold(v, y[0]), vec.Get(constant.Bits, i), "%v %s the constant %v", v, r.Sign(), y[0])
			require.Equal(t, hold(y[0], v), vec.Get(mirrored.Bits, i), "the constant %v %s %v", y[0], r.Sign(), v)
		}
	}
}
