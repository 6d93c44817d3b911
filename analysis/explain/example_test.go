package explain_test

import (
	"context"
	"fmt"
	"log"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/analysis/explain"
	"github.com/sav-analytics/sav/source/files"
)

// Why does conversation 501 have this dt?
func ExampleConversation() {
	messages, err := files.Open(context.Background(), []string{"../../docs/examples/opening.csv"}, files.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer messages.Close()
	trace, err := explain.Conversation(context.Background(), messages, "501", analysis.Options{})
	if err != nil {
		log.Fatal(err)
	}
	for _, row := range trace.Rows {
		fmt.Println(row.At.Format("15:04"), row.Effect)
	}
	fmt.Println(trace.Status, "after", trace.Dt, "and", trace.ExchNr, "messages")
	// Output:
	// 09:00 before_c
	// 10:00 c
	// 10:05 other_sender
	// 10:20 client
	// 10:30 m
	// 11:00 merchant
	// 11:30 client
	// 12:00 merchant
	// answered after 30m0s and 2 messages
}
