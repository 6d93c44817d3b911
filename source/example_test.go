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
)

// A jsonLines is a source of one's own: each line is a message, as JSON.
type jsonLines struct{ r io.Reader }

// fields are the names of a line's values, which may be any that a file's
// columns may have.
var fields = []string{"created_at", "sender_user_id", "client_user_id", "merchant_user_id", "merchant_id"}

func (jsonLines) Columns() source.Columns {
	return source.ColumnsOf(source.CreatedAt, source.SenderUserID, source.ClientUserID, source.MerchantUserID,
		source.MerchantID)
}

// Read judges each message by the rules of package source, and hands over what
// was read as a single batch.
func (s jsonLines) Read(ctx context.Context, r *source.Receiver) error {
	header, err := source.ResolveHeader(fields, nil)
	if err != nil {
		return err
	}
	parser := source.NewParser(header, nil, r.Dict)
	batch := source.NewBatch(s.Columns(), r.Needs, r.Dict)
	decoder := json.NewDecoder(s.r)
	for line := int64(1); ctx.Err() == nil; line++ {
		var message map[string]string
		if err := decoder.Decode(&message); errors.Is(err, io.EOF) {
			return r.Batch(batch)
		} else if err != nil {
			return err
		}
		record := make([][]byte, len(fields))
		for i, name := range fields {
			record[i] = []byte(message[name])
		}
		reason := parser.Add(batch, record)
		batch.Place("messages", line)
		if reason != source.Accepted && r.Reject != nil {
			if err := r.Reject(&source.Reject{Input: "messages", Line: line, Reason: reason}); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// Messages from anywhere: what implements Source can be analysed.
func ExampleSource() {
	const messages = `
{"created_at":"2026-03-01 10:00","sender_user_id":"100","client_user_id":"100","merchant_user_id":"900","merchant_id":"7"}
{"created_at":"2026-03-01 10:30","sender_user_id":"900","client_user_id":"100","merchant_user_id":"900","merchant_id":"7"}
{"created_at":"yesterday","sender_user_id":"100","client_user_id":"100","merchant_user_id":"900","merchant_id":"7"}`
	result, err := analysis.Run(context.Background(), jsonLines{strings.NewReader(messages)}, analysis.Options{
		Levels: []analysis.Level{analysis.ByMerchant},
		Reject: func(r *source.Reject) error {
			fmt.Println("line", r.Line, "is rejected:", r.Reason)
			return nil
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	columns, err := result.Report.Select("merchant_id", "answered", "dt_mean_s")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(columns)
	// Output:
	// line 3 is rejected: bad_timestamp
	// merchant_id  answered  dt_mean_s
	// text            int64    float64
	// 7                   1       1800
	// 1 rows × 3 columns
}
