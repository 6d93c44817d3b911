package delivery

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/sav-analytics/sav/sink"
)

// A Subject is what a delivery is of: which report goes where. The keys of its
// batches follow from it.
type Subject struct {
	Endpoint     string      // the URL without credentials and fragment
	Window       sink.Window // of the opening times the report is about
	AsOf         string      // RFC 3339
	ReportSHA256 string      // hex, of report.csv's bytes
}

// Key is the Idempotency-Key of batch number k, counted from 1: the SHA-256,
// in hex, of the subject's four fields and k, each written as its length in
// bytes, a colon and the text, so that no two subjects are written alike. The
// window is written from/to.
func (s Subject) Key(k int) string {
	return digest(s.Endpoint, s.Window.From+"/"+s.Window.To, s.AsOf, s.ReportSHA256, strconv.Itoa(k))
}

// id names the subject in a path.
func (s Subject) id() string {
	return digest(s.Endpoint, s.Window.From+"/"+s.Window.To, s.AsOf, s.ReportSHA256)[:16]
}

func digest(fields ...string) string {
	var b strings.Builder
	for _, field := range fields {
		fmt.Fprintf(&b, "%d:%s", len(field), field)
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}
