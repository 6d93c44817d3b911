package cells_test

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/cells"
)

// plainNumber is a number to 6 decimals by strconv, then trimmed.
func plainNumber(v float64) string {
	s := strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(v, 'f', 6, 64), "0"), ".")
	if s == "-0" {
		return "0"
	}
	return s
}

func TestAppendNumber(t *testing.T) {
	for _, test := range []struct {
		v    float64
		want string
	}{
		{0, "0"}, {math.Copysign(0, -1), "0"}, {1, "1"}, {-1, "-1"}, {100, "100"}, {1800, "1800"}, {0.5, "0.5"},
		{-0.25, "-0.25"},
		{1.0 / 3, "0.333333"}, {2.0 / 3, "0.666667"}, {1e-7, "0"}, {-1e-7, "0"}, {4e-7, "0"}, {6e-7, "0.000001"},
		{-6e-7, "-0.000001"},
		{0.000001, "0.000001"}, {0.1 + 0.2, "0.3"}, {999999.9999996, "1000000"}, {0.9999995, "1"},
		{123456789.123456, "123456789.123456"},
		// nearly ties: strconv knows the exact value
		{0.5e-6, "0"}, {1.5e-6, "0.000002"}, {2.5e-6, "0.000003"}, {0.0000125, "0.000013"},
		{1.0 / (1 << 7), "0.007812"}, {3.0 / (1 << 7), "0.023438"}, {5.0 / (1 << 7), "0.039062"}, // ties: to even
		{1 << 52, "4503599627370496"}, {1<<53 + 2, "9007199254740994"}, {1e21, "1000000000000000000000"},
		{-4.5e15, "-4500000000000000"},
		{math.SmallestNonzeroFloat64, "0"}, {4503599627.370496, "4503599627.370496"},
	} {
		require.Equal(t, plainNumber(test.v), test.want, "%v: the table", test.v)
		require.Equal(t, test.want, string(cells.AppendNumber(nil, test.v)), "%v", test.v)
		require.Equal(t, "x=0"+test.want, string(cells.AppendNumber([]byte("x=0"), test.v)), "%v: what was there stays",
			test.v)
	}
	require.Equal(t, plainNumber(math.MaxFloat64), string(cells.AppendNumber(nil, math.MaxFloat64)))
}

func TestAppendNumberAgainstStrconv(t *testing.T) {
	any := rapid.Float64().Filter(func(v float64) bool { return !math.IsInf(v, 0) && !math.IsNaN(v) })
	// Values at and one step beside a tie of the last decimal, of any size.
	tie := rapid.Custom(func(t *rapid.T) float64 {
		v := (float64(rapid.Int64Range(0, 1<<rapid.IntRange(1, 52).Draw(t, "bits")).Draw(t, "n")) + 0.5) / 1e6
		for range rapid.IntRange(0, 2).Draw(t, "steps") {
			v = math.Nextafter(v, rapid.SampledFrom([]float64{-1e300, 1e300}).Draw(t, "towards"))
		}
		return v
	})
	// Exact ties: odd multiples of 2^-7 have 7 decimals, the last a 5.
	exactTie := rapid.Custom(func(t *rapid.T) float64 {
		return float64(2*rapid.Int64Range(0, 1<<44).Draw(t, "n")+
			1) / 128
	})
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.OneOf(any, tie, exactTie, rapid.Float64Range(-1e9, 1e9)).Draw(t, "v")
		if rapid.Bool().Draw(t, "negative") {
			v = -v
		}
		require.Equal(t, plainNumber(v), string(cells.AppendNumber(nil, v)), "%b", v)
	})
}

func FuzzAppendNumber(f *testing.F) {
	for _, v := range []float64{0, 1.5e-6, 1.0 / 128, 1 << 52, -0.1, 1e300} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v float64) {
		if math.IsInf(v, 0) || math.IsNaN(v) {
			require.Empty(t, cells.AppendNumber(nil, v))
			return
		}
		require.Equal(t, plainNumber(v), string(cells.AppendNumber(nil, v)))
	})
}
