package sink

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/sav-analytics/sav/frame"
)

// CSV writes a frame in the form of report.csv: a header, then a line for each
// row, ended by LF. A cell is quoted only where a comma, a quote or a line break
// requires it. Nulls are empty, numbers are written by [AppendNumber], times as
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
		line = appendCell(appendComma(line, i), protect([]byte(c.Name())))
		if err := checkFinite(c); err != nil {
			return fmt.Errorf("write CSV: %w", err)
		}
	}
	cells := make([]func(dst []byte, row int) []byte, len(columns))
	for i, c := range columns {
		cells[i] = cellsOf(c)
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
		for i, cell := range cells {
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
		if !isFinite(v) && !c.IsNull(row) {
			return fmt.Errorf("column %q, row %d: %v is not a number that has a text; make it null", c.Name(), row+1, v)
		}
	}
	return nil
}

// bom is a byte-order mark in UTF-8.
const bom = "\uFEFF"

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
		return func(dst []byte, row int) []byte { return AppendNumber(dst, values[row]) }
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
			return func(dst []byte, row int) []byte { return appendCell(dst, protect([]byte(texts[codes[row]]))) }
		}
		// Each distinct text is quoted and protected once.
		cells := make([][]byte, len(texts))
		return func(dst []byte, row int) []byte {
			code := codes[row]
			if cells[code] == nil {
				cells[code] = appendCell(make([]byte, 0, 1), protect([]byte(texts[code])))
			}
			return append(dst, cells[code]...)
		}
	default:
		values := c.Int64s()
		return func(dst []byte, row int) []byte { return strconv.AppendInt(dst, values[row], 10) }
	}
}

// appendCell appends a cell, quoted if it must be.
func appendCell(dst, cell []byte) []byte {
	if !bytes.ContainsAny(cell, ",\"\r\n") {
		return append(dst, cell...)
	}
	dst = append(dst, '"')
	for _, c := range cell {
		if c == '"' {
			dst = append(dst, '"')
		}
		dst = append(dst, c)
	}
	return append(dst, '"')
}

// protect puts an apostrophe before a text that a spreadsheet would take for a
// formula, or that begins with an apostrophe. Some drop line feeds and
// byte-order marks before they look. [Unprotect] takes the apostrophe away.
func protect(text []byte) []byte {
	seen := bytes.TrimLeft(text, "\n"+bom)
	formula := len(seen) > 0 && bytes.IndexByte([]byte("=+-@\t\r"), seen[0]) >= 0 && !isNumber(seen)
	if formula || bytes.HasPrefix(text, []byte("'")) {
		return append([]byte{'\''}, text...)
	}
	return text
}

// Unprotect returns the text of a cell that CSV may have protected. A text that
// begins with an apostrophe is always written with another before it.
func Unprotect[T string | []byte](cell T) T {
	if len(cell) > 0 && cell[0] == '\'' {
		return cell[1:]
	}
	return cell
}

// isNumber reports whether text is a plain number:
// [+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?
func isNumber(text []byte) bool {
	text = trimSign(text)
	whole, text := digits(text)
	fraction := 0
	if len(text) > 0 && text[0] == '.' {
		fraction, text = digits(text[1:])
	}
	if whole+fraction == 0 {
		return false
	}
	if len(text) > 0 && text[0]|0x20 == 'e' {
		var exponent int
		if exponent, text = digits(trimSign(text[1:])); exponent == 0 {
			return false
		}
	}
	return len(text) == 0
}

func trimSign(text []byte) []byte {
	if len(text) > 0 && (text[0] == '+' || text[0] == '-') {
		return text[1:]
	}
	return text
}

// digits counts the digits that text begins with, and returns what follows them.
func digits(text []byte) (n int, rest []byte) {
	for n < len(text) && text[n]-'0' <= 9 {
		n++
	}
	return n, text[n:]
}
