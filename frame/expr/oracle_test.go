package expr_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
	"github.com/sav-analytics/sav/frame/internal/frametest"
)

// A twin computes the value of an expression in one row, plainly; nil is null.
type twin func(row []any) (any, error)

// drawn is an expression and its twin.
type drawn struct {
	expr.Expr
	twin twin
}

var errOverflow = errors.New("overflow")

// draw draws an expression of a type.
func draw(t *rapid.T, tab frametest.Table, typ frame.Type, depth int) drawn {
	if depth == 0 || rapid.IntRange(0, 3).Draw(t, "leaf") == 0 {
		return drawLeaf(t, tab, typ)
	}
	inner := func(typ frame.Type) drawn { return draw(t, tab, typ, depth-1) }
	switch rapid.IntRange(0, 7).Draw(t, "any type") {
	case 0:
		a, b := inner(typ), inner(typ)
		return drawn{a.FillNull(b.Expr), both(a, b, func(x, y any) (any, error) {
			if x != nil {
				return x, nil
			}
			return y, nil
		})}
	case 1:
		cond, a, b := inner(frame.Bool), inner(typ), inner(typ)
		return drawn{expr.When(cond.Expr).Then(a.Expr).Otherwise(b.Expr), func(row []any) (any, error) {
			x, err := both(a, b, func(x, y any) (any, error) { return []any{x, y}, nil })(row)
			if err != nil {
				return nil, err
			}
			c, err := cond.twin(row)
			if c == true {
				return x.([]any)[0], err
			}
			return x.([]any)[1], err
		}}
	}
	switch typ {
	case frame.Int64:
		return drawInt(t, inner)
	case frame.Float64:
		return drawFloat(t, inner)
	case frame.Bool:
		return drawBool(t, inner)
	case frame.Text:
		return drawText(t, inner)
	}
	return drawTime(t, inner)
}

func drawLeaf(t *rapid.T, tab frametest.Table, typ frame.Type) drawn {
	if rapid.IntRange(0, 3).Draw(t, "literal") == 0 {
		v := rapid.SampledFrom(append(slices.Clone(frametest.Domain[typ]), nil)).Draw(t, "value")
		return drawn{expr.Lit(v).Cast(typ), func([]any) (any, error) { return v, nil }}
	}
	var places []int
	for k, other := range tab.Types {
		if other == typ {
			places = append(places, k)
		}
	}
	k := rapid.SampledFrom(places).Draw(t, "column")
	return drawn{expr.Col(tab.Names[k]), func(row []any) (any, error) { return row[k], nil }}
}

// both returns the twin of fn of two values, whatever they are.
func both(a, b drawn, fn func(x, y any) (any, error)) twin {
	return func(row []any) (any, error) {
		x, err := a.twin(row)
		if err != nil {
			return nil, err
		}
		y, err := b.twin(row)
		if err != nil {
			return nil, err
		}
		return fn(x, y)
	}
}

// strict is both, and null where one of the values is.
func strict(a, b drawn, fn func(x, y any) (any, error)) twin {
	return both(a, b, func(x, y any) (any, error) {
		if x == nil || y == nil {
			return nil, nil
		}
		return fn(x, y)
	})
}

// one is strict of one value.
func one(a drawn, fn func(x any) (any, error)) twin {
	return strict(a, a, func(x, _ any) (any, error) { return fn(x) })
}

func ofWord(a drawn, fn func(word string) any) twin {
	return one(a, func(x any) (any, error) { return fn(x.(string)), nil })
}

func ofTime(a drawn, fn func(t time.Time) any) twin {
	return one(a, func(x any) (any, error) { return fn(x.(time.Time)), nil })
}

func fits(x *big.Int) (any, error) {
	if !x.IsInt64() {
		return nil, errOverflow
	}
	return x.Int64(), nil
}

func drawInt(t *rapid.T, inner func(frame.Type) drawn) drawn {
	op := rapid.SampledFrom([]string{"+", "-", "*", "//", "%", "neg", "abs", "len", "bool",
		"year", "month", "day", "hour", "week", "weekday", "float"}).
		Draw(t, "op")
	switch op {
	case "len":
		a := inner(frame.Text)
		return drawn{a.Str().Len(), ofWord(a, func(w string) any { return int64(utf8.RuneCountInString(w)) })}
	case "bool":
		a := inner(frame.Bool)
		return drawn{a.Cast(frame.Int64), one(a, func(x any) (any, error) { return int64(frametest.Number(x)), nil })}
	case "float":
		a := inner(frame.Float64)
		return drawn{a.Cast(frame.Int64), one(a, func(x any) (any, error) {
			f := math.Trunc(x.(float64))
			if !(f >= -1<<63 && f < 1<<63) {
				return nil, errOverflow
			}
			return int64(f), nil
		})}
	case "neg", "abs":
		a := inner(frame.Int64)
		e := a.Neg()
		if op == "abs" {
			e = a.Abs()
		}
		return drawn{e, one(a, func(x any) (any, error) {
			n := big.NewInt(x.(int64))
			if op == "neg" || n.Sign() < 0 {
				n.Neg(n)
			}
			return fits(n)
		})}
	case "year", "month", "day", "hour", "week", "weekday":
		a := inner(frame.Time)
		zone := rapid.SampledFrom(zones).Draw(t, "zone")
		d := a.Dt().In(zone)
		part := func(fn func(t time.Time) int) twin {
			return ofTime(a, func(t time.Time) any { return int64(fn(t.In(zone))) })
		}
		switch op {
		case "year":
			return drawn{d.Year(), part(time.Time.Year)}
		case "month":
			return drawn{d.Month(), part(func(t time.Time) int { return int(t.Month()) })}
		case "day":
			return drawn{d.Day(), part(time.Time.Day)}
		case "hour":
			return drawn{d.Hour(), part(time.Time.Hour)}
		case "week":
			return drawn{d.Week(), part(func(t time.Time) int { _, w := t.ISOWeek(); return w })}
		}
		return drawn{d.Weekday(), part(func(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 })}
	}
	a, b := inner(frame.Int64), inner(frame.Int64)
	return drawn{arith(op, a, b), strict(a, b, func(x, y any) (any, error) {
		m, n, out := big.NewInt(x.(int64)), big.NewInt(y.(int64)), new(big.Int)
		switch op {
		case "+":
			return fits(out.Add(m, n))
		case "-":
			return fits(out.Sub(m, n))
		case "*":
			return fits(out.Mul(m, n))
		}
		if n.Sign() == 0 {
			return nil, nil
		}
		// big.Int's division is Euclidean: rounding down differs where n < 0.
		rest := new(big.Int)
		out.DivMod(m, n, rest)
		if rest.Sign() != 0 && n.Sign() < 0 {
			out.Sub(out, big.NewInt(1))
			rest.Add(rest, n)
		}
		if op == "%" {
			return rest.Int64(), nil
		}
		return fits(out)
	})}
}

func arith(op string, a, b drawn) expr.Expr {
	switch op {
	case "+":
		return a.Add(b.Expr)
	case "-":
		return a.Sub(b.Expr)
	case "*":
		return a.Mul(b.Expr)
	case "/":
		return a.Div(b.Expr)
	case "//":
		return a.FloorDiv(b.Expr)
	}
	return a.Mod(b.Expr)
}

func drawFloat(t *rapid.T, inner func(frame.Type) drawn) drawn {
	op := rapid.SampledFrom([]string{"+", "-", "*", "/", "//", "%", "round", "apply", "times", "cast"}).Draw(t, "op")
	switch op {
	case "times":
		a, b := inner(frame.Time), inner(frame.Time)
		return drawn{a.Sub(b.Expr), strict(a, b, func(x, y any) (any, error) {
			return float64(x.(time.Time).UnixMicro()-y.(time.Time).UnixMicro()) / 1e6, nil
		})}
	case "round":
		a := inner(frame.Float64)
		return drawn{a.Round(1), one(a, func(x any) (any, error) {
			f := x.(float64)
			if y := math.Round(f*10) / 10; !math.IsInf(y, 0) && !math.IsNaN(y) {
				return y, nil
			}
			return f, nil
		})}
	case "apply":
		a := inner(frame.Int64)
		return drawn{a.Apply(math.Cbrt), one(a, func(x any) (any, error) { return math.Cbrt(float64(x.(int64))), nil })}
	case "cast":
		a := inner(rapid.SampledFrom([]frame.Type{frame.Int64, frame.Bool}).Draw(t, "from"))
		return drawn{a.Cast(frame.Float64), one(a, func(x any) (any, error) { return frametest.Number(x), nil })}
	}
	types := rapid.SampledFrom([][2]frame.Type{
		{frame.Float64, frame.Float64}, {frame.Int64, frame.Float64}, {frame.Float64, frame.Bool}}).
		Draw(t, "types")
	a, b := inner(types[0]), inner(types[1])
	return drawn{arith(op, a, b), strict(a, b, func(x, y any) (any, error) {
		m, n := frametest.Number(x), frametest.Number(y)
		switch op {
		case "+":
			return m + n, nil
		case "-":
			return m - n, nil
		case "*":
			return m * n, nil
		}
		if n == 0 {
			return nil, nil
		}
		switch op {
		case "/":
			return m / n, nil
		case "//":
			return math.Floor(m / n), nil
		}
		r := math.Mod(m, n)
		if r != 0 && (r < 0) != (n < 0) {
			r += n
		}
		return r, nil
	})}
}

func drawBool(t *rapid.T, inner func(frame.Type) drawn) drawn {
	op := rapid.SampledFrom([]string{"and", "or", "not", "null", "not null", "nan",
		"contains", "starts", "match", "in", "between",
		"eq", "ne", "lt", "le", "gt", "ge"}).
		Draw(t, "op")
	switch op {
	case "and", "or":
		a, b := inner(frame.Bool), inner(frame.Bool)
		decides := op == "or" // true decides or, false and
		e := a.And(b.Expr)
		if decides {
			e = a.Or(b.Expr)
		}
		return drawn{e, both(a, b, func(x, y any) (any, error) {
			switch {
			case x == decides || y == decides:
				return decides, nil
			case x == nil || y == nil:
				return nil, nil
			}
			return !decides, nil
		})}
	case "not":
		a := inner(frame.Bool)
		return drawn{a.Not(), one(a, func(x any) (any, error) { return !x.(bool), nil })}
	case "null", "not null":
		a := inner(rapid.SampledFrom(frametest.Types).Draw(t, "type"))
		e := a.IsNull()
		if op != "null" {
			e = a.IsNotNull()
		}
		return drawn{e, both(a, a, func(x, _ any) (any, error) { return (x == nil) == (op == "null"), nil })}
	case "nan":
		a := inner(frame.Float64)
		return drawn{a.IsNaN(), one(a, func(x any) (any, error) { return frametest.IsNaN(x), nil })}
	case "contains":
		a := inner(frame.Text)
		return drawn{a.Str().Contains("R"), ofWord(a, func(w string) any { return strings.Contains(w, "R") })}
	case "starts":
		a := inner(frame.Text)
		return drawn{a.Str().StartsWith("F"), ofWord(a, func(w string) any { return strings.HasPrefix(w, "F") })}
	case "match":
		a := inner(frame.Text)
		return drawn{
			a.Str().Match("^[a-zé]"),
			ofWord(a, func(w string) any { return regexp.MustCompile("^[a-zé]").MatchString(w) }),
		}
	case "in":
		typ := rapid.SampledFrom(frametest.Types[:3]).Draw(t, "type")
		if rapid.Bool().Draw(t, "text") {
			typ = frame.Text
		}
		a := inner(typ)
		set := rapid.SliceOfN(rapid.SampledFrom(frametest.Domain[typ]), 0, 4).Draw(t, "set")
		return drawn{a.In(set...), one(a, func(x any) (any, error) {
			return slices.ContainsFunc(set, func(v any) bool {
				return !frametest.IsNaN(x) && !frametest.IsNaN(v) && frametest.Order(x, v) == 0
			}), nil
		})}
	case "between":
		a, lo, hi := inner(frame.Int64), inner(frame.Int64), inner(frame.Int64)
		return drawn{a.Between(lo.Expr, hi.Expr), func(row []any) (any, error) {
			ge, err := strict(a, lo, func(x, y any) (any, error) { return x.(int64) >= y.(int64), nil })(row)
			if err != nil {
				return nil, err
			}
			le, err := strict(a, hi, func(x, y any) (any, error) { return x.(int64) <= y.(int64), nil })(row)
			switch {
			case ge == false || le == false:
				return false, err
			case ge == nil || le == nil:
				return nil, err
			}
			return true, err
		}}
	}
	types := [2]frame.Type{}
	types[0] = rapid.SampledFrom(frametest.Types).Draw(t, "type")
	types[1] = types[0]
	if rapid.Bool().Draw(t, "mixed") {
		types = rapid.SampledFrom([][2]frame.Type{
			{frame.Int64, frame.Float64}, {frame.Float64, frame.Int64}, {frame.Bool, frame.Int64}}).
			Draw(t, "types")
	}
	a, b := inner(types[0]), inner(types[1])
	relations := map[string]struct {
		of   func(expr.Expr, any) expr.Expr
		hold func(order int) bool
	}{
		"eq": {expr.Expr.Eq, func(o int) bool { return o == 0 }},
		"ne": {expr.Expr.Ne, func(o int) bool { return o != 0 }},
		"lt": {expr.Expr.Lt, func(o int) bool { return o < 0 }},
		"le": {expr.Expr.Le, func(o int) bool { return o <= 0 }},
		"gt": {expr.Expr.Gt, func(o int) bool { return o > 0 }},
		"ge": {expr.Expr.Ge, func(o int) bool { return o >= 0 }},
	}
	r := relations[op]
	return drawn{r.of(a.Expr, b.Expr), strict(a, b, func(x, y any) (any, error) {
		if frametest.IsNaN(x) || frametest.IsNaN(y) {
			return op == "ne", nil
		}
		if types[0] == types[1] {
			return r.hold(frametest.Order(x, y)), nil
		}
		return r.hold(exact(x).Cmp(exact(y))), nil
	})}
}

// exact returns a number without rounding.
func exact(v any) *big.Float {
	if n, ok := v.(int64); ok {
		return new(big.Float).SetPrec(200).SetInt64(n)
	}
	return new(big.Float).SetPrec(200).SetFloat64(frametest.Number(v))
}

func drawText(t *rapid.T, inner func(frame.Type) drawn) drawn {
	a := inner(frame.Text)
	switch rapid.IntRange(0, 8).Draw(t, "text") {
	case 0:
		return drawn{a.Str().Lower(), ofWord(a, func(w string) any { return strings.ToLower(w) })}
	case 1:
		return drawn{a.Str().Upper(), ofWord(a, func(w string) any { return strings.ToUpper(w) })}
	case 2:
		return drawn{a.Str().Trim(), ofWord(a, func(w string) any { return strings.TrimSpace(w) })}
	case 3:
		return drawn{
			a.Str().Replace("R", "rr"), ofWord(a, func(w string) any { return strings.ReplaceAll(w, "R", "rr") }),
		}
	case 4:
		return drawn{a.Str().Split("R", 1), ofWord(a, func(w string) any {
			if _, after, ok := strings.Cut(w, "R"); ok {
				before, _, _ := strings.Cut(after, "R")
				return before
			}
			return nil
		})}
	case 5:
		return drawn{a.Str().Extract("([A-Z])[A-Z]", 1), ofWord(a, func(w string) any {
			if m := regexp.MustCompile("([A-Z])[A-Z]").FindStringSubmatch(w); m != nil {
				return m[1]
			}
			return nil
		})}
	case 6:
		b := inner(frame.Int64)
		return drawn{b.Cast(frame.Text), one(b, func(x any) (any, error) { return fmt.Sprint(x), nil })}
	case 7:
		b := inner(frame.Time)
		return drawn{b.Dt().Format("2006-01"), ofTime(b, func(t time.Time) any { return t.Format("2006-01") })}
	}
	b := inner(frame.Text)
	return drawn{a.Add(b.Expr), strict(a, b, func(x, y any) (any, error) { return x.(string) + y.(string), nil })}
}

var zones = []*time.Location{
	time.UTC, mustZone("Europe/Paris"), mustZone("America/New_York"), mustZone("Asia/Kathmandu"),
}

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

func drawTime(t *rapid.T, inner func(frame.Type) drawn) drawn {
	a := inner(frame.Time)
	switch rapid.IntRange(0, 3).Draw(t, "time") {
	case 0:
		d := rapid.SampledFrom([]time.Duration{time.Hour, -time.Microsecond, 36 * time.Hour}).Draw(t, "duration")
		return drawn{a.Add(d), ofTime(a, func(t time.Time) any { return t.Add(d) })}
	case 1:
		n := rapid.Int64Range(-100, 100).Draw(t, "seconds")
		return drawn{a.Sub(n), ofTime(a, func(t time.Time) any { return t.Add(-time.Duration(n) * time.Second) })}
	case 2:
		zone := rapid.SampledFrom(zones).Draw(t, "zone")
		return drawn{a.Dt().In(zone).Truncate(frame.Month), ofTime(a, func(t time.Time) any {
			t = t.In(zone)
			return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, zone).UTC()
		})}
	}
	b := inner(frame.Text)
	return drawn{b.TryCast(frame.Time), ofWord(b, func(w string) any {
		if at, err := time.Parse("2006-01", w); false && err == nil {
			return at
		}
		return nil // no word drawn is a date
	})}
}

// Every expression gives what its parts give row by row.
func TestExpressionsAgainstRows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tab := frametest.Draw(t, "table")
		typ := rapid.SampledFrom(frametest.Types).Draw(t, "type")
		d := draw(t, tab, typ, 3)
		want := make([]any, len(tab.Rows))
		var failed error
		for i, row := range tab.Rows {
			v, err := d.twin(row)
			if err != nil {
				failed = err
			}
			want[i] = v
		}
		got, err := d.Rows(tab.Frame(t))
		if failed != nil {
			require.Error(t, err, "%s", d)
			return
		}
		if err != nil && len(tab.Rows) == 0 {
			return // a literal alone overflows
		}
		require.NoError(t, err, "%s", d)
		require.Equal(t, typ, got.Type(), "%s", d)
		require.Equal(t, len(want), got.Len(), "%s", d)
		require.Equal(t, got.NullCount() == 0, got.Valid() == nil, "validity is nil exactly when no row is null")
		for i := range want {
			require.True(
				t, frametest.Near(want[i], got.Value(i)), "%s: row %d: want %v, got %v", d, i, want[i], got.Value(i),
			)
		}
	})
}
