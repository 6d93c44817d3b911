package delivery_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"

	"github.com/sav-analytics/sav/sink/delivery"
)

// Deliver a report that an analysis left in a folder, and again: the second
// time there is nothing left to send.
func ExampleDeliver() {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println(r.Method, r.Header.Get("Sav-Batch"))
	}))
	defer api.Close()
	dir := exampleFolder(21)
	defer os.RemoveAll(dir)

	for range 2 {
		d, err := delivery.Deliver(context.Background(), dir, delivery.Options{URL: api.URL, Concurrency: 1})
		fmt.Println(d.Acknowledged, "of", d.Batches, "acknowledged,", d.Retried, "retried, error:", err)
	}
	// Output:
	// POST 1/3
	// POST 2/3
	// POST 3/3
	// 3 of 3 acknowledged, 0 retried, error: <nil>
	// 3 of 3 acknowledged, 0 retried, error: <nil>
}

// Tell the kinds of errors apart.
func ExampleDeliver_errors() {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "no such merchant", http.StatusUnprocessableEntity)
	}))
	defer api.Close()
	dir := exampleFolder(5)
	defer os.RemoveAll(dir)

	_, err := delivery.Deliver(context.Background(), dir, delivery.Options{URL: api.URL})
	switch {
	case errors.Is(err, delivery.ErrIncomplete):
		fmt.Println("run again:", err)
	case errors.Is(err, delivery.ErrDead):
		fmt.Println("look at the dead letters:", err)
	}
	// Output:
	// look at the dead letters: some batches are dead: 1 of 1
}

// Send the batches of any report with a client of your own.
func ExampleBatches() {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {}))
	defer api.Close()
	dir := exampleFolder(21)
	defer os.RemoveAll(dir)
	report, err := os.Open(filepath.Join(dir, "report.csv"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer report.Close()

	for batch, err := range delivery.Batches(report) {
		if err != nil {
			fmt.Println(err)
			return
		}
		resp, err := http.Post(api.URL, "application/json", strings.NewReader(string(batch.Body)))
		if err != nil {
			fmt.Println(err)
			return
		}
		resp.Body.Close()
		fmt.Println("batch", batch.Number, "of", batch.Rows, "rows:", resp.Status)
	}
	// Output:
	// batch 1 of 10 rows: 200 OK
	// batch 2 of 10 rows: 200 OK
	// batch 3 of 1 rows: 200 OK
}

// Look at what a delivery would send.
func ExampleDelivery_Pending() {
	dir := exampleFolder(11)
	defer os.RemoveAll(dir)
	d, err := delivery.Open(context.Background(), dir, delivery.Options{URL: "https://api.example.com/v1", DryRun: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer d.Close()
	for request, err := range d.Pending() {
		fmt.Println(request.Header.Get("Sav-Batch"), request.Header.Get("Sav-Window"), request.Rows, err)
	}
	// Output:
	// 1/2 2024-03-01T00:00:00Z/2024-03-02T00:00:00Z 10 <nil>
	// 2/2 2024-03-01T00:00:00Z/2024-03-02T00:00:00Z 1 <nil>
}
