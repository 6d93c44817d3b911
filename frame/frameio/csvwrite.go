package frameio

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sav-analytics/sav/frame"
)

// WriteCSV writes a frame as CSV: a header, then a line for each row, ended by LF. A field has quotes only if it needs
// them, or is an empty text and not null. A null in the only column has them too, since a blank line is no row to most
// readers; if that column is Text, its nulls need a word, in Null. Times are written in RFC 3339, in UTC.
//
// A frame without columns is an error, as are a time outside the years 0 to 9999 and a word for null that would need
// quotes. O(size), with memory for a few lines.
func WriteCSV(w io.Writer, f *frame.Frame, o WriteOptions) (err error) {
	defer prefix(&err, "write CSV")
	if err := o.check(); err != nil {
		return err
	}
	if w == nil {
		return errors.New("no writer")
	}
	columns := f.Columns()
	if len(columns) == 0 {
		return errors.New("a frame without columns")
	}
	out := &csvWriter{options: o, comma: comma(o.Delimiter)}
	if o.Null != "" && string(out.text(nil, o.Null+"x")) != o.Null+"x" {
		return fmt.Errorf("null %q: expected a word that needs no quotes", o.Null)
	}
	if len(columns) == 1 && o.Null == "" && columns[0].NullCount() > 0 {
		if columns[0].Type() == frame.Text {
			return fmt.Errorf(
				"column %q is the only one, and its nulls would be blank lines: name a word in Null", columns[0].Name(),
			)
		}
		o.Null = `""`
	}
	if err := checkYears(columns); err != nil {
		return err
	}
	cells := cellsOf(columns, cellStyle{
		text:  func(s string) []byte { return out.text([]byte{}, s) },
		float: func(dst []byte, v float64) []byte { return appendFloat(dst, v, o.Decimals) },
	})
	line := out.header(f.Names())
	for row := 0; ; row++ {
		if len(line) > 1<<16 || row == f.Len() {
			if _, err := w.Write(line); err != nil {
				return err
			}
			line = line[:0]
		}
		if row == f.Len() {
			return nil
		}
		for k, c := range columns {
			if k > 0 {
				line = append(line, out.comma)
			}
			if c.IsNull(row) {
				line = append(line, o.Null...)
				continue
			}
			from := len(line)
			line = cells[k](line, row)
			if c.Type() != frame.Text {
				line = out.guard(line, from)
			}
		}
		line = append(line, '\n')
	}
}

type csvWriter struct {
	options WriteOptions
	comma   byte
}

func (w *csvWriter) header(names []string) []byte {
	var line []byte
	for k, name := range names {
		if k > 0 {
			line = append(line, w.comma)
		}
		line = w.text(line, name)
	}
	return append(line, '\n')
}

// guard puts the number, time or bool that begins at from into quotes if it holds the delimiter, or is what stands for
// null.
func (w *csvWriter) guard(line []byte, from int) []byte {
	value := line[from:]
	if bytes.IndexByte(value, w.comma) < 0 && string(value) != w.options.Null {
		return line
	}
	return append(slices.Insert(line, from, '"'), '"')
}

// text appends a text, in quotes if it needs them: also where it would be read as a null.
func (w *csvWriter) text(dst []byte, s string) []byte {
	special := func(c byte) bool { return c == w.comma || c == '"' || c == '\n' || c == '\r' }
	marked := slices.ContainsFunc(byteOrderMarks, func(mark string) bool { return strings.HasPrefix(s, mark) })
	if s != "" && s != w.options.Null && !marked && !slices.ContainsFunc([]byte(s), special) {
		return append(dst, s...)
	}
	dst = append(dst, '"')
	dst = append(dst, bytes.ReplaceAll([]byte(s), []byte{'"'}, []byte(`""`))...)
	return append(dst, '"')
}
