package memory_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/source/memory"
)

func Example() {
	at := func(clock string) time.Time {
		t, err := time.Parse(time.DateTime, "2026-03-01 "+clock)
		if err != nil {
			log.Fatal(err)
		}
		return t
	}
	// Client 100 writes to merchant 1, for whom user 900 answers.
	messages := []memory.Message{
		{CreatedAt: at("10:00:00"), SenderUserID: "100", ClientUserID: "100", MerchantUserID: "900", MerchantID: "1"},
		{CreatedAt: at("10:20:00"), SenderUserID: "100", ClientUserID: "100", MerchantUserID: "900", MerchantID: "1"},
		{CreatedAt: at("10:30:00"), SenderUserID: "900", ClientUserID: "100", MerchantUserID: "900", MerchantID: "1"},
	}
	result, err := analysis.Run(context.Background(), memory.New(messages), analysis.Options{Pairs: true})
	if err != nil {
		log.Fatal(err)
	}
	pairs, err := result.Pairs.Select("conversation_id", "status", "dt_s", "exch_nr")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(pairs)
	// Output:
	// conversation_id  status       dt_s  exch_nr
	// text             text      float64    int64
	// 100/1            answered     1800        2
	// 1 rows × 4 columns
}
