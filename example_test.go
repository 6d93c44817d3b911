// Package sav_test shows the library as a whole, and holds the documentation to
// what the code does.
package sav_test

import (
	"context"
	"fmt"
	"log"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
	"github.com/sav-analytics/sav/frame/frameio"
	"github.com/sav-analytics/sav/frame/pipe"
	"github.com/sav-analytics/sav/source/files"
)

// From a file to the slowest countries: the engine reads the messages, finds
// the opening exchanges and makes the report, a small frame.
func Example() {
	messages, err := files.Open(context.Background(), []string{"testdata/messages.csv"}, files.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer messages.Close()
	result, err := analysis.Run(context.Background(), messages, analysis.Options{
		Levels: []analysis.Level{analysis.ByCountry},
	})
	if err != nil {
		log.Fatal(err)
	}
	slowest, err := pipe.Of(result.Report).
		TopK(3, frame.Desc("dt_p50_s")).
		Select("country", "conversations", "answered", "exch_nr", "dt_p50_s").
		Collect()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(slowest)
	// Output:
	// country  conversations  answered  exch_nr  dt_p50_s
	// text             int64     int64    int64   float64
	// NO                  28        27       46     39685
	// SI                 128       124      201   29190.5
	// CY                  38        31       40     24669
	// 3 rows × 5 columns
}

// The dataframe alone: how many messages each month had, and which share of them at
// weekends.
func Example_pipeline() {
	at := expr.Col("created_at").Dt()
	byMonth, err := pipe.From(frameio.ReadFile("testdata/messages.csv", frameio.ReadOptions{})).
		Filter(expr.Col("is_public").And(expr.Col("country").In("FR", "DE"))).
		WithColumns(at.Format("2006-01").As("month")).
		GroupBy("country", "month").Sorted().
		Agg(expr.Len().As("messages"), at.Weekday().Ge(6).Mean().Round(3).As("at_weekends")).
		Collect()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(byMonth)
	// Output:
	// country  month    messages  at_weekends
	// text     text        int64      float64
	// DE       2026-03       831        0.199
	// DE       2026-04       795        0.208
	// DE       2026-05       798        0.278
	// FR       2026-03      1324        0.171
	// FR       2026-04      1499        0.168
	// FR       2026-05      1147        0.194
	// 6 rows × 4 columns
}

// By hand: the same rooms, one at a time, with verbs of one's own in between.
func Example_byHand() {
	file, err := files.Open(context.Background(), []string{"testdata/messages.csv"}, files.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	messages, _, err := analysis.Messages(context.Background(), file)
	if err != nil {
		log.Fatal(err)
	}
	pairs, err := analysis.FirstResponses(context.Background(), messages, analysis.Options{}) // one row a conversation
	if err != nil {
		log.Fatal(err)
	}
	patient, err := pairs.Filter(expr.Col("exch_nr").Ge(3)) // the client wrote three times or more
	if err != nil {
		log.Fatal(err)
	}
	byCountry, err := patient.GroupBy("country").Agg(expr.Len().As("conversations"),
		expr.Col("dt_s").Mean().As("dt_mean_s"))
	if err != nil {
		log.Fatal(err)
	}
	most, err := byCountry.SortBy(frame.Desc("conversations"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(most.Head(3))
	// Output:
	// country  conversations           dt_mean_s
	// text             int64             float64
	// FR                  55  19576.763636363637
	// DE                  46  11982.304347826086
	// IT                  34  24384.029411764706
	// 3 rows × 3 columns
}
