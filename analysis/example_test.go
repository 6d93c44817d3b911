package analysis_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
	"github.com/sav-analytics/sav/source/files"
)

// From files to a report: what happened in March, to each country.
func ExampleRun() {
	messages, err := files.Open(context.Background(), []string{"../testdata/messages.csv"}, files.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer messages.Close()
	result, err := analysis.Run(context.Background(), messages, analysis.Options{
		From:   time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC),
		To:     time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC),
		Levels: []analysis.Level{analysis.All, analysis.ByCountry},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Rows.Rows, "rows,", result.Conversations, "conversations,", result.Answered, "answered")
	columns, err := result.Report.Head(3).Select("level", "country", "answered", "dt_p50_s", "km_answered_24h")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(columns)
	// Output:
	// 20000 rows, 1682 conversations, 1590 answered
	// level    country  answered  dt_p50_s     km_answered_24h
	// text     text        int64   float64             float64
	// all      null         1590      4835  0.9316290130796677
	// country  AT              9      2721                 0.9
	// country  BE             45      4028              0.9375
	// 3 rows × 5 columns
}

// From a file to a frame of messages, for those who go on by hand.
func ExampleMessages() {
	file, err := files.Open(context.Background(), []string{"../testdata/messages.csv"}, files.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	messages, counts, err := analysis.Messages(context.Background(), file)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(counts.Rows, "rows, of which", counts.Private, "are private")
	first, err := messages.Head(2).Select("message_id", "created_at", "sender_user_id", "client_user_id", "country")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(first)
	// Output:
	// 20000 rows, of which 676 are private
	// message_id  created_at            sender_user_id  client_user_id  country
	//      int64  time                           int64           int64  text
	//   10000000  2026-03-01T00:07:41Z           10912          100735  FR
	//   10000001  2026-03-01T01:02:57Z          100735          100735  FR
	// 2 rows × 5 columns
}

// From a frame of messages to one of conversations. Client 100 writes twice until
// user 900 answers for merchant 7, and client 101 in vain.
func ExampleFirstResponses() {
	at := func(clock string) int64 {
		t, err := time.Parse(time.DateTime, "2026-03-01 "+clock)
		if err != nil {
			log.Fatal(err)
		}
		return t.UnixMicro()
	}
	messages, err := frame.New(
		frame.Times("created_at", []int64{at("10:00:00"), at("10:20:00"), at("10:30:00"), at("11:00:00")}, nil),
		frame.Int64s("sender_user_id", []int64{100, 100, 900, 101}, nil),
		frame.Int64s("client_user_id", []int64{100, 100, 100, 101}, nil),
		frame.Int64s("merchant_user_id", []int64{900, 900, 900, 900}, nil),
		frame.Int64s("merchant_id", []int64{7, 7, 7, 7}, nil),
	)
	if err != nil {
		log.Fatal(err)
	}
	pairs, err := analysis.FirstResponses(context.Background(), messages, analysis.Options{})
	if err != nil {
		log.Fatal(err)
	}
	columns, err := pairs.Select("conversation_id", "status", "opened_at", "dt_s", "exch_nr")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(columns)
	// Output:
	// conversation_id  status      opened_at                dt_s  exch_nr
	// text             text        time                  float64    int64
	// 100/7            answered    2026-03-01T10:00:00Z     1800        2
	// 101/7            unanswered  2026-03-01T11:00:00Z     null     null
	// 2 rows × 5 columns
}

// The report of any part of the pairs: here of conversations that went on after
// the first answer.
func ExampleReport() {
	longer, err := samplePairs().Filter(expr.Col("turns").Ge(2))
	if err != nil {
		log.Fatal(err)
	}
	report, err := analysis.Report(context.Background(), longer,
		analysis.Options{Levels: []analysis.Level{analysis.ByCountry}})
	if err != nil {
		log.Fatal(err)
	}
	columns, err := report.Head(3).Select("country", "conversations", "exch_nr", "dt_p50_s", "turns")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(columns)
	// Output:
	// country  conversations  exch_nr  dt_p50_s  turns
	// text             int64    int64   float64  int64
	// AT                   7       13      1712     15
	// BE                  45       53      3706    113
	// BG                  10       13   11111.5     27
	// 3 rows × 5 columns
}

// Groups of one's own, by a column that is made: the month in which the client wrote.
func ExampleFirstResponses_byMonth() {
	pairs := samplePairs()
	pairs, err := pairs.WithColumns(expr.Col("opened_at").Dt().Format("2006-01").As("month"))
	if err != nil {
		log.Fatal(err)
	}
	byMonth, err := pairs.GroupBy("month").Agg(
		expr.Len().As("conversations"),
		expr.Col("dt_s").Count().As("answered"),
		expr.Col("dt_s").Median().As("dt_p50_s"),
	)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(byMonth)
	// Output:
	// month    conversations  answered  dt_p50_s
	// text             int64     int64   float64
	// 2026-03           1682      1590      4835
	// 2026-04           1648      1543      5011
	// 2026-05           1471      1370    4686.5
	// 3 rows × 4 columns
}

// Groups of one's own, by a column from elsewhere: the product that a conversation
// is about.
func ExampleFirstResponses_byProduct() {
	orders, err := frame.New(
		frame.Int64s("conversation_id", []int64{1000000, 1000001, 1000002, 1000003, 1000004}, nil),
		frame.Texts("product", []string{"lamp", "chair", "lamp", "chair", "lamp"}, nil),
	)
	if err != nil {
		log.Fatal(err)
	}
	known, err := samplePairs().Join(orders, frame.JoinOptions{On: []string{"conversation_id"}})
	if err != nil {
		log.Fatal(err)
	}
	byProduct, err := known.GroupBy("product").Agg(expr.Len().As("conversations"),
		expr.Col("dt_s").Mean().As("dt_mean_s"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(byProduct)
	// Output:
	// product  conversations           dt_mean_s
	// text             int64             float64
	// lamp                 3  15798.333333333334
	// chair                2             44584.5
	// 2 rows × 3 columns
}

// A statistic of one's own: the share of each merchant's conversations that is
// answered within an hour, as the mean of what is true or false.
func ExampleFirstResponses_ownStatistic() {
	soon := expr.Col("dt_s").Le(time.Hour).FillNull(false)
	byMerchant, err := samplePairs().GroupBy("merchant_id").Agg(
		expr.Len().As("conversations"),
		soon.Mean().As("within_1h"),
	)
	if err != nil {
		log.Fatal(err)
	}
	best, err := byMerchant.SortBy(frame.Desc("within_1h"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(best.Head(3))
	// Output:
	// merchant_id  conversations           within_1h
	//       int64          int64             float64
	//          72             38  0.9736842105263158
	//           9            102  0.9705882352941176
	//          36             38  0.9473684210526315
	// 3 rows × 3 columns
}

// samplePairs are the conversations of testdata/messages.csv.
func samplePairs() *frame.Frame {
	file, err := files.Open(context.Background(), []string{"../testdata/messages.csv"}, files.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	result, err := analysis.Run(context.Background(), file, analysis.Options{Pairs: true})
	if err != nil {
		log.Fatal(err)
	}
	return result.Pairs
}
