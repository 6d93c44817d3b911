package sink_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/sink"
	"github.com/sav-analytics/sav/source/memory"
)

func ExampleCSV() {
	report, err := frame.New(
		frame.Texts("merchant_id", []string{"7", "=SUM(A1)", "Smith, Jones"}, nil),
		frame.Float64s("dt_mean_s", []float64{1800, 1.0 / 3, 0}, frame.Valid(true, true, false)),
	)
	if err != nil {
		log.Fatal(err)
	}
	if err := sink.CSV(os.Stdout, report); err != nil {
		log.Fatal(err)
	}
	// Output:
	// merchant_id,dt_mean_s
	// 7,1800
	// '=SUM(A1),0.333333
	// "Smith, Jones",
}

// A markdown is a sink of one's own: it takes reports to a table in Markdown.
type markdown struct{ w io.Writer }

func (m markdown) Put(_ context.Context, result *analysis.Result) error {
	fmt.Fprintf(m.w, "%d conversations as of %s\n\n", result.Conversations, result.AsOf.Format(time.RFC3339))
	report := result.Report
	names := report.Names()
	fmt.Fprintf(m.w, "| %s |\n|%s\n", strings.Join(names, " | "), strings.Repeat("---|", len(names)))
	for i := range report.Len() {
		for _, value := range report.Row(i) {
			fmt.Fprintf(m.w, "| %v ", value)
		}
		fmt.Fprintln(m.w, "|")
	}
	return nil
}

// Reports to anywhere: what implements Sink takes them.
func ExampleSink() {
	report, err := frame.New(
		frame.Texts("country", []string{"DE", "FR"}, nil),
		frame.Int64s("answered", []int64{12, 31}, nil),
	)
	if err != nil {
		log.Fatal(err)
	}
	var to sink.Sink = markdown{os.Stdout}
	result := &analysis.Result{Report: report, Conversations: 45, AsOf: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)}
	if err := to.Put(context.Background(), result); err != nil {
		log.Fatal(err)
	}
	// Output:
	// 45 conversations as of 2026-03-02T00:00:00Z
	//
	// | country | answered |
	// |---|---|
	// | DE | 12 |
	// | FR | 31 |
}

// The files of a run, whole or not at all.
func ExampleFolder() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	messages := memory.New([]memory.Message{
		{CreatedAt: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC), SenderUserID: "100", ClientUserID: "100",
			MerchantUserID: "900", MerchantID: "7"},
		{SenderUserID: "100", ClientUserID: "100", MerchantUserID: "900", MerchantID: "7"}, // no time
	})

	folder, err := sink.OpenFolder(context.Background(), dir)
	if err != nil {
		log.Fatal(err)
	}
	defer folder.Close()
	result, err := analysis.Run(context.Background(), messages, analysis.Options{Reject: folder.Reject})
	if err != nil {
		log.Fatal(err)
	}
	if err := folder.Put(context.Background(), result); err != nil {
		log.Fatal(err)
	}
	for _, name := range []string{"report.csv", "rejects.csv", "run.json"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			log.Fatal(err)
		}
	}
	rejects, err := os.ReadFile(filepath.Join(dir, "rejects.csv"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s", rejects)
	// Output:
	// input,line,reason,record
	// memory,2,missing_value,
}
