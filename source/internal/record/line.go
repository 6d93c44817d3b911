package record

import (
	"bytes"
	"encoding/csv"
)

// Line returns fields as a line of CSV, without a line break at its end: what a reject
// shows of a row that was no text.
func Line[T string | []byte](fields []T) []byte {
	texts := make([]string, len(fields))
	for i, field := range fields {
		texts[i] = string(field)
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write(texts) // a buffer takes all
	w.Flush()
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
