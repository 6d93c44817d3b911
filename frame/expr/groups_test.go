package expr_test

import (
	"math"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
	"github.com/sav-analytics/sav/frame/internal/frametest"
)

// A statistic is one of a group, and its plain twin: of the values that are not null, of which there are at least min.
type statistic struct {
	name    string
	of      func(e expr.Expr) expr.Expr
	numbers bool // takes numbers and booleans alone
	min     int
	naive   func(values []any) (any, bool) // false: int64 overflows
}

func statistics(p float64) []statistic {
	floats := func(fn func(x []float64) float64) func([]any) (any, bool) {
		return func(values []any) (any, bool) {
			x := make([]float64, len(values))
			for i, v := range values {
				x[i] = frametest.Number(v)
			}
			return fn(x), true
		}
	}
	quantile := func(p float64) func([]any) (any, bool) {
		return floats(func(x []float64) float64 {
			if slices.ContainsFunc(x, math.IsNaN) {
				return math.NaN()
			}
			slices.Sort(x)
			h := p * float64(len(x)-1)
			lo, hi := x[int(math.Floor(h))], x[int(math.Ceil(h))]
			if lo == hi || h == math.Floor(h) {
				return lo
			}
			t := h - math.Floor(h)
			if math.IsInf(lo, -1) && !math.IsInf(hi, 0) { // between −∞ and a number lies −∞, as pandas has it
				return lo
			}
			return lo + t*(hi-lo)
		})
	}
	return []statistic{
		{"count", expr.Expr.Count, false, 0, func(v []any) (any, bool) { return int64(len(v)), true }},
		{"sum", expr.Expr.Sum, true, 0, naiveSum},
		{"mean", expr.Expr.Mean, true, 1, naiveMean},
		{"var", expr.Expr.Var, true, 2, floats(func(x []float64) float64 { return stat.Variance(x, nil) })},
		{"std", expr.Expr.Std, true, 2, floats(func(x []float64) float64 { return stat.StdDev(x, nil) })},
		{"min", expr.Expr.Min, false, 1, func(v []any) (any, bool) { return extreme(v, -1), true }},
		{"max", expr.Expr.Max, false, 1, func(v []any) (any, bool) { return extreme(v, 1), true }},
		{"first", expr.Expr.First, false, 1, func(v []any) (any, bool) { return v[0], true }},
		{"last", expr.Expr.Last, false, 1, func(v []any) (any, bool) { return v[len(v)-1], true }},
		{"nunique", expr.Expr.NUnique, false, 0, func(v []any) (any, bool) {
			seen := map[string]bool{}
			for _, x := range v {
				seen[frametest.Key(x)] = true
			}
			return int64(len(seen)), true
		}},
		{"median", expr.Expr.Median, true, 1, quantile(0.5)},
		{"quantile", func(e expr.Expr) expr.Expr { return e.Quantile(p) }, true, 1, quantile(p)},
		{"own", func(e expr.Expr) expr.Expr { return e.Agg(firstMinusLast) }, true, 1, floats(firstMinusLast)},
	}
}

// firstMinusLast depends on the order of the values.
func firstMinusLast(x []float64) float64 { return x[0] - 2*x[len(x)-1] }

func naiveSum(values []any) (any, bool) {
	if len(values) > 0 {
		if _, ok := values[0].(float64); ok {
			sum := 0.0
			for _, v := range values {
				sum += v.(float64)
			}
			return sum, true
		}
	}
	sum := new(big.Int)
	for _, v := range values {
		if n, ok := v.(int64); ok {
			sum.Add(sum, big.NewInt(n))
		} else {
			sum.Add(sum, big.NewInt(int64(frametest.Number(v))))
		}
	}
	return sum.Int64(), sum.IsInt64()
}

func naiveMean(values []any) (any, bool) {
	if _, ok := values[0].(int64); !ok {
		sum := 0.0
		for _, v := range values {
			sum += frametest.Number(v)
		}
		return sum / float64(len(values)), true
	}
	sum := new(big.Float).SetPrec(200)
	for _, v := range values {
		sum.Add(sum, new(big.Float).SetInt64(v.(int64)))
	}
	mean, _ := sum.Float64()
	return mean / float64(len(values)), true
}

func extreme(values []any, sign int) any {
	best := values[0]
	for _, v := range values {
		switch {
		case frametest.IsNaN(v) || frametest.IsNaN(best):
			best = math.NaN()
		case sign*frametest.Order(v, best) > 0:
			best = v
		}
	}
	return best
}

// grouped returns the rows of each group, by first rows.
func grouped(tab frametest.Table, keys []string) [][][]any {
	places := make([]int, len(keys))
	for i, name := range keys {
		places[i] = tab.Index(name)
	}
	known := map[string]int{}
	var groups [][][]any
	if len(keys) == 0 {
		groups, known[""] = [][][]any{nil}, 0
	}
	for _, row := range tab.Rows {
		id := frametest.KeyOf(row, places)
		g, ok := known[id]
		if !ok {
			g = len(groups)
			known[id] = g
			groups = append(groups, nil)
		}
		groups[g] = append(groups[g], row)
	}
	return groups
}

// The groups and each statistic of them are those of a map and a loop, and Over gives each row that of its group.
func TestStatisticsAgainstMap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tab := frametest.Draw(t, "table")
		keys := rapid.SliceOfNDistinct(rapid.SampledFrom(tab.Names), 0, 3, rapid.ID[string]).Draw(t, "keys")
		k := rapid.IntRange(0, len(tab.Names)-1).Draw(t, "column")
		typ := tab.Types[k]
		all := statistics(rapid.SampledFrom([]float64{0, 0.1, 0.5, 0.9, 1}).Draw(t, "p"))
		s := rapid.SampledFrom(all).Filter(func(s statistic) bool {
			return !s.numbers || typ == frame.Int64 || typ == frame.Float64 || typ == frame.Bool
		}).Draw(t, "statistic")
		e := s.of(expr.Col(tab.Names[k])).As("result")
		f := tab.Frame(t)
		got, err := f.GroupBy(keys...).Agg(expr.Len(), e)

		groups := grouped(tab, keys)
		want := make([][]any, len(groups))
		for g, rows := range groups {
			var values []any
			for _, name := range keys {
				want[g] = append(want[g], rows[0][tab.Index(name)])
			}
			for _, row := range rows {
				if row[k] != nil {
					values = append(values, row[k])
				}
			}
			want[g] = append(want[g], int64(len(rows)))
			var v any
			if len(values) >= s.min {
				var ok bool
				if v, ok = s.naive(values); !ok {
					require.ErrorContains(t, err, "overflows int64")
					return
				}
			}
			want[g] = append(want[g], v)
		}
		require.NoError(t, err)
		require.Equal(t, len(want), got.Len())
		for g, row := range want {
			for i, v := range row {
				require.True(
					t,
					frametest.Near(v, got.Row(g)[i]) || typ == frame.Float64 && v == int64(0) && got.Row(g)[i] == 0.0,
					"%s of group %d: want %v, got %v", s.name, g, row, got.Row(g),
				)
			}
		}

		over, err := f.WithColumns(e.Over(keys...).As("over"))
		require.NoError(t, err)
		for g, rows := range groups {
			for _, row := range rows {
				i := slices.IndexFunc(tab.Rows, func(r []any) bool { return &r[0] == &row[0] })
				last := got.Row(g)[len(want[g])-1]
				require.True(
					t, frametest.Near(last, over.Row(i)[len(tab.Names)]), "%s over %v of row %d", s.name, keys, i,
				)
			}
		}

		all2, err := f.GroupBy(keys...).All()
		require.NoError(t, err)
		g := 0
		for key, part := range all2 {
			require.Equal(t, frametest.Texts([][]any{want[g][:len(keys)]}), frametest.Texts([][]any{key}))
			require.Equal(t, frametest.Texts(groups[g]), frametest.Texts(frametest.Rows(part)))
			g++
		}
		require.Equal(t, len(groups), g)
	})
}

// windowed is an expression on the rows of a group, and the same of row i by a loop over their values.
type windowed struct {
	of    expr.Expr
	naive func(values []any, i int) any
}

// ranked returns the ranks of e, from the largest value on if sign is −1.
func ranked(e expr.Expr, method string, sign int) windowed {
	return windowed{e.Rank(expr.RankOptions{Method: method, Descending: sign < 0}), func(values []any, i int) any {
		return rank(values, i, method, sign)
	}}
}

// What looks at other rows of the group gives what a loop over the group gives.
func TestWindowsAgainstLoops(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tab := frametest.Draw(t, "table")
		keys := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"bo0", "te0"}), 0, 2, rapid.ID[string]).
			Draw(t, "keys")
		k := rapid.IntRange(0, len(tab.Names)-1).Draw(t, "column")
		typ := tab.Types[k]
		n := rapid.IntRange(-3, 3).Draw(t, "n")
		e := expr.Col(tab.Names[k])
		windows := map[string]windowed{
			"shift":    {e.Shift(n), func(v []any, i int) any { return at(v, i-n) }},
			"forward":  {e.ForwardFill(), func(v []any, i int) any { return fill(v, i, -1) }},
			"backward": {e.BackwardFill(), func(v []any, i int) any { return fill(v, i, 1) }},
			"average":  ranked(e, "", 1),
			"min":      ranked(e, "min", 1),
			"max":      ranked(e, "max", -1),
			"dense":    ranked(e, "dense", -1),
			"ordinal":  ranked(e, "ordinal", 1),
		}
		names := []string{"shift", "forward", "backward", "average", "min", "max", "dense", "ordinal"}
		if typ == frame.Float64 || typ == frame.Bool {
			windows["sum"] = windowed{e.CumSum(), func(v []any, i int) any {
				if v[i] == nil {
					return nil
				}
				sum, _ := naiveSum(slices.DeleteFunc(slices.Clone(v[:i+1]), func(x any) bool { return x == nil }))
				return sum
			}}
			names = append(names, "sum")
		}
		name := rapid.SampledFrom(names).Draw(t, "window")
		w := windows[name]
		got, err := tab.Frame(t).WithColumns(w.of.Over(keys...).As("result"))
		require.NoError(t, err)
		for _, rows := range grouped(tab, keys) {
			values := make([]any, len(rows))
			for i, row := range rows {
				values[i] = row[k]
			}
			for i, row := range rows {
				r := slices.IndexFunc(tab.Rows, func(r []any) bool { return &r[0] == &row[0] })
				require.True(t, frametest.Near(w.naive(values, i), got.Row(r)[len(tab.Names)]),
					"%s: want %v of %v at %d, got %v", name, w.naive(values, i), values, i, got.Row(r)[len(tab.Names)])
			}
		}
	})
}

func at(values []any, i int) any {
	if i < 0 || i >= len(values) {
		return nil
	}
	return values[i]
}

func fill(values []any, i, step int) any {
	for ; i >= 0 && i < len(values); i += step {
		if values[i] != nil {
			return values[i]
		}
	}
	return nil
}

func rank(values []any, i int, method string, sign int) any {
	if values[i] == nil {
		return nil
	}
	below, equal, before := 0, 0, 0
	distinct := map[string]bool{}
	for j, v := range values {
		if v == nil {
			continue
		}
		switch o := sign * frametest.Order(v, values[i]); {
		case o < 0:
			below++
			distinct[frametest.Key(v)] = true
		case o == 0:
			equal++
			if j < i {
				before++
			}
		}
	}
	switch method {
	case "":
		return float64(below) + float64(equal+1)/2
	case "min":
		return int64(below + 1)
	case "max":
		return int64(below + equal)
	case "dense":
		return int64(len(distinct) + 1)
	}
	return int64(below + before + 1)
}

// The statistics of a rolling window are those of the rows in it.
func TestRollingAgainstLoops(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 40).Draw(t, "rows")
		if rapid.IntRange(0, 9).Draw(t, "many") == 0 {
			n += 1500 // more than a window that fits a sorted slice
		}
		group := rapid.SliceOfN(rapid.IntRange(0, rapid.IntRange(0, 3).Draw(t, "groups")), n, n).Draw(t, "group")
		clock := rapid.SliceOfN(rapid.IntRange(0, 50), n, n).Draw(t, "clock")
		value := rapid.SliceOfN(rapid.IntRange(-5, 9), n, n).Draw(t, "value")
		odd := rapid.SampledFrom([]any{nil, nil, math.NaN(), math.Inf(1)}).Draw(t, "odd")
		tab := frametest.Table{
			Names: []string{"g", "at", "x"}, Types: []frame.Type{frame.Int64, frame.Time, frame.Float64},
		}
		for i := range n {
			row := []any{int64(group[i]), time.Unix(int64(clock[i]), 0).UTC(), float64(value[i]) / 2}
			if value[i] == 9 {
				row[2] = odd
			}
			if clock[i] == 50 {
				row[1] = nil
			}
			tab.Rows = append(tab.Rows, row)
		}
		rows := rapid.SampledFrom([]int{1, 2, 3, 10, 700}).Draw(t, "window")
		d := time.Duration(rapid.IntRange(1, 60).Draw(t, "seconds")) * time.Second
		byTime := rapid.Bool().Draw(t, "by time")
		p := rapid.SampledFrom([]float64{0, 0.25, 0.5, 1}).Draw(t, "p")
		w := expr.Col("x").Rolling(rows)
		if byTime {
			w = expr.Col("x").RollingBy("at", d)
		}
		all := statistics(p)
		naive := func(name string) func([]any) (any, bool) {
			return all[slices.IndexFunc(all, func(s statistic) bool { return s.name == name })].naive
		}
		name := rapid.SampledFrom([]string{"sum", "mean", "min", "max", "std", "median", "quantile", "own"}).
			Draw(t, "statistic")
		e := map[string]expr.Expr{"sum": w.Sum(), "mean": w.Mean(), "min": w.Min(), "max": w.Max(), "std": w.Std(),
			"median": w.Median(), "quantile": w.Quantile(p),
			"own": w.Agg(func(x []float64) float64 { return slices.Max(x) - slices.Min(x) })}[name]
		got, err := tab.Frame(t).WithColumns(e.Over("g").As("result"))
		require.NoError(t, err)
		for i, row := range tab.Rows {
			var values []any
			for j, other := range tab.Rows {
				if other[0] != row[0] || byTime && (row[1] == nil || other[1] == nil) {
					continue
				}
				if byTime {
					if age := row[1].(time.Time).Sub(other[1].(time.Time)); age < 0 || age >= d {
						continue
					}
				} else if j > i {
					continue
				}
				values = append(values, other[2])
			}
			if !byTime {
				values = values[max(0, len(values)-rows):]
			}
			values = slices.DeleteFunc(values, func(v any) bool { return v == nil })
			var want any
			switch {
			case len(values) == 0 || !byTime && len(values) < rows || name == "std" && len(values) == 1:
			case name == "own":
				lo, hi := extreme(values, -1).(float64), extreme(values, 1).(float64)
				want = hi - lo
			default:
				want, _ = naive(name)(values)
			}
			v := got.Row(i)[3]
			if x, ok := want.(float64); ok && v != nil {
				require.True(
					t,
					frametest.Near(want, v) || math.Abs(x-v.(float64)) < 1e-9,
					"%s of %v: want %v, got %v", name, values, want, v,
				)
				continue
			}
			require.True(t, frametest.Near(want, v), "%s of %v: want %v, got %v", name, values, want, v)
		}
	})
}
