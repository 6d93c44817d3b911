package expr_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
)

func small(t testing.TB) *frame.Frame {
	f, err := frame.New(
		frame.Int64s("n", []int64{math.MaxInt64, 2, math.MinInt64}, frame.Valid(true, false, true)),
		frame.Float64s("x", []float64{1.5, math.NaN(), math.Inf(1)}, nil),
		frame.Times("at", []int64{0, 1, math.MaxInt64}, nil),
		frame.Bools("ok", []bool{true, false, true}, nil),
		frame.Texts("s", []string{"a", "b", "7"}, frame.Valid(true, true, true)),
	)
	require.NoError(t, err)
	return f
}

// What makes no sense for a row is an error that names the expression and, where it is one row's fault, the row.
// Nothing panics, and no number is wrong in silence.
func TestMisusesOfRows(t *testing.T) {
	t.Parallel()
	f := small(t)
	n, x, at, ok, s := expr.Col("n"), expr.Col("x"), expr.Col("at"), expr.Col("ok"), expr.Col("s")
	for name, c := range map[string]struct {
		of   expr.Expr
		want string
	}{
		"wrong name":         {expr.Col("m"), `frame: no column "m" in ["n" "x" "at" "ok" "s"]`},
		"no name":            {expr.Col(""), `frame: no column ""`},
		"nearest name":       {expr.Col("OK "), `did you mean "ok"?`},
		"add overflows":      {n.Add(1), "expr: (n + 1): row 0: 9223372036854775807 + 1 overflows int64"},
		"sub overflows":      {n.Sub(1), "row 2: -9223372036854775808 - 1 overflows int64"},
		"mul overflows":      {n.Mul(2), "row 0: 9223372036854775807 * 2 overflows int64"},
		"floor division":     {n.FloorDiv(-1), "row 2: -9223372036854775808 // -1 overflows int64"},
		"neg overflows":      {n.Neg(), "row 2: minus -9223372036854775808 overflows int64"},
		"abs overflows":      {n.Abs(), "row 2: absolute value of -9223372036854775808 overflows int64"},
		"literals overflow":  {expr.Lit(int64(math.MaxInt64)).Add(1), "overflows int64"},
		"cumsum overflows":   {n.FillNull(9).CumSum(), "row 1: the sum overflows int64"},
		"number and text":    {n.Add("1"), `expr: (n + "1"): + of int64 and text`},
		"number and time":    {n.Mul(at), "expr: (n * at): * of int64 and time"},
		"time and time":      {at.Add(at), "+ of time and time"},
		"text minus text":    {s.Sub(s), "- of text and text: expected two numbers, two times, or a time and seconds"},
		"number minus time":  {x.Sub(at), "- of float64 and time"},
		"NaN seconds later":  {at.Add(x), "row 1: NaN does not fit an int64"},
		"time overflows":     {at.Add(time.Hour), "row 2: 9223372036854775807 + 3600000000 overflows int64"},
		"negative text":      {s.Neg(), "expr: -s: text where a number is expected"},
		"absolute time":      {at.Abs(), "time where a number is expected"},
		"rounded text":       {s.Round(2), "expr: s.Round(2): text where a number is expected"},
		"apply to text":      {s.Apply(math.Sqrt), "text where a number is expected"},
		"apply nothing":      {x.Apply(nil), "expr: x.Apply(): no function"},
		"compared with text": {n.Lt("a"), `expr: (n < "a"): int64 and text do not compare`},
		"time with number":   {at.Gt(5), "time and int64 do not compare"},
		"time with text":     {at.Ge("2026-01-01"), "time and text do not compare"},
		"bool with text":     {ok.Eq("true"), "bool and text do not compare"},
		"a slice": {n.Eq([]int{1}),
			"expr: a value of type []int: want an Expr, a number, string, bool, time.Time, time.Duration or nil"},
		"a struct":          {expr.Lit(struct{}{}), "a value of type struct {}"},
		"a pointer":         {n.Add(new(int)), "a value of type *int"},
		"too large":         {expr.Lit(uint64(1 << 63)), "9223372036854775808 does not fit an int64"},
		"in of other types": {s.In("a", 1), "text and int64"},
		"in of text":        {n.In("a"), "int64 and text"},
		"in of times":       {at.In(1), "time and int64"},
		"in of columns":     {n.In(x), "a column among the values: compare with Eq"},
		"bool in numbers":   {ok.In(s), "a column among the values"},
		"and of numbers": {n.And(ok),
			"expr: (n and ok): int64 is not bool: compare it, with Ne(0) for a number"},
		"or of text":             {ok.Or(s), "text is not bool"},
		"not a number":           {x.Not(), "float64 is not bool"},
		"NaN of text":            {s.IsNaN(), "text where a number is expected"},
		"filled with another":    {n.FillNull("x"), "expr: n.FillNull(\"x\"): int64 and text are not of one type"},
		"filled bool":            {ok.FillNull(1), "bool and int64 are not of one type"},
		"choice of two types":    {expr.When(ok).Then(1).Otherwise("x"), "int64 and text are not of one type"},
		"choice of nulls":        {expr.When(ok).Then(nil).Otherwise(nil), "all values are null: Cast one"},
		"choice by a number":     {expr.When(n).Then(1).Otherwise(2), "int64 is not bool"},
		"null alone":             {expr.Lit(nil), "expr: null: a null of no type: Cast it"},
		"cast of text":           {s.Cast(frame.Int64), `expr: s.Cast(int64): row 0: "a" cannot be read as int64`},
		"cast to nothing":        {n.Cast(0), "no type Type(0)"},
		"cast to the unknown":    {n.Cast(99), "no type Type(99)"},
		"cast NaN":               {x.Cast(frame.Int64), "row 1: NaN does not fit an int64"},
		"cast time to bool":      {at.Cast(frame.Bool), "time has no form as bool"},
		"cast float to time":     {x.Cast(frame.Time), "float64 has no form as time"},
		"text as time":           {s.Str().Time(nil), `row 0: "a" is not a time, such as 2026-05-31`},
		"text in a layout":       {s.Str().Time(nil, "02.01.2006"), `"a" is not a time in the layout ["02.01.2006"]`},
		"lower of a number":      {n.Str().Lower(), "expr: n.Str().Lower(): int64 where text is expected: Cast it"},
		"bad pattern":            {s.Str().Match("("), "missing closing )"},
		"bad pattern to replace": {s.Str().ReplaceRegexp("(", ""), "missing closing )"},
		"no such group":          {s.Str().Extract("a", 1), "group 1 of a pattern with 0"},
		"split by nothing":       {s.Str().Split("", 0), "no separator"},
		"year of a number": {n.Dt().Year(),
			"expr: n.Dt().Year(): int64 where a time is expected: Cast it, or read text with Str().Time"},
		"truncate to nothing": {at.Dt().Truncate(""), `no unit ""; expected minute, hour,`},
		"truncate to days":    {at.Dt().Truncate("days"), `no unit "days"; did you mean day?`},
		"truncate far away": {at.Dt().Truncate(frame.Year),
			"row 2: 9223372036854775807 µs since 1970 are too far away"},
		"rolling nothing":      {x.Rolling(0).Mean(), "a window of 0 rows: expected 1 or more"},
		"rolling backwards":    {x.Rolling(-3).Sum(), "a window of -3 rows"},
		"rolling text":         {s.Rolling(2).Max(), "text where a number is expected"},
		"rolling quantile":     {x.Rolling(2).Quantile(7), "quantile 7 is not in [0, 1]"},
		"rolling without":      {x.Rolling(2).Agg(nil), "no function"},
		"rolling by a number":  {x.RollingBy("n", time.Hour).Mean(), `column "n" is int64, not time`},
		"rolling by no column": {x.RollingBy("att", time.Hour).Mean(), `no column "att"`},
		"rolling by no time":   {x.RollingBy("at", 0).Mean(), "a window of 0s: expected 1µs or more"},
		"no such rank":         {x.Rank(expr.RankOptions{Method: "mi"}), `no method "mi"; did you mean min?`},
		"over no column":       {x.Mean().Over("m"), `no column "m"`},
		"cumsum of text":       {s.CumSum(), "text where a number is expected"},
		"diff of text":         {s.Diff(1), "- of text and text"},
		"map of nothing":       {expr.Map(nil, n), "expr: Map(n): no function"},
		"map of too few": {expr.Map(func([]frame.Column) (frame.Column, error) {
			return frame.Int64s("", nil, nil), nil
		}, n), "a column of 0 rows, not 3"},
		"map of no column": {expr.Map(func(c []frame.Column) (frame.Column, error) { return frame.Column{}, nil }, n),
			"a column of 0 rows, not 3"},
		"map fails": {expr.Map(func(c []frame.Column) (frame.Column, error) { return c[0], errors.New("cause") }, n),
			"expr: Map(n): cause"},
		"column of other length": {n.Add(frame.Int64s("m", []int64{1}, nil)),
			`frame: column "m" has 1 rows, the frame has 3`},
		"mean of text":    {s.Mean(), "expr: s.mean(): text where a number is expected"},
		"sum of times":    {at.Sum(), "expr: at.sum(): time where a number is expected"},
		"median of text":  {s.Median(), "text where a number is expected"},
		"quantile beyond": {x.Quantile(1.5), "quantile 1.5 is not in [0, 1]"},
		"quantile of NaN": {x.Quantile(math.NaN()), "quantile NaN is not in [0, 1]"},
		"own without":     {x.Agg(nil), "expr: x.agg(): no function"},
		"statistic of one": {x.Mean().Sum(),
			"expr: x.mean().sum(): a statistic of a statistic: Over makes a column of the inner one"},
		"sum overflows": {n.FillNull(1).Sum().Add(n.Max().Mul(2)), "overflows int64"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.of.Rows(f)
			require.ErrorContains(t, err, c.want)
			_, err = f.WithColumns(c.of)
			require.Error(t, err)
		})
	}
}

func TestMisusesOfGroups(t *testing.T) {
	t.Parallel()
	f := small(t)
	_, err := f.GroupBy("ok").Agg(expr.Col("x"))
	require.EqualError(
		t, err, "expr: x: a value for each row, not for each group: choose a statistic, such as Mean or First",
	)
	_, err = f.GroupBy("ok").Agg(expr.Col("x").Sub(expr.Col("x").Mean()))
	require.ErrorContains(t, err, "a value for each row, not for each group")
	_, err = f.GroupBy("ok").Agg(frame.Int64s("n", []int64{1}, nil))
	require.EqualError(t, err, `frame: column "n" has 1 rows for 2 groups`)
	_, err = f.GroupBy("ok").Agg(expr.Len().As("ok"))
	require.EqualError(t, err, `frame: two columns are named "ok": rename one`)
	_, err = f.WithColumns(expr.Col("x"), expr.Col("n").As("x"))
	require.EqualError(t, err, `frame: two expressions are named "x": name one with As`)
	_, err = f.Filter(expr.Col("x"))
	require.EqualError(t, err, `frame: filter by "x", which is float64, not bool`)
	_, err = f.GroupBy("ok").Agg(expr.Col("n").Sum())
	require.NoError(t, err, "MaxInt64 + MinInt64 fit")
}

// A panic of one's own function is one of the caller, who can recover from it.
func TestOwnFunctionsMayPanic(t *testing.T) {
	t.Parallel()
	n := 100_000
	values, ids := make([]float64, n), make([]int64, n)
	for i := range ids {
		ids[i] = int64(i % 1000)
	}
	f, err := frame.New(frame.Float64s("x", values, nil), frame.Int64s("g", ids, nil))
	require.NoError(t, err)
	for name, e := range map[string]expr.Expr{
		"apply":   expr.Col("x").Apply(func(float64) float64 { panic("mine") }),
		"agg":     expr.Col("x").Agg(func([]float64) float64 { panic("mine") }).Over("g"),
		"rolling": expr.Col("x").Rolling(3).Agg(func([]float64) float64 { panic("mine") }),
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				v := recover()
				require.NotNil(t, v)
				if err, ok := v.(error); ok {
					require.True(t, strings.HasPrefix(err.Error(), "mine"))
				} else {
					require.Equal(t, "mine", v)
				}
			}()
			_, err := f.WithColumns(e)
			t.Errorf("no panic, but %v", err)
		})
	}
}

// What is null or empty gives nulls or nothing, and no error.
func TestNullsAndNothing(t *testing.T) {
	t.Parallel()
	f := small(t).Head(0)
	n, x, at, s := expr.Col("n"), expr.Col("x"), expr.Col("at"), expr.Col("s")
	for _, e := range []expr.Expr{
		n.Add(1), x.Div(0), at.Sub(at), s.Str().Lower(), s.Add("!"), at.Dt().Week(),
		at.Dt().Truncate(frame.Month), n.In(1, 2),
		x.Rank(expr.RankOptions{}), x.Shift(1), x.CumSum(), x.Rolling(3).Median(),
		x.RollingBy("at", time.Hour).Mean(), n.Cast(frame.Text),
		s.TryCast(frame.Float64), expr.When(expr.Col("ok")).Then(s).Otherwise("x"),
		x.Mean(), n.Sum(), expr.Len(), x.Mean().Over("s"),
		x.ForwardFill(), x.BackwardFill(), at.Dt().Format("2006"), s.Str().Split(",", 0), s.Str().Len(), n.Add(nil),
	} {
		got, err := e.Rows(f)
		require.NoError(t, err, "%s", e)
		require.Zero(t, got.Len(), "%s", e)
	}
	one, err := f.GroupBy().
		Agg(expr.Len(), x.Mean(), n.Sum().As("sum"), s.First(), s.Max(), x.Agg(func([]float64) float64 { return 1 }))
	require.NoError(t, err)
	require.Equal(t, []any{int64(0), nil, int64(0), nil, nil, nil}, one.Row(0))
	none, err := f.GroupBy("s").Agg(expr.Len())
	require.NoError(t, err)
	require.Zero(t, none.Len())
}

func TestNames(t *testing.T) {
	t.Parallel()
	for want, e := range map[string]expr.Expr{
		"n":         expr.Col("n").Add(1).Mul(expr.Col("x")),
		"x":         expr.Lit(1).Add(expr.Col("x")),
		"literal":   expr.Lit(1).Add(2),
		"len":       expr.Len(),
		"x_mean":    expr.Col("x").Mean(),
		"x_p90":     expr.Col("x").Quantile(0.9),
		"x_p99.9":   expr.Col("x").Quantile(0.999),
		"x_p29":     expr.Col("x").Quantile(0.29),
		"x_nunique": expr.Col("x").NUnique(),
		"total":     expr.Col("x").Sum().As("total"),
		"s":         expr.When(expr.Col("ok")).Then("yes").Otherwise(expr.Col("s")),
	} {
		got, err := e.Rows(small(t).Head(0))
		require.NoError(t, err)
		require.Equal(t, want, got.Name())
	}
}

// Near the ends of int64 an instant that cannot be computed is an error, and a window by time holds its own row. Above
// all floats, and beyond all decimals, numbers round to 0 and to themselves.
func TestEnds(t *testing.T) {
	t.Parallel()
	f, err := frame.New(
		frame.Times("first", []int64{0, math.MinInt64}, nil), frame.Times("last", []int64{0, math.MaxInt64}, nil),
		frame.Times("null", []int64{0, math.MaxInt64}, frame.Valid(true, false)),
		frame.Float64s("x", []float64{1.5, math.Inf(1)}, nil),
	)
	require.NoError(t, err)
	east, west := time.FixedZone("", 3600), time.FixedZone("", -3600)
	for _, e := range []expr.Expr{
		expr.Col("first").Dt().Truncate(frame.Minute), expr.Col("first").Dt().Truncate(frame.Hour),
		expr.Col("first").Dt().Truncate(frame.Year), expr.Col("first").Dt().In(west).Year(),
		expr.Col("last").Dt().In(east).Hour(), expr.Col("last").Dt().In(east).Truncate(frame.Hour),
	} {
		_, err := e.Rows(f)
		require.ErrorContains(t, err, "µs since 1970 are too far away", "%s", e)
		require.ErrorContains(t, err, "row 1: ", "%s", e)
	}
	hour := int64(time.Hour / time.Microsecond)
	for want, e := range map[any]expr.Expr{
		math.Inf(1):  expr.Col("x").RollingBy("first", time.Hour).Sum().Last(),
		int64(1):     expr.Col("null").Dt().In(east).Hour().First(),
		float64(2):   expr.Col("x").Round(0).Min(),
		float64(0):   expr.Col("x").Round(-400).Min(),
		float64(1.5): expr.Col("x").Round(400).Min(),
		time.UnixMicro(math.MaxInt64 / hour * hour).UTC(): expr.Col("last").Dt().Truncate(frame.Hour).Last(),
	} {
		got, err := e.Rows(f)
		require.NoError(t, err, "%s", e)
		require.Equal(t, want, got.Value(1), "%s", e)
	}
}

// −0 and 0 are equal, and two texts.
func TestZerosAsText(t *testing.T) {
	t.Parallel()
	f, err := frame.New(frame.Float64s("x", []float64{0, math.Copysign(0, -1), math.NaN()}, nil))
	require.NoError(t, err)
	got, err := expr.Col("x").Cast(frame.Text).Rows(f)
	require.NoError(t, err)
	require.Equal(t, []any{"0", "-0", "NaN"}, []any{got.Value(0), got.Value(1), got.Value(2)})
}

// A sum that leaves int64 on the way but comes back is exact.
func TestSumComesBack(t *testing.T) {
	t.Parallel()
	f, err := frame.New(frame.Int64s("n", []int64{math.MaxInt64, math.MaxInt64, math.MinInt64, math.MinInt64}, nil))
	require.NoError(t, err)
	got, err := f.GroupBy().Agg(expr.Col("n").Sum(), expr.Col("n").Mean())
	require.NoError(t, err)
	require.Equal(t, []any{int64(-2), -0.5}, got.Row(0))
}
