package frameio

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/sav-analytics/sav/frame"
)

// WriteJSONLines writes a frame as JSON Lines: an object for each row, with all columns as keys, in their order, and
// null for nulls. Times are strings in RFC 3339, in UTC; NaN and the infinities, which JSON has no numbers for, the
// strings NaN, Inf and -Inf. A text that is not UTF-8 is an error, as is a time outside the years 0 to 9999. O(size),
// with memory for a few lines.
func WriteJSONLines(w io.Writer, f *frame.Frame, o WriteOptions) (err error) {
	defer prefix(&err, "write JSON lines")
	if w == nil {
		return errors.New("no writer")
	}
	rows, err := jsonRows(f, o)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 1<<16)
	var line []byte
	for row := range f.Len() {
		line = append(rows(line[:0], row), '\n')
		if _, err := out.Write(line); err != nil {
			return err
		}
	}
	return out.Flush()
}

// JSONRows returns a function that appends row i of a frame to dst as a JSON object, as [WriteJSONLines] writes it; the
// errors are those of WriteJSONLines, too. i must be a row. The function is not for concurrent use.
func JSONRows(f *frame.Frame, o WriteOptions) (appendRow func(dst []byte, i int) []byte, err error) {
	defer prefix(&err, "JSON of rows")
	return jsonRows(f, o)
}

func jsonRows(f *frame.Frame, o WriteOptions) (func(dst []byte, i int) []byte, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	columns := f.Columns()
	if err := checkYears(columns); err != nil {
		return nil, err
	}
	for _, c := range columns {
		for _, word := range append(slices.Clone(c.Dictionary()), c.Name()) {
			if !utf8.ValidString(word) {
				return nil, fmt.Errorf("column %q: %q is not UTF-8, and has no JSON", c.Name(), word)
			}
		}
	}
	keys := make([][]byte, len(columns))
	for k, c := range columns {
		keys[k] = append(quote(c.Name()), ':')
	}
	cells := cellsOf(columns, cellStyle{
		text:  quote,
		float: func(dst []byte, v float64) []byte { return appendJSONFloat(dst, v, o.Decimals) },
		mark:  `"`,
	})
	return func(dst []byte, i int) []byte {
		dst = append(dst, '{')
		for k, c := range columns {
			if k > 0 {
				dst = append(dst, ',')
			}
			dst = append(dst, keys[k]...)
			if c.IsNull(i) {
				dst = append(dst, "null"...)
			} else {
				dst = cells[k](dst, i)
			}
		}
		return append(dst, '}')
	}, nil
}

// quote returns a text as a JSON string, with no more escapes than JSON needs.
func quote(s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(s) // which never fails for a string
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'})
}

// appendJSONFloat appends a float as a JSON number, and one that JSON has no number for as a string.
func appendJSONFloat(dst []byte, v float64, decimals int) []byte {
	switch {
	case math.IsNaN(v):
		return append(dst, `"NaN"`...)
	case math.IsInf(v, 1):
		return append(dst, `"Inf"`...)
	case math.IsInf(v, -1):
		return append(dst, `"-Inf"`...)
	}
	return appendFloat(dst, v, decimals)
}
