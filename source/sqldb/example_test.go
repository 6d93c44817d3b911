package sqldb_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"log"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/source/sqldb"
)

func Example() {
	ctx := context.Background()
	// With a driver: sql.Open("sqlite", "shop.db"), sql.Open("duckdb", "shop.duckdb").
	db := sql.OpenDB(&fake{
		columns: []string{"created_at", "sender_user_id", "client_user_id", "merchant_user_id", "merchant_id"},
		rows: [][]driver.Value{
			{"2026-03-01 10:00:00", int64(100), int64(100), int64(900), int64(1)},
			{"2026-03-01 10:30:00", int64(900), int64(100), int64(900), int64(1)},
		},
	})
	defer db.Close()
	messages, err := sqldb.Open(ctx, db, `SELECT sent_at AS created_at, author AS sender_user_id, client_user_id,
		merchant_user_id, merchant_id FROM messages WHERE shop = ?`, sqldb.Options{Name: "shop.db"}, 7)
	if err != nil {
		log.Fatal(err)
	}
	defer messages.Close()
	result, err := analysis.Run(ctx, messages, analysis.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Conversations, "conversation,", result.Answered, "answered")
	// Output: 1 conversation, 1 answered
}
