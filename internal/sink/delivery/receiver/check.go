package receiver

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sav-analytics/sav/internal/analysis/schema"
	"github.com/sav-analytics/sav/sink/delivery"
)

var hash = regexp.MustCompile(`^[0-9a-f]{64}$`)

// check reports what is wrong with a request, and the status that says so.
func check(r *http.Request, body []byte) (status int, err error) {
	if r.Method != http.MethodPost {
		return http.StatusMethodNotAllowed, fmt.Errorf("the method is %s, not POST", r.Method)
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return http.StatusUnsupportedMediaType, fmt.Errorf("Content-Type is %q, not application/json",
			r.Header.Get("Content-Type"))
	}
	if err := checkHeader(r.Header); err != nil {
		return http.StatusBadRequest, err
	}
	if err := checkBody(body); err != nil {
		return http.StatusUnprocessableEntity, err
	}
	return 0, nil
}

func checkHeader(h http.Header) error {
	for _, name := range []string{"Idempotency-Key", "Sav-Report"} {
		if !hash.MatchString(h.Get(name)) {
			return fmt.Errorf("%s is %q, not a SHA-256 in hex", name, h.Get(name))
		}
	}
	from, to, ok := strings.Cut(h.Get("Sav-Window"), "/")
	if !ok || !isTime(from) || !isTime(to) {
		return fmt.Errorf("Sav-Window is %q, not from/to in RFC 3339", h.Get("Sav-Window"))
	}
	if !isTime(h.Get("Sav-As-Of")) {
		return fmt.Errorf("Sav-As-Of is %q, not a time in RFC 3339", h.Get("Sav-As-Of"))
	}
	k, n, _ := strings.Cut(h.Get("Sav-Batch"), "/")
	batch, errK := strconv.Atoi(k)
	batches, errN := strconv.Atoi(n)
	if errK != nil || errN != nil || batch < 1 || batch > batches {
		return fmt.Errorf("Sav-Batch is %q, not k/n with 1 ≤ k ≤ n", h.Get("Sav-Batch"))
	}
	return nil
}

// isTime reports whether s is a time, or empty for an open end.
func isTime(s string) bool {
	_, err := time.Parse(time.RFC3339, s)
	return s == "" || err == nil
}

func checkBody(body []byte) error {
	entries, err := split(body)
	if err != nil {
		return err
	}
	if len(entries) < 1 || len(entries) > delivery.BatchSize {
		return fmt.Errorf("%d entries, not 1 to %d", len(entries), delivery.BatchSize)
	}
	for i, entry := range entries {
		if err := checkEntry(entry); err != nil {
			return fmt.Errorf("entry %d: %w", i+1, err)
		}
	}
	return nil
}

// split takes a batch apart without touching the entries' bytes.
func split(body []byte) ([]json.RawMessage, error) {
	var entries []json.RawMessage
	if err := json.Unmarshal(body, &entries); err != nil {
		return nil, fmt.Errorf("the body is not a JSON array: %w", err)
	}
	return entries, nil
}

func checkEntry(entry []byte) error {
	var cells map[string]json.RawMessage
	if err := json.Unmarshal(entry, &cells); err != nil {
		return fmt.Errorf("not an object: %w", err)
	}
	of, err := schema.Of(slices.Collect(maps.Keys(cells)))
	if err != nil {
		return err
	}
	for _, column := range of.Columns() {
		if err := checkCell(column, cells[column.Name]); err != nil {
			return err
		}
	}
	return nil
}

func checkCell(column schema.Column, cell []byte) error {
	isNull := bytes.Equal(cell, []byte("null"))
	isNumber := cell[0] == '-' || cell[0] >= '0' && cell[0] <= '9'
	switch column.Kind {
	case schema.Count:
		if !isNumber || bytes.ContainsAny(cell, ".eE-") {
			return fmt.Errorf("%s is %s, not a count", column.Name, cell)
		}
	case schema.Number:
		if !isNumber && !isNull {
			return fmt.Errorf("%s is %s, not a number or null", column.Name, cell)
		}
	default:
		if cell[0] != '"' && !isNull {
			return fmt.Errorf("%s is %s, not a string or null", column.Name, cell)
		}
	}
	return nil
}
