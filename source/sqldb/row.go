package sqldb

import (
	"fmt"
	"strconv"
	"time"
)

// A row holds the values of a row as the driver gives them, and as texts.
type row struct {
	values  []any
	targets []any // pointers to the values, for Scan
	text    [][]byte
	buf     []byte
}

func newRow(n int) *row {
	r := &row{values: make([]any, n), targets: make([]any, n), text: make([][]byte, n)}
	for i := range r.values {
		r.targets[i] = &r.values[i]
	}
	return r
}

// texts returns the values as texts, nil for NULL. They are valid until the next row.
func (r *row) texts() [][]byte {
	r.buf = r.buf[:0]
	for i, v := range r.values {
		switch v := v.(type) {
		case nil:
			r.text[i] = nil
		case []byte:
			r.text[i] = v
		default:
			from := len(r.buf)
			r.buf = appendText(r.buf, v)
			r.text[i] = r.buf[from:len(r.buf):len(r.buf)]
		}
	}
	return r.text
}

// appendText appends a value as the text that a file would have for it.
func appendText(to []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return append(to, v...)
	case int64:
		return strconv.AppendInt(to, v, 10)
	case uint64: // of some drivers
		return strconv.AppendUint(to, v, 10)
	case float64:
		return strconv.AppendFloat(to, v, 'f', -1, 64)
	case bool:
		return strconv.AppendBool(to, v)
	case time.Time:
		return v.UTC().AppendFormat(to, time.RFC3339Nano)
	}
	return fmt.Append(to, v)
}
