package rundir

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/cells"
	"github.com/sav-analytics/sav/internal/parallel"
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
	var header []byte
	columnCells := make([]func(dst []byte, row int) []byte, len(columns))
	for i, c := range columns {
		header = cells.AppendCell(appendComma(header, i), cells.Protect([]byte(c.Name())))
		if err := checkFinite(c); err != nil {
			return fmt.Errorf("write CSV: %w", err)
		}
		columnCells[i] = cellsOf(c)
	}
	// A blank line would be no row to most readers.
	endLine := func(dst []byte, from int) []byte {
		if len(dst) == from && len(columns) == 1 {
			dst = append(dst, `""`...)
		}
		return append(dst, '\n')
	}
	if _, err := w.Write(endLine(header, 0)); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	rows := func(dst []byte, lo, hi int) []byte {
		for row := lo; row < hi; row++ {
			from := len(dst)
			for i, cell := range columnCells {
				dst = appendComma(dst, i)
				if !columns[i].IsNull(row) {
					dst = cell(dst, row)
				}
			}
			dst = endLine(dst, from)
		}
		return dst
	}
	blocks := make([][]byte, runtime.GOMAXPROCS(0)) // made side by side, and written in order
	for lo := 0; lo < f.Len(); lo += len(blocks) * blockRows {
		n := min(len(blocks), (f.Len()-lo+blockRows-1)/blockRows)
		parallel.Each(n, func(i int) {
			from := lo + i*blockRows
			blocks[i] = rows(blocks[i][:0], from, min(from+blockRows, f.Len()))
		})
		for _, block := range blocks[:n] {
			if _, err := w.Write(block); err != nil {
				return fmt.Errorf("write CSV: %w", err)
			}
		}
	}
	return nil
}

// blockRows is how many rows are made by one goroutine at a time.
const blockRows = 1 << 11

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
		quoted := make([][]byte, len(texts))
		for i, text := range texts {
			quoted[i] = cells.AppendCell(nil, cells.Protect([]byte(text)))
		}
		return func(dst []byte, row int) []byte { return append(dst, quoted[codes[row]]...) }
	default:
		values := c.Int64s()
		return func(dst []byte, row int) []byte { return strconv.AppendInt(dst, values[row], 10) }
	}
}
