package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"text/tabwriter"

	"github.com/sav-analytics/sav/sink"
	"github.com/sav-analytics/sav/sink/delivery"
)

// printDelivery tells people how far the report came.
func printDelivery(w io.Writer, run *sink.Run) {
	d := run.Delivery
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "delivered to\t%s\n", d.Endpoint)
	fmt.Fprintf(t, "batches\t%d: %d acknowledged, %d dead, %d pending\n", d.Batches, d.Acknowledged, d.Dead, d.Pending)
	fmt.Fprintf(t, "retried\t%d\n", d.Retried)
	if d.Dead > 0 {
		fmt.Fprintf(t, "dead letters\t%s\n", filepath.Join(run.Files["delivery"], delivery.DeadName))
	}
	t.Flush()
}

// A shownRequest is a line of --dry-run.
type shownRequest struct {
	Batch  string            `json:"batch"`
	Rows   int               `json:"rows"`
	Header map[string]string `json:"header"`
	Body   json.RawMessage   `json:"body"`
}

// showPending prints the requests that a delivery would make, one JSON line
// each, and how far the delivery is.
func showPending(e *env, dir string, opts delivery.Options) error {
	d, err := delivery.Open(dir, opts)
	if err != nil {
		return err
	}
	defer d.Close()
	out := json.NewEncoder(e.stdout)
	out.SetEscapeHTML(false)
	for request, err := range d.Pending() {
		if err != nil {
			return err
		}
		shown := shownRequest{Batch: request.Header.Get("Sav-Batch"), Rows: request.Rows, Body: request.Body,
			Header: make(map[string]string)}
		for name := range request.Header {
			shown.Header[name] = request.Header.Get(name)
		}
		if err := out.Encode(shown); err != nil {
			return err
		}
	}
	return out.Encode(map[string]any{"status": statusDone, "dry_run": true, "delivery": d.Summary()})
}
