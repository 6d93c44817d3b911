package frame_test

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/sav-analytics/sav/frame"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"
)

var allFns = []frame.Fn{frame.Count, frame.Sum, frame.Mean, frame.Std, frame.Min, frame.Max, frame.Quantile, frame.First, frame.NUnique}

func isNumber(typ frame.Type) bool {
	return typ == frame.Int64 || typ == frame.Float64 || typ == frame.Bool
}

// number lowers a value to a float.
func number(v any) float64 {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case bool:
		if v {
			return 1
		}
		return 0
	}
	return v.(float64)
}

// naive computes fn of the values, which are not null; ok is false where a sum
// overflows.
func naive(fn frame.Fn, p float64, typ frame.Type, values []any) (_ any, ok bool) {
	switch fn {
	case frame.Count:
		return int64(len(values)), true
	case frame.Sum, frame.Mean:
		if typ == frame.Float64 {
			sum := 0.0
			for _, v := range values {
				sum += v.(float64)
			}
			if fn == frame.Mean {
				return sum / float64(len(values)), true
			}
			return sum, true
		}
		sum := new(big.Int)
		for _, v := range values {
			if n, isInt := v.(int64); isInt {
				sum.Add(sum, big.NewInt(n))
			} else {
				sum.Add(sum, big.NewInt(int64(number(v))))
			}
		}
		if fn == frame.Sum {
			return sum.Int64(), sum.IsInt64()
		}
		mean, _ := new(big.Float).SetInt(sum).Float64()
		return mean / float64(len(values)), true
	case frame.First:
		return values[0], true
	case frame.NUnique:
		seen := map[string]bool{}
		for _, v := range values {
			seen[key(v)] = true
		}
		return int64(len(seen)), true
	case frame.Std, frame.Quantile:
		numbers := make([]float64, len(values))
		for i, v := range values {
			numbers[i] = number(v)
		}
		if fn == frame.Std {
			return stat.StdDev(numbers, nil), true
		}
		if slices.ContainsFunc(numbers, math.IsNaN) {
			return math.NaN(), true
		}
		slices.Sort(numbers)
		h := p * float64(len(numbers)-1)
		lo, hi := numbers[int(math.Floor(h))], numbers[int(math.Ceil(h))]
		if lo == hi || h == math.Floor(h) {
			return lo, true
		}
		return lo + (h-math.Floor(h))*(hi-lo), true
	}
	best := values[0]
	for _, v := range values {
		switch o := order(v, best); {
		case isNaN(v) || isNaN(best):
			best = math.NaN()
		case o < 0 && fn == frame.Min, o > 0 && fn == frame.Max:
			best = v
		}
	}
	return best, true
}

func least(fn frame.Fn) int {
	switch fn {
	case frame.Count, frame.Sum, frame.NUnique:
		return 0
	case frame.Std:
		return 2
	}
	return 1
}

func TestGroupByAgainstMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tab := drawTable(t, "table")
		keys := rapid.SliceOfNDistinct(rapid.SampledFrom(tab.names), 0, 3, rapid.ID[string]).Draw(t, "keys")
		k := rapid.IntRange(0, len(tab.names)-1).Draw(t, "column")
		fns := allFns
		if !isNumber(tab.types[k]) {
			fns = []frame.Fn{frame.Count, frame.Min, frame.Max, frame.First, frame.NUnique}
		}
		a := frame.Aggregation{
			Fn:     rapid.SampledFrom(fns).Draw(t, "fn"),
			Column: tab.names[k],
			As:     "result",
			P:      rapid.SampledFrom([]float64{0, 0.1, 0.5, 0.9, 1}).Draw(t, "p"),
		}
		got, err := tab.frame(t).GroupBy(keys...).Aggregate(frame.Aggregation{}, a)

		places := make([]int, len(keys))
		for i, name := range keys {
			places[i] = tab.index(name)
		}
		var seen []string
		members := map[string][][]any{}
		if len(keys) == 0 {
			seen = []string{""}
		}
		for _, row := range tab.rows {
			id := keyOf(row, places)
			if members[id] == nil && len(keys) > 0 {
				seen = append(seen, id)
			}
			members[id] = append(members[id], row)
		}
		var want [][]any
		for _, id := range seen {
			var row, values []any
			for _, k := range places {
				row = append(row, members[id][0][k])
			}
			for _, r := range members[id] {
				if r[k] != nil {
					values = append(values, r[k])
				}
			}
			row = append(row, int64(len(members[id])))
			if len(values) < least(a.Fn) {
				want = append(want, append(row, nil))
				continue
			}
			if len(values) == 0 {
				zero := any(int64(0))
				if a.Fn == frame.Sum && tab.types[k] == frame.Float64 {
					zero = 0.0
				}
				want = append(want, append(row, zero))
				continue
			}
			v, ok := naive(a.Fn, a.P, tab.types[k], values)
			if !ok {
				require.ErrorContains(t, err, "overflows int64")
				return
			}
			want = append(want, append(row, v))
		}
		require.NoError(t, err)
		if a.Fn == frame.Std || a.Fn == frame.Min || a.Fn == frame.Max {
			// Rounding, and the sign of a zero, are the implementation's.
			for i, row := range want {
				last := len(row) - 1
				w, isFloat := row[last].(float64)
				g, _ := got.Row(i)[last].(float64)
				if isFloat && (w == g || math.Abs(w-g) <= 1e-9*math.Abs(w)) {
					row[last] = got.Row(i)[last]
				}
			}
		}
		require.Equal(t, textRows(want), frameRows(got))
	})
}

func TestGroupBySorted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tab := drawTable(t, "table")
		name := rapid.SampledFrom(tab.names).Draw(t, "key")
		f := tab.frame(t)
		unsorted, err := f.GroupBy(name).Aggregate(frame.Aggregation{})
		require.NoError(t, err)
		want, err := unsorted.SortBy(frame.Asc(name))
		require.NoError(t, err)
		got, err := f.GroupBy(name).Sorted().Aggregate(frame.Aggregation{})
		require.NoError(t, err)
		require.Equal(t, frameRows(want), frameRows(got))
	})
}

func TestAggregationNames(t *testing.T) {
	f, err := frame.New(frame.Int64s("n", []int64{1, 2}, nil))
	require.NoError(t, err)
	got, err := f.GroupBy().Aggregate(
		frame.Aggregation{},
		frame.Aggregation{Column: "n"},
		frame.Aggregation{Fn: frame.NUnique, Column: "n"},
		frame.Aggregation{Fn: frame.Quantile, Column: "n", P: 0.29},
		frame.Aggregation{Fn: frame.Quantile, Column: "n", P: 0.999},
		frame.Aggregation{Fn: frame.Max, Column: "n", As: "top"},
	)
	require.NoError(t, err)
	require.Equal(t, []string{"count", "n_count", "n_nunique", "n_p29", "n_p99.9", "top"}, got.Names())
}

func TestAggregateErrors(t *testing.T) {
	f, err := frame.New(
		frame.Int64s("n", []int64{1, math.MaxInt64, math.MaxInt64}, nil),
		frame.Texts("s", []string{"a", "b", "b"}, nil),
		frame.Times("at", []int64{1, 2, 3}, nil),
	)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		key  string
		a    frame.Aggregation
		want string
	}{
		"no such key":      {"k", frame.Aggregation{}, `frame: no column "k" in ["n" "s" "at"]`},
		"no such column":   {"s", frame.Aggregation{Fn: frame.Sum, Column: "k"}, `frame: no column "k" in ["n" "s" "at"]`},
		"no column":        {"s", frame.Aggregation{Fn: frame.Sum}, `frame: no column "" in ["n" "s" "at"]`},
		"mean of text":     {"n", frame.Aggregation{Fn: frame.Mean, Column: "s"}, `frame: mean of column "s", which is text`},
		"sum of times":     {"n", frame.Aggregation{Fn: frame.Sum, Column: "at"}, `frame: sum of column "at", which is time`},
		"overflow":         {"s", frame.Aggregation{Fn: frame.Sum, Column: "n"}, `frame: sum of column "n" overflows int64 in the group of row 1`},
		"quantile above 1": {"s", frame.Aggregation{Fn: frame.Quantile, Column: "n", P: 50}, `frame: quantile 50 of column "n" is not in [0, 1]`},
		"quantile NaN":     {"s", frame.Aggregation{Fn: frame.Quantile, Column: "n", P: math.NaN()}, `frame: quantile NaN of column "n" is not in [0, 1]`},
		"no such function": {"s", frame.Aggregation{Fn: 99, Column: "n"}, `frame: no function Fn(99)`},
		"name taken":       {"s", frame.Aggregation{As: "s"}, `frame: two columns are named "s"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := f.GroupBy(c.key).Aggregate(c.a)
			require.EqualError(t, err, c.want)
		})
	}
}

// A sum that leaves int64 on the way but comes back is exact.
func TestSumComesBack(t *testing.T) {
	f, err := frame.New(frame.Int64s("n", []int64{math.MaxInt64, math.MaxInt64, math.MinInt64, math.MinInt64}, nil))
	require.NoError(t, err)
	got, err := f.GroupBy().Aggregate(
		frame.Aggregation{Fn: frame.Sum, Column: "n"},
		frame.Aggregation{Fn: frame.Mean, Column: "n"},
	)
	require.NoError(t, err)
	require.Equal(t, []any{int64(-2), -0.5}, got.Row(0))
}

func TestQuantileSorted(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		p      float64
		values []float64
		want   float64
	}{
		"none":                  {0.5, nil, math.NaN()},
		"below 0":               {-0.1, []float64{1}, math.NaN()},
		"above 1":               {1.1, []float64{1}, math.NaN()},
		"NaN":                   {math.NaN(), []float64{1}, math.NaN()},
		"one":                   {0.3, []float64{7}, 7},
		"least":                 {0, []float64{1, 2, 3}, 1},
		"greatest":              {1, []float64{1, 2, 3}, 3},
		"median of even":        {0.5, []float64{1, 2, 3, 10}, 2.5},
		"numpy.quantile p90":    {0.9, []float64{1, 2, 3, 4}, 3.7},
		"equal infinities":      {0.5, []float64{inf, inf}, inf},
		"on a point before Inf": {0.5, []float64{1, 2, inf}, 2},
		"between −Inf and 0":    {0.5, []float64{-inf, 0}, -inf},
	} {
		t.Run(name, func(t *testing.T) {
			got := frame.QuantileSorted(c.p, c.values)
			if math.IsNaN(c.want) {
				require.True(t, math.IsNaN(got), "%v", got)
				return
			}
			require.InDelta(t, 0, sub(got, c.want), 1e-12)
		})
	}
}

// sub is a − b, and 0 where they are equal, infinities included.
func sub(a, b float64) float64 {
	if a == b {
		return 0
	}
	return a - b
}
