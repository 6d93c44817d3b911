package expr_test

import (
	"math"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
)

// The columns of the examples.
var (
	shop, units, price, placed = expr.Col("shop"), expr.Col("units"), expr.Col("price"), expr.Col("at")
)

func ExampleExpr_Add() {
	with(
		units.Add(1).As("one_more"), units.Add(price).As("sum"),
		placed.Add(time.Hour).As("later"), shop.Add("!").As("loud"),
	)
	// Output:
	// one_more      sum  later                 loud
	//    int64  float64  time                  text
	//        4       13  2026-05-30T23:30:00Z  lamps!
	//        2     13.5  2026-05-31T00:30:00Z  Lamps !
	//        3       82  2026-06-01T05:30:00Z  chairs!
	//        1     null  2026-06-01T06:30:00Z  chairs!
	// 4 rows × 4 columns
}

func ExampleExpr_Mul() {
	with(units.Mul(price).As("total"), units.Mul(units).As("square"), units.Neg().As("minus"))
	// Output:
	//   total  square  minus
	// float64   int64  int64
	//      30       9     -3
	//    12.5       1     -1
	//     160       4     -2
	//    null       0      0
	// 4 rows × 3 columns
}

func ExampleExpr_Mod() {
	with(units.Neg().FloorDiv(2).As("pairs"), units.Neg().Mod(2).As("left"), units.Mod(0).As("by_zero"))
	// Output:
	// pairs   left  by_zero
	// int64  int64    int64
	//    -2      1     null
	//    -1      1     null
	//    -1      0     null
	//     0      0     null
	// 4 rows × 3 columns
}

func ExampleExpr_Round() {
	with(price.Div(3).Round(1).As("price"), price.Round(-1).As("tens"), units.Sub(2).Abs().As("distance"))
	// Output:
	//   price     tens  distance
	// float64  float64     int64
	//     3.3       10         1
	//     4.2       10         1
	//    26.7       80         0
	//    null     null         2
	// 4 rows × 3 columns
}

func ExampleExpr_Apply() {
	with(price.Apply(math.Sqrt).As("root"))
	// Output:
	//               root
	//            float64
	// 3.1622776601683795
	// 3.5355339059327378
	//   8.94427190999916
	//               null
	// 4 rows × 1 columns
}

func ExampleExpr_Eq() {
	june := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	with(
		shop.Eq("chairs").As("chairs"), units.Le(price).As("cheap"), units.Ne(0).As("some"), placed.Ge(june).As("june"),
	)
	// Output:
	// chairs  cheap   some   june
	//   bool   bool   bool   bool
	//  false   true   true  false
	//  false   true   true  false
	//   true   true   true   true
	//   true   null  false   true
	// 4 rows × 4 columns
}

func ExampleExpr_In() {
	with(shop.In("chairs", "lamps").As("known"), price.In(10, 80).As("round"))
	// Output:
	// known  round
	//  bool   bool
	//  true   true
	// false  false
	//  true   true
	//  true   null
	// 4 rows × 2 columns
}

func ExampleExpr_And() {
	dear := price.Gt(11)
	with(dear.As("dear"), dear.And(units.Gt(1)).As("both"), dear.Or(units.Lt(1)).As("either"), dear.Not().As("not"))
	// Output:
	//  dear   both  either    not
	//  bool   bool    bool   bool
	// false  false   false   true
	//  true  false    true  false
	//  true   true    true  false
	//  null  false    true   null
	// 4 rows × 4 columns
}

func ExampleExpr_IsNull() {
	with(price.IsNull().As("null"), price.IsNotNull().As("known"), price.Div(0).IsNull().As("by_zero"))
	// Output:
	// "null"  known  by_zero
	//   bool   bool     bool
	//  false   true     true
	//  false   true     true
	//  false   true     true
	//   true  false     true
	// 4 rows × 3 columns
}

func ExampleExpr_IsNaN() {
	with(price.Sub(20).Apply(math.Log).IsNaN().As("nan"))
	// Output:
	//   nan
	//  bool
	//  true
	//  true
	// false
	//  null
	// 4 rows × 1 columns
}

func ExampleExpr_Cast() {
	with(
		price.Cast(frame.Int64).As("whole"),
		units.Cast(frame.Text).As("text"),
		units.Gt(1).Cast(frame.Int64).As("flag"),
	)
	// Output:
	// whole  text   flag
	// int64  text  int64
	//    10  3         1
	//    12  1         0
	//    80  2         1
	//  null  0         0
	// 4 rows × 3 columns
}

func ExampleExpr_Shift() {
	with(
		units.Shift(1).As("before"),
		units.Shift(-1).As("behind"),
		units.Diff(1).As("diff"),
		units.CumSum().As("so_far"),
	)
	// Output:
	// before  behind   diff  so_far
	//  int64   int64  int64   int64
	//   null       1   null       3
	//      3       2     -2       4
	//      1       0      1       6
	//      2    null     -2       6
	// 4 rows × 4 columns
}

func ExampleExpr_ForwardFill() {
	with(price.ForwardFill().As("before"), price.BackwardFill().As("behind"))
	// Output:
	//  before   behind
	// float64  float64
	//      10       10
	//    12.5     12.5
	//      80       80
	//      80     null
	// 4 rows × 2 columns
}

func ExampleExpr_Rank() {
	with(
		units.Rank(expr.RankOptions{Method: "min"}).As("rank"),
		units.Rank(expr.RankOptions{Method: "min", Descending: true}).As("from_most"),
		shop.Rank(expr.RankOptions{}).As("of_text"),
		shop.Rank(expr.RankOptions{Method: "dense"}).As("dense"),
	)
	// Output:
	//  rank  from_most  of_text  dense
	// int64      int64  float64  int64
	//     4          1        4      3
	//     2          3        1      1
	//     3          2      2.5      2
	//     1          4      2.5      2
	// 4 rows × 4 columns
}

func ExampleExpr_RollingBy() {
	with(units.RollingBy("at", 2*time.Hour).Sum().As("sum"), price.RollingBy("at", 2*time.Hour).Mean().As("mean"),
		units.RollingBy("at", 48*time.Hour).Max().As("max"))
	// Output:
	//     sum     mean      max
	// float64  float64  float64
	//       3       10        3
	//       4    11.25        3
	//       2       80        3
	//       2       80        3
	// 4 rows × 3 columns
}

func ExampleExpr_Quantile() {
	stats(price.Count(), price.Mean(), price.Median(), price.Quantile(0.9), price.Std(), price.Var())
	// Output:
	// price_count          price_mean  price_median  price_p90           price_std           price_var
	//       int64             float64       float64    float64             float64             float64
	//           3  34.166666666666664          12.5       66.5  39.712508524812854  1577.0833333333335
	// 1 rows × 6 columns
}

func ExampleExpr_First() {
	many := units.Gt(1)
	stats(units.First(), units.Last(), shop.NUnique(), placed.Max(), many.Sum().As("many"), many.Mean().As("share"))
	// Output:
	// units_first  units_last  shop_nunique  at_max                 many    share
	//       int64       int64         int64  time                  int64  float64
	//           3           0             3  2026-06-01T05:30:00Z      2      0.5
	// 1 rows × 6 columns
}

func ExampleDt_Truncate() {
	with(placed.Dt().Truncate(frame.Hour).As("hour"), placed.Dt().Truncate(frame.Month).As("month"))
	// Output:
	// hour                  month
	// time                  time
	// 2026-05-30T22:00:00Z  2026-05-01T00:00:00Z
	// 2026-05-30T23:00:00Z  2026-05-01T00:00:00Z
	// 2026-06-01T04:00:00Z  2026-06-01T00:00:00Z
	// 2026-06-01T05:00:00Z  2026-06-01T00:00:00Z
	// 4 rows × 2 columns
}

func ExampleDt_Year() {
	d := placed.Dt()
	with(
		d.Year().As("year"), d.Month().As("month"), d.Day().As("day"), d.Hour().As("hour"), d.Minute().As("minute"),
		d.Second().As("second"),
		d.ISOYear().As("iso_year"), d.Week().As("week"), d.Weekday().As("weekday"), d.YearDay().As("yearday"),
	)
	// Output:
	//  year  month    day   hour  minute  second  iso_year   week  weekday  yearday
	// int64  int64  int64  int64   int64   int64     int64  int64    int64    int64
	//  2026      5     30     22      30       0      2026     22        6      150
	//  2026      5     30     23      30       0      2026     22        6      150
	//  2026      6      1      4      30       0      2026     23        1      152
	//  2026      6      1      5      30       0      2026     23        1      152
	// 4 rows × 10 columns
}

func ExampleDt_Format() {
	with(placed.Dt().Format("Monday 2 January").As("day"))
	// Output:
	// day
	// text
	// Saturday 30 May
	// Saturday 30 May
	// Monday 1 June
	// Monday 1 June
	// 4 rows × 1 columns
}

func ExampleStr_Replace() {
	text := shop.Str()
	with(
		text.Replace("amp", "AMP").As("replaced"), text.ReplaceRegexp("^(.)", "<$1>").As("by_pattern"),
		text.Lower().As("lower"),
	)
	// Output:
	// replaced  by_pattern  lower
	// text      text        text
	// lAMPs     <l>amps     lamps
	// "LAMPs "  "<L>amps "  "lamps "
	// chairs    <c>hairs    chairs
	// chairs    <c>hairs    chairs
	// 4 rows × 3 columns
}

func ExampleStr_Match() {
	text := shop.Str()
	with(text.Match("^[a-z]+$").As("plain"), text.Contains("air").As("has_air"), text.EndsWith("s").As("ends_in_s"))
	// Output:
	// plain  has_air  ends_in_s
	//  bool     bool       bool
	//  true    false       true
	// false    false      false
	//  true     true       true
	//  true     true       true
	// 4 rows × 3 columns
}

func ExampleStr_Time() {
	day := placed.Dt().Format("02.01.2006")
	iso := expr.Lit("2026-05-31 10:00")
	with(day.As("text"), day.Str().Time(nil, "02.01.2006").As("time"), iso.Str().Time(nil).As("literal"))
	// Output:
	// text        time                  literal
	// text        time                  time
	// 30.05.2026  2026-05-30T00:00:00Z  2026-05-31T10:00:00Z
	// 30.05.2026  2026-05-30T00:00:00Z  2026-05-31T10:00:00Z
	// 01.06.2026  2026-06-01T00:00:00Z  2026-05-31T10:00:00Z
	// 01.06.2026  2026-06-01T00:00:00Z  2026-05-31T10:00:00Z
	// 4 rows × 3 columns
}
