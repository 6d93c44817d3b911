package expr_test

import (
	"fmt"
	"log"
	"math"
	"slices"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
)

// orders is the small frame of the examples.
func orders() *frame.Frame {
	at := time.Date(2026, 5, 30, 22, 30, 0, 0, time.UTC).UnixMicro()
	const hour = 3_600_000_000
	f, err := frame.New(
		frame.Texts("shop", []string{"lamps", "Lamps ", "chairs", "chairs"}, nil),
		frame.Int64s("units", []int64{3, 1, 2, 0}, nil),
		frame.Float64s("price", []float64{10, 12.5, 80, 0}, frame.Valid(true, true, true, false)),
		frame.Times("at", []int64{at, at + hour, at + 30*hour, at + 31*hour}, nil),
	)
	if err != nil {
		log.Fatal(err)
	}
	return f
}

// with prints the frame of some expressions alone.
func with(exprs ...frame.Expr) {
	var columns []frame.Column
	for _, e := range exprs {
		c, err := e.Rows(orders())
		if err != nil {
			log.Fatal(err)
		}
		columns = append(columns, c)
	}
	f, err := frame.New(columns...)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(f)
}

// stats prints the frame of some statistics of all orders.
func stats(exprs ...frame.Expr) {
	f, err := orders().GroupBy().Agg(exprs...)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(f)
}

func Example() {
	total := expr.Col("units").Mul(expr.Col("price"))
	byShop, err := orders().GroupBy("shop").Agg(
		total.Sum().As("total"),
		total.Sum().Div(expr.Col("units").Sum()).As("mean_price"),
		expr.Col("price").Gt(50).Mean().As("share_above_50"),
	)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(byShop)
	// Output:
	// shop        total  mean_price  share_above_50
	// text      float64     float64         float64
	// lamps          30          10               0
	// "Lamps "     12.5        12.5               0
	// chairs        160          80               1
	// 3 rows × 4 columns
}

func ExampleExpr_Div() {
	with(
		expr.Col("price").Div(expr.Col("units")).Round(1).As("price_each"), expr.Col("units").FloorDiv(2).As("pairs"),
		expr.Col("units").Mod(2).As("left"),
	)
	// Output:
	// price_each  pairs   left
	//    float64  int64  int64
	//        3.3      1      1
	//       12.5      0      1
	//         40      1      0
	//       null      0      0
	// 4 rows × 3 columns
}

func ExampleExpr_Sub() {
	with(expr.Col("at").Sub(expr.Col("at").Shift(1)).As("seconds"), expr.Col("at").Add(90*time.Minute).As("later"))
	// Output:
	// seconds  later
	// float64  time
	//    null  2026-05-31T00:00:00Z
	//    3600  2026-05-31T01:00:00Z
	//  104400  2026-06-01T06:00:00Z
	//    3600  2026-06-01T07:00:00Z
	// 4 rows × 2 columns
}

func ExampleWhen() {
	price := expr.Col("price")
	with(expr.When(price.IsNull()).Then("unknown").When(price.Ge(50)).Then("dear").Otherwise("cheap").As("class"))
	// Output:
	// class
	// text
	// cheap
	// cheap
	// dear
	// unknown
	// 4 rows × 1 columns
}

func ExampleExpr_FillNull() {
	with(expr.Col("price").FillNull(expr.Col("price").Mean()), expr.Col("price").ForwardFill().As("last_known"))
	// Output:
	//              price  last_known
	//            float64     float64
	//                 10          10
	//               12.5        12.5
	//                 80          80
	// 34.166666666666664          80
	// 4 rows × 2 columns
}

func ExampleExpr_Over() {
	shop := expr.Col("shop").Str().Trim().Str().Lower().As("shop")
	f, err := orders().WithColumns(shop)
	if err != nil {
		log.Fatal(err)
	}
	units := expr.Col("units")
	f, err = f.WithColumns(
		units.Div(units.Sum()).Over("shop").As("share"),
		units.Rank(expr.RankOptions{Method: "min", Descending: true}).Over("shop").As("rank"),
		units.CumSum().Over("shop").As("so_far"),
	)
	if err != nil {
		log.Fatal(err)
	}
	if f, err = f.Drop("price", "at"); err != nil {
		log.Fatal(err)
	}
	fmt.Print(f)
	// Output:
	// shop    units    share   rank  so_far
	// text    int64  float64  int64   int64
	// lamps       3     0.75      1       3
	// lamps       1     0.25      2       4
	// chairs      2        1      1       2
	// chairs      0        0      2       2
	// 4 rows × 5 columns
}

func ExampleExpr_Rolling() {
	units := expr.Col("units")
	with(units.Rolling(2).Mean().As("of_two"), units.RollingBy("at", 2*time.Hour).Sum().As("of_two_hours"))
	// Output:
	//  of_two  of_two_hours
	// float64       float64
	//    null             3
	//       2             4
	//     1.5             2
	//       1             2
	// 4 rows × 2 columns
}

// In Paris the first two orders were made on the last day of May.
func ExampleDt_In() {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		log.Fatal(err)
	}
	at := expr.Col("at").Dt()
	with(
		at.Day().As("utc"), at.In(paris).Day().As("paris"), at.In(paris).Weekday().As("weekday"),
		at.Truncate(frame.Week).As("week"), at.Format("Jan 2006").As("month"),
	)
	// Output:
	//   utc  paris  weekday  week                  month
	// int64  int64    int64  time                  text
	//    30     31        7  2026-05-25T00:00:00Z  May 2026
	//    30     31        7  2026-05-25T00:00:00Z  May 2026
	//     1      1        1  2026-06-01T00:00:00Z  Jun 2026
	//     1      1        1  2026-06-01T00:00:00Z  Jun 2026
	// 4 rows × 5 columns
}

func ExampleExpr_Str() {
	shop := expr.Col("shop").Str()
	with(
		shop.Trim().Str().Upper().As("name"), shop.Len().As("length"), shop.StartsWith("c").As("c"),
		shop.Extract("([aeiou]).*s", 1).As("vowel"), shop.Split("h", 1).As("behind_h"),
	)
	// Output:
	// name    length      c  vowel  behind_h
	// text     int64   bool  text   text
	// LAMPS        5  false  a      null
	// LAMPS        6  false  a      null
	// CHAIRS       6   true  a      airs
	// CHAIRS       6   true  a      airs
	// 4 rows × 5 columns
}

func ExampleExpr_TryCast() {
	f, err := frame.New(frame.Texts("price", []string{"12.50", "n/a", "1e3"}, nil))
	if err != nil {
		log.Fatal(err)
	}
	_, err = f.WithColumns(expr.Col("price").Cast(frame.Float64))
	fmt.Println(err)
	f, err = f.WithColumns(expr.Col("price").TryCast(frame.Float64))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(f)
	// Output:
	// expr: price.Cast(float64): row 1: "n/a" cannot be read as float64
	//   price
	// float64
	//    12.5
	//    null
	//    1000
	// 3 rows × 1 columns
}

// A statistic of one's own: the midrange of each group.
func ExampleExpr_Agg() {
	midrange := func(x []float64) float64 { return (slices.Min(x) + slices.Max(x)) / 2 }
	f, err := orders().GroupBy().Agg(expr.Col("price").Agg(midrange).As("midrange"), expr.Col("price").Quantile(0.9))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(f)
	// Output:
	// midrange  price_p90
	//  float64    float64
	//       45       66.5
	// 1 rows × 2 columns
}

// What has no other form is a function of whole columns.
func ExampleMap() {
	hypot := expr.Map(func(c []frame.Column) (frame.Column, error) {
		out := make([]float64, c[0].Len())
		for i := range out {
			out[i] = math.Hypot(c[0].Float64s()[i], c[1].Float64s()[i])
		}
		return frame.Float64s("hypot", out, nil), nil
	}, expr.Col("units").Cast(frame.Float64), expr.Col("price").FillNull(0))
	with(hypot.Round(2).As("hypot"), expr.Col("price").Apply(math.Sqrt).Round(2).As("root"))
	// Output:
	//   hypot     root
	// float64  float64
	//   10.44     3.16
	//   12.54     3.54
	//   80.02     8.94
	//       0     null
	// 4 rows × 2 columns
}

func ExampleExpr_Between() {
	f, err := orders().Filter(expr.Col("price").Between(10, 20).And(expr.Col("units").In(1, 2)))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(f.Len())
	// Output: 1
}
