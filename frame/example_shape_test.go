package frame_test

import (
	"fmt"
	"log"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
)

func ExampleFrame_Head() {
	fmt.Print(answers().Head(1))
	// Output:
	// country  merchant_id     dt_s
	// text           int64  float64
	// FR                 7     1800
	// 1 rows × 3 columns
}

func ExampleFrame_Tail() {
	fmt.Print(answers().Tail(1))
	// Output:
	// country  merchant_id     dt_s
	// text           int64  float64
	// null               9        5
	// 1 rows × 3 columns
}

func ExampleFrame_Slice() {
	show(answers().Slice(1, 3))
	// Output:
	// country  merchant_id     dt_s
	// text           int64  float64
	// DE                 7        0
	// FR                 8     1801
	// 2 rows × 3 columns
}

func ExampleFrame_Sample() {
	show(answers().Sample(2, 1))
	// Output:
	// country  merchant_id     dt_s
	// text           int64  float64
	// FR                 7     1800
	// FR                 8     1801
	// 2 rows × 3 columns
}

func ExampleFrame_TopK() {
	show(answers().TopK(2, frame.Desc("dt_s")))
	// Output:
	// country  merchant_id     dt_s
	// text           int64  float64
	// FR                 8     1801
	// FR                 7     1800
	// 2 rows × 3 columns
}

func ExampleFrame_Unique() {
	show(answers().Unique("merchant_id"))
	// Output:
	// country  merchant_id     dt_s
	// text           int64  float64
	// FR                 7     1800
	// FR                 8     1801
	// null               9        5
	// 3 rows × 3 columns
}

func ExampleFrame_DropNulls() {
	show(answers().Tail(2).DropNulls("country"))
	// Output:
	// country  merchant_id     dt_s
	// text           int64  float64
	// DE                 8     null
	// 1 rows × 3 columns
}

func ExampleConcat() {
	show(frame.Concat(answers().Head(1), answers().Tail(1)))
	// Output:
	// country  merchant_id     dt_s
	// text           int64  float64
	// FR                 7     1800
	// null               9        5
	// 2 rows × 3 columns
}

func ExampleFrame_Pivot() {
	show(answers().Pivot(frame.PivotOptions{
		Index: []string{"country"}, On: "merchant_id", Values: expr.Col("dt_s").Mean(), Sorted: true,
	}))
	// Output:
	// country        7        8        9
	// text     float64  float64  float64
	// DE             0     null     null
	// FR           930     1801     null
	// null        null     null        5
	// 3 rows × 4 columns
}

func ExampleFrame_Unpivot() {
	show(answers().Head(2).Unpivot(frame.UnpivotOptions{Index: []string{"country"}}))
	// Output:
	// country  variable       value
	// text     text         float64
	// FR       merchant_id        7
	// DE       merchant_id        7
	// FR       dt_s            1800
	// DE       dt_s               0
	// 4 rows × 3 columns
}

func ExampleFrame_Transpose() {
	f, err := answers().Head(2).Drop("merchant_id")
	if err != nil {
		log.Fatal(err)
	}
	show(f.Transpose("country"))
	// Output:
	// column       FR       DE
	// text    float64  float64
	// dt_s       1800        0
	// 1 rows × 3 columns
}

func ExampleFrame_ValueCounts() {
	show(answers().ValueCounts("country"))
	// Output:
	// country  count
	// text     int64
	// FR           3
	// DE           2
	// null         1
	// 3 rows × 2 columns
}

func ExampleFrame_Describe() {
	described, err := answers().Describe()
	if err != nil {
		log.Fatal(err)
	}
	show(described.Select("column", "type", "count", "nulls", "distinct", "median", "max", "lowest", "highest"))
	// Output:
	// column       type     count  nulls  distinct   median      max  lowest  highest
	// text         text     int64  int64     int64  float64  float64  text    text
	// country      text         5      1         2     null     null  DE      FR
	// merchant_id  int64        6      0         3      7.5        9  null    null
	// dt_s         float64      5      1         5       60     1801  null    null
	// 3 rows × 9 columns
}

// The week of 9 March has no message: it is there, with none.
func ExampleFrame_Resample() {
	const day = 86_400_000_000
	messages, err := frame.New(frame.Times("at", []int64{60 * day, 61 * day, 75 * day}, nil))
	if err != nil {
		log.Fatal(err)
	}
	show(messages.Resample(frame.ResampleOptions{On: "at", Every: frame.Week}).Agg(expr.Len()))
	// Output:
	// at                      len
	// time                  int64
	// 1970-03-02T00:00:00Z      2
	// 1970-03-09T00:00:00Z      0
	// 1970-03-16T00:00:00Z      1
	// 3 rows × 2 columns
}

func ExampleGrouping_All() {
	groups, err := answers().GroupBy("country").All()
	if err != nil {
		log.Fatal(err)
	}
	for key, rows := range groups {
		fmt.Println(key[0], rows.Len())
	}
	// Output:
	// FR 3
	// DE 2
	// <nil> 1
}

func ExampleFrame_Join_outer() {
	names, err := frame.New(
		frame.Int64s("id", []int64{9, 10}, nil),
		frame.Texts("name", []string{"Ada", "Bolt & Co"}, nil),
	)
	if err != nil {
		log.Fatal(err)
	}
	show(answers().Tail(2).Join(names, frame.JoinOptions{
		On: []string{"merchant_id"}, RightOn: []string{"id"}, How: frame.Outer,
	}))
	// Output:
	// country  merchant_id     dt_s  name
	// text           int64  float64  text
	// DE                 8     null  null
	// null               9        5  Ada
	// null              10     null  Bolt & Co
	// 3 rows × 4 columns
}
