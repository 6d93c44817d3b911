package frame_test

import (
	"fmt"
	"log"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
)

// answers is the small frame of the examples: how long some clients of some merchants waited.
func answers() *frame.Frame {
	f, err := frame.New(
		frame.Texts(
			"country", []string{"FR", "DE", "FR", "FR", "DE", ""}, frame.Valid(true, true, true, true, true, false),
		),
		frame.Int64s("merchant_id", []int64{7, 7, 8, 7, 8, 9}, nil),
		frame.Float64s("dt_s", []float64{1800, 0, 1801, 60, 0, 5}, frame.Valid(true, true, true, true, false, true)),
	)
	if err != nil {
		log.Fatal(err)
	}
	return f
}

// show prints a frame, or stops the example.
func show(f *frame.Frame, err error) {
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(f)
}

func ExampleNew() {
	f, err := frame.New(
		frame.Texts("country", []string{"FR", "DE"}, nil),
		frame.Int64s("client_user_id", []int64{9007199254740993, 0}, frame.Valid(true, false)),
		frame.Times("created_at", []int64{1772359200000000, 1772359200500000}, nil),
	)
	show(f, err)
	// Output:
	// country    client_user_id  created_at
	// text                int64  time
	// FR       9007199254740993  2026-03-01T10:00:00Z
	// DE                   null  2026-03-01T10:00:00.5Z
	// 2 rows × 3 columns
}

func ExampleNew_error() {
	_, err := frame.New(
		frame.Int64s("a", []int64{1, 2}, nil),
		frame.Int64s("b", []int64{1}, nil),
	)
	fmt.Println(err)
	// Output: frame: column "b" has 1 rows, "a" has 2
}

func ExampleDictionary() {
	c := frame.Dictionary("country", []uint32{0, 1, 0}, []string{"FR", "DE"}, nil)
	for _, code := range c.Codes() {
		fmt.Println(c.Dictionary()[code])
	}
	// Output:
	// FR
	// DE
	// FR
}

func ExampleColumn_Float64s() {
	dt, err := answers().Column("dt_s", frame.Float64)
	if err != nil {
		log.Fatal(err)
	}
	longest := 0.0
	for i, v := range dt.Float64s() {
		if !dt.IsNull(i) {
			longest = max(longest, v)
		}
	}
	fmt.Println(longest)
	// Output: 1801
}

func ExampleColumn_Value() {
	f, err := frame.New(
		frame.Texts("country", []string{"FR", ""}, frame.Valid(true, false)),
		frame.Int64s("answers", []int64{3, 4}, nil),
	)
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range f.Columns() {
		fmt.Println(c.Name(), c.Type(), c.NullCount(), c.Value(1))
	}
	fmt.Println(f.Names(), f.Row(0))
	// Output:
	// country text 1 <nil>
	// answers int64 0 4
	// [country answers] [FR 3]
}

func ExampleFrame_Select() {
	show(answers().Head(2).Select("dt_s", "country"))
	// Output:
	//    dt_s  country
	// float64  text
	//    1800  FR
	//       0  DE
	// 2 rows × 2 columns
}

func ExampleFrame_Drop() {
	show(answers().Head(1).Drop("merchant_id"))
	// Output:
	// country     dt_s
	// text     float64
	// FR          1800
	// 1 rows × 2 columns
}

func ExampleFrame_Rename() {
	show(answers().Head(1).Rename("dt_s", "seconds"))
	// Output:
	// country  merchant_id  seconds
	// text           int64  float64
	// FR                 7     1800
	// 1 rows × 3 columns
}

func ExampleFrame_Filter() {
	show(answers().Filter(expr.Col("country").Eq("FR").And(expr.Col("dt_s").Ge(1800))))
	// Output:
	// country  merchant_id     dt_s
	// text           int64  float64
	// FR                 7     1800
	// FR                 8     1801
	// 2 rows × 3 columns
}

func ExampleGrouping_Agg() {
	dt := expr.Col("dt_s")
	show(answers().GroupBy("country").Agg(
		expr.Len().As("conversations"),
		dt.Count().As("answered"),
		dt.Mean(),
		dt.Median(),
		dt.Le(30*time.Minute).Mean().As("within_30m"),
	))
	// Output:
	// country  conversations  answered           dt_s_mean  dt_s_median          within_30m
	// text             int64     int64             float64      float64             float64
	// FR                   3         3  1220.3333333333333         1800  0.6666666666666666
	// DE                   2         1                   0            0                   1
	// null                 1         1                   5            5                   1
	// 3 rows × 6 columns
}

func ExampleGrouping_Sorted() {
	show(answers().GroupBy("country", "merchant_id").Sorted().Agg(expr.Col("dt_s").Max()))
	// Output:
	// country  merchant_id  dt_s_max
	// text           int64   float64
	// DE                 7         0
	// DE                 8      null
	// FR                 7      1800
	// FR                 8      1801
	// null               9         5
	// 5 rows × 3 columns
}

func ExampleFrame_SortBy() {
	show(answers().SortBy(frame.Asc("merchant_id"), frame.Desc("dt_s")))
	// Output:
	// country  merchant_id     dt_s
	// text           int64  float64
	// FR                 7     1800
	// FR                 7       60
	// DE                 7        0
	// FR                 8     1801
	// DE                 8     null
	// null               9        5
	// 6 rows × 3 columns
}

func ExampleFrame_Join() {
	names, err := frame.New(
		frame.Int64s("merchant_id", []int64{8, 7}, nil),
		frame.Texts("name", []string{"Bolt & Co", "Ada"}, nil),
	)
	if err != nil {
		log.Fatal(err)
	}
	show(answers().Join(names, frame.JoinOptions{On: []string{"merchant_id"}}))
	// Output:
	// country  merchant_id     dt_s  name
	// text           int64  float64  text
	// FR                 7     1800  Ada
	// DE                 7        0  Ada
	// FR                 8     1801  Bolt & Co
	// FR                 7       60  Ada
	// DE                 8     null  Bolt & Co
	// 5 rows × 4 columns
}

func ExampleFrame_Join_left() {
	names, err := frame.New(
		frame.Int64s("merchant_id", []int64{7}, nil),
		frame.Texts("country", []string{"FR"}, nil),
	)
	if err != nil {
		log.Fatal(err)
	}
	show(answers().Head(3).Join(names, frame.JoinOptions{On: []string{"merchant_id"}, How: frame.Left}))
	// Output:
	// country  merchant_id     dt_s  country_right
	// text           int64  float64  text
	// FR                 7     1800  FR
	// DE                 7        0  FR
	// FR                 8     1801  null
	// 3 rows × 4 columns
}

// Each client's message beside the first later message of the merchant in the same conversation. The rank orders
// messages, even those of one second.
func ExampleFrame_JoinAsof() {
	messages, err := frame.New(
		frame.Int64s("conversation_id", []int64{500, 500, 501, 500}, nil),
		frame.Int64s("rank", []int64{0, 1, 2, 3}, nil),
		frame.Texts("sender", []string{"c", "m", "c", "m"}, nil),
	)
	if err != nil {
		log.Fatal(err)
	}
	clients, err := messages.Filter(expr.Col("sender").Eq("c"))
	if err != nil {
		log.Fatal(err)
	}
	merchants, err := messages.Filter(expr.Col("sender").Eq("m"))
	if err != nil {
		log.Fatal(err)
	}
	show(clients.JoinAsof(merchants, frame.AsofOptions{
		On: "rank", By: []string{"conversation_id"}, Strategy: frame.Forward, Strict: true,
	}))
	// Output:
	// conversation_id   rank  sender  rank_right  sender_right
	//           int64  int64  text         int64  text
	//             500      0  c                1  m
	//             501      2  c             null  null
	// 2 rows × 5 columns
}

func ExampleFrame_WithColumns() {
	show(answers().Head(2).WithColumns(
		expr.Col("dt_s").Div(60).As("dt_min"),
		frame.Bools("checked", []bool{true, false}, nil),
	))
	// Output:
	// country  merchant_id     dt_s   dt_min  checked
	// text           int64  float64  float64     bool
	// FR                 7     1800       30     true
	// DE                 7        0        0    false
	// 2 rows × 5 columns
}
