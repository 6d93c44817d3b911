package frame_test

import (
	"testing"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// holds is a predicate's naive twin.
type holds func(row []any) bool

// drawPredicate draws a predicate and its twin.
func drawPredicate(t *rapid.T, tab table, depth int) (frame.Predicate, holds) {
	k := rapid.IntRange(0, len(tab.names)-1).Draw(t, "column")
	c := frame.Col(tab.names[k])
	kind := rapid.IntRange(0, 12).Draw(t, "kind")
	if depth == 0 {
		kind = min(kind, 9)
	}
	if kind >= 10 {
		p, hp := drawPredicate(t, tab, depth-1)
		q, hq := drawPredicate(t, tab, depth-1)
		switch kind {
		case 10:
			return p.And(q), func(row []any) bool { return hp(row) && hq(row) }
		case 11:
			return p.Or(q), func(row []any) bool { return hp(row) || hq(row) }
		}
		return p.Not(), func(row []any) bool { return !hp(row) }
	}
	values := domain[tab.types[k]]
	x := rapid.SampledFrom(values).Draw(t, "value")
	other := func([]any) any { return x }
	operand := x
	if rapid.Bool().Draw(t, "two columns") {
		var same []int
		for j, typ := range tab.types {
			if typ == tab.types[k] {
				same = append(same, j)
			}
		}
		j := rapid.SampledFrom(same).Draw(t, "other column")
		operand = frame.Col(tab.names[j])
		other = func(row []any) any { return row[j] }
	}
	// compared applies test where neither side is null; NaN decides by itself.
	compared := func(onNaN bool, test func(int) bool) holds {
		return func(row []any) bool {
			a, b := row[k], other(row)
			if a == nil || b == nil {
				return false
			}
			if isNaN(a) || isNaN(b) {
				return onNaN
			}
			return test(order(a, b))
		}
	}
	switch kind {
	case 0:
		return c.Eq(operand), compared(false, func(o int) bool { return o == 0 })
	case 1:
		return c.Ne(operand), compared(true, func(o int) bool { return o != 0 })
	case 2:
		return c.Lt(operand), compared(false, func(o int) bool { return o < 0 })
	case 3:
		return c.Le(operand), compared(false, func(o int) bool { return o <= 0 })
	case 4:
		return c.Gt(operand), compared(false, func(o int) bool { return o > 0 })
	case 5:
		return c.Ge(operand), compared(false, func(o int) bool { return o >= 0 })
	case 6:
		return c.IsNull(), func(row []any) bool { return row[k] == nil }
	case 7:
		return c.NotNull(), func(row []any) bool { return row[k] != nil }
	case 8:
		set := rapid.SliceOfN(rapid.SampledFrom(values), 0, 4).Draw(t, "set")
		return c.In(set...), func(row []any) bool {
			for _, x := range set {
				if row[k] != nil && !isNaN(row[k]) && !isNaN(x) && order(row[k], x) == 0 {
					return true
				}
			}
			return false
		}
	}
	f := tab.frame(t)
	return frame.Rows(func(i int) bool { return f.Row(i)[k] == nil }), func(row []any) bool { return row[k] == nil }
}

func TestFilterAgainstLoop(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tab := drawTable(t, "table")
		p, hold := drawPredicate(t, tab, 2)
		got, err := tab.frame(t).Filter(p)
		require.NoError(t, err)
		var want [][]any
		for _, row := range tab.rows {
			if hold(row) {
				want = append(want, row)
			}
		}
		require.Equal(t, textRows(want), frameRows(got))
		for k, c := range got.Columns() {
			require.Equal(t, tab.names[k], c.Name())
			require.Equal(t, c.NullCount() == 0, c.Valid() == nil, "validity is nil exactly when no row is null")
		}
	})
}

func TestFilterErrors(t *testing.T) {
	f, err := frame.New(
		frame.Int64s("n", []int64{1}, nil),
		frame.Float64s("x", []float64{1}, nil),
		frame.Times("at", []int64{1}, nil),
		frame.Texts("s", []string{"a"}, nil),
	)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		p    frame.Predicate
		want string
	}{
		"no such column":         {frame.Col("m").Eq(1), `frame: no column "m" in ["n" "x" "at" "s"]`},
		"float beside integers":  {frame.Col("n").Lt(1.5), `frame: column "n" is int64, which does not compare with 1.5 (float64)`},
		"number beside text":     {frame.Col("s").In("a", 1), `frame: column "s" is text, which does not compare with 1 (int)`},
		"number beside time":     {frame.Col("at").Gt(1), `frame: column "at" is time, which does not compare with 1 (int)`},
		"nil":                    {frame.Col("n").Eq(nil), `frame: column "n" is int64, which does not compare with <nil> (<nil>)`},
		"columns of two types":   {frame.Col("n").Eq(frame.Col("x")), `frame: column "x" is float64, not int64`},
		"no such second column":  {frame.Col("n").Eq(frame.Col("m")), `frame: no column "m" in ["n" "x" "at" "s"]`},
		"within a conjunction":   {frame.Col("n").Eq(1).And(frame.Col("m").IsNull()), `frame: no column "m" in ["n" "x" "at" "s"]`},
		"within a negation":      {frame.Col("m").Eq(1).Not(), `frame: no column "m" in ["n" "x" "at" "s"]`},
		"on the left of a union": {frame.Col("m").Eq(1).Or(frame.Col("n").Eq(1)), `frame: no column "m" in ["n" "x" "at" "s"]`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := f.Filter(c.p)
			require.EqualError(t, err, c.want)
		})
	}
}

func TestFilterLiterals(t *testing.T) {
	f, err := frame.New(
		frame.Int64s("n", []int64{1, 2}, nil),
		frame.Float64s("x", []float64{1, 2}, nil),
		frame.Times("at", []int64{1, 2}, nil),
	)
	require.NoError(t, err)
	for name, p := range map[string]frame.Predicate{
		"int beside int64":           frame.Col("n").Eq(2),
		"int beside float":           frame.Col("x").Eq(2),
		"int64 beside float":         frame.Col("x").Eq(int64(2)),
		"nanoseconds are left aside": frame.Col("at").Eq(time.Unix(0, 2999)),
		"another zone":               frame.Col("at").Eq(time.UnixMicro(2).In(time.FixedZone("", 3600))),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := f.Filter(p)
			require.NoError(t, err)
			require.Equal(t, []int64{2}, got.Columns()[0].Int64s())
		})
	}
}
