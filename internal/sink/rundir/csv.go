package rundir

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/cells"
)

// CSV writes a frame in the form of report.csv: a header, then a line for each
// row, ended by LF. A cell is quoted only where a comma, a quote or a line break
// requires it. Nulls are empty, numbers are rounded to 6 decimals, times as
// RFC 3339 in UTC, with a fraction only if there is one. A text that a
// spreadsheet would run as a formula is protected by an apostrophe, and so is
// a column's name. A number that is NaN or infinite is an error that names its
// column and row: such a value has no text, and an empty cell is for null.
func CSV(w io.Writer, f *frame.Frame) error {
	if f == nil {
		return errors.New("write CSV: there is no frame")
	}
	columns := f.Columns()
	line := make([]byte, 0, 1<<10)
	for i, c := range columns {
		line = cells.AppendCell(appendComma(line, i), cells.Protect([]byte(c.Name())))
		if err := checkFinite(c); err != nil {
			return fmt.Errorf("write CSV: %w", err)
		}
	}
	columnCells := make([]func(dst []byte, row int) []byte, len(columns))
	for i, c := range columns {
		columnCells[i] = cellsOf(c)
	}
	for row := -1; ; {
		if len(line) == 0 && len(columns) == 1 {
			line = append(line, `""`...) // a blank line would be no row to most readers
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			return fmt.Errorf("write CSV: %w", err)
		}
		if row++; row == f.Len() {
			return nil
		}
		line = line[:0]
		for i, cell := range columnCells {
			line = appendComma(line, i)
			if !columns[i].IsNull(row) {
				line = cell(line, row)
			}
		}
	}
}

// checkFinite returns an error if a value of c is NaN or infinite.
func checkFinite(c frame.Column) error {
	if c.Type() != frame.Float64 {
		return nil
	}
	for row, v := range c.Float64s() {
		if !cells.IsFinite(v) && !c.IsNull(row) {
			return fmt.Errorf("column %q, row %d: %v is not a number that has a text; make it null", c.Name(), row+1, v)
		}
	}
	return nil
}

func appendComma(line []byte, column int) []byte {
	if column == 0 {
		return line
	}
	return append(line, ',')
}

// cellsOf returns what appends a row's value of a column.
func cellsOf(c frame.Column) func(dst []byte, row int) []byte {
	switch c.Type() {
	case frame.Float64:
		values := c.Float64s()
		return func(dst []byte, row int) []byte { return cells.AppendNumber(dst, values[row]) }
	case frame.Time:
		values := c.Int64s()
		return func(dst []byte, row int) []byte {
			return time.UnixMicro(values[row]).UTC().AppendFormat(dst, time.RFC3339Nano)
		}
	case frame.Bool:
		bits := c.Bits()
		return func(dst []byte, row int) []byte { return strconv.AppendBool(dst, bits.Get(row)) }
	case frame.Text:
		texts, codes := c.Dictionary(), c.Codes()
		if 2*len(texts) > len(codes) { // hardly any occurs twice
			return func(dst []byte, row int) []byte {
				return cells.AppendCell(dst, cells.Protect([]byte(texts[codes[row]])))
			}
		}
		// Each distinct text is quoted and protected once.
		known := make([][]byte, len(texts))
		return func(dst []byte, row int) []byte {
			code := codes[row]
			if known[code] == nil {
				known[code] = cells.AppendCell(make([]byte, 0, 1), cells.Protect([]byte(texts[code])))
			}
			return append(dst, known[code]...)
		}
	default:
		values := c.Int64s()
		return func(dst []byte, row int) []byte { return strconv.AppendInt(dst, values[row], 10) }
	}
}
