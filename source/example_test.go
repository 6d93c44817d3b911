package source_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"strings"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/records"
)

// Messages from anywhere can be analysed, here from lines of JSON: package records makes a
// source of them.
func ExampleSource() {
	const messages = `
{"created_at":"2026-03-01 10:00","sender_user_id":"100","client_user_id":"100","merchant_user_id":"900","merchant_id":"7"}
{"created_at":"2026-03-01 10:30","sender_user_id":"900","client_user_id":"100","merchant_user_id":"900","merchant_id":"7"}
{"created_at":"yesterday","sender_user_id":"100","client_user_id":"100","merchant_user_id":"900","merchant_id":"7"}`
	columns := []string{"created_at", "sender_user_id", "client_user_id", "merchant_user_id", "merchant_id"}
	lines, err := records.New(columns, func(_ context.Context, add func(row [][]byte) error) error {
		decoder := json.NewDecoder(strings.NewReader(messages))
		for {
			var message map[string]string
			if err := decoder.Decode(&message); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
			var row [][]byte
			for _, name := range columns {
				row = append(row, []byte(message[name]))
			}
			if err := add(row); err != nil {
				return err
			}
		}
	}, records.Options{Name: "messages"})
	if err != nil {
		log.Fatal(err)
	}
	result, err := analysis.Run(context.Background(), lines, analysis.Options{
		Levels: []analysis.Level{analysis.ByMerchant},
		Reject: func(r *source.Reject) error {
			fmt.Println("line", r.Line, "is rejected:", r.Reason)
			return nil
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	report, err := result.Report.Select("merchant_id", "answered", "dt_mean_s")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(report)
	// Output:
	// line 3 is rejected: bad_timestamp
	// merchant_id  answered  dt_mean_s
	// text            int64    float64
	// 7                   1       1800
	// 1 rows × 3 columns
}
