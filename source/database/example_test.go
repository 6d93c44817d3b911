package database_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/source/database"
)

// One day's conversations, of which the database sends only those that it needs to.
func ExampleOpen() {
	dsn, err := database.ParseDSN("postgres://sav@db.example.com/shop", os.Getenv("SAV_DSN_PASSWORD"))
	if err != nil {
		log.Fatal(err)
	}
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	ctx := context.Background()
	messages, err := database.Open(ctx, dsn, database.Options{Table: "messages", From: day, To: day.AddDate(0, 0, 1)})
	if err != nil {
		log.Fatal(err)
	}
	defer messages.Close()
	result, err := analysis.Run(ctx, messages, analysis.Options{From: day, To: day.AddDate(0, 0, 1),
		AsOf: day.AddDate(0, 0, 2)})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(result.Report)
}
