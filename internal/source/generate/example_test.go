package generate_test

import (
	"context"
	"fmt"
	"os"

	"github.com/sav-analytics/sav/internal/source/generate"
)

func ExampleWrite() {
	truth, err := generate.Write(context.Background(), os.Stdout, generate.Options{Messages: 4, Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(truth.Conversations, "conversation,", truth.Answered, "answered")
	// Output:
	// message_id,conversation_id,created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id,country
	// 10000000,1000000,2026-03-01 00:07:41,10014,100015,10014,1,GB
	// 10000001,1000000,2026-03-01 01:02:57,100015,100015,10014,1,GB
	// 10000002,1000000,2026-03-01 07:33:25,10014,100015,10014,1,GB
	// 10000003,1000000,2026-03-01 07:33:43,10014,100015,10014,1,GB
	// 1 conversation, 1 answered
}
