package csvfile_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/internal/csvfile"
)

// Messages from standard input, with local times and a column of another name.
func ExampleOpen() {
	zone, err := source.NewZone("Europe/Paris")
	if err != nil {
		log.Fatal(err)
	}
	messages, err := csvfile.Open([]string{csvfile.Stdin}, csvfile.OpenOptions{
		Stdin: strings.NewReader(`written,sender_user_id,client_user_id,merchant_user_id,merchant_id
2026-07-01 10:00,100,100,900,7
2026-07-01 10:30,900,100,900,7
`),
		Rules: source.Rules{Override: map[source.Field]string{source.CreatedAt: "written"}, Zone: zone},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer messages.Close()
	result, err := analysis.Run(context.Background(), messages, analysis.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Conversations, "conversation, as of", result.AsOf)
	// Output:
	// 1 conversation, as of 2026-07-01 08:30:00 +0000 UTC
}
