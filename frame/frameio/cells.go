package frameio

import (
	"fmt"
	"strconv"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/cells"
)

// A cell appends the value of a row, which is not null.
type cell func(dst []byte, row int) []byte

// A cellStyle says how a format writes values; integers and booleans are the same in all.
type cellStyle struct {
	text  func(s string) []byte // with its quotes, if it needs them
	float func(dst []byte, v float64) []byte
	mark  string // around a time
}

// cellsOf returns the cells of the columns. They are of one goroutine.
func cellsOf(columns []frame.Column, style cellStyle) []cell {
	all := make([]cell, len(columns))
	for k, c := range columns {
		all[k] = cellOf(c, style)
	}
	return all
}

func cellOf(c frame.Column, style cellStyle) cell {
	switch c.Type() {
	case frame.Float64:
		values := c.Float64s()
		return func(dst []byte, row int) []byte { return style.float(dst, values[row]) }
	case frame.Time:
		values := c.Int64s()
		return func(dst []byte, row int) []byte {
			dst = append(dst, style.mark...)
			dst = time.UnixMicro(values[row]).UTC().AppendFormat(dst, time.RFC3339Nano)
			return append(dst, style.mark...)
		}
	case frame.Bool:
		bits := c.Bits()
		return func(dst []byte, row int) []byte { return strconv.AppendBool(dst, bits.Get(row)) }
	case frame.Text:
		words := make([][]byte, len(c.Dictionary())) // as they are written, each once
		codes := c.Codes()
		return func(dst []byte, row int) []byte {
			code := codes[row]
			if words[code] == nil {
				words[code] = style.text(c.Dictionary()[code])
			}
			return append(dst, words[code]...)
		}
	}
	values := c.Int64s()
	return func(dst []byte, row int) []byte { return strconv.AppendInt(dst, values[row], 10) }
}

// appendFloat appends a float, rounded to some decimals if there are any.
func appendFloat(dst []byte, v float64, decimals int) []byte {
	if decimals == 0 || !cells.IsFinite(v) {
		return strconv.AppendFloat(dst, v, 'g', -1, 64)
	}
	if decimals < 0 { // Whole; a point, so that the zeros before it stay
		return cells.TrimZeros(append(strconv.AppendFloat(dst, v, 'f', 0, 64), '.'), len(dst))
	}
	return cells.TrimZeros(strconv.AppendFloat(dst, v, 'f', decimals, 64), len(dst))
}

// checkYears returns an error if a time has no text in RFC 3339.
func checkYears(columns []frame.Column) error {
	for _, c := range columns {
		if c.Type() != frame.Time {
			continue
		}
		for i, micros := range c.Int64s() {
			if y := time.UnixMicro(micros).UTC().Year(); (y < 0 || y > 9999) && !c.IsNull(i) {
				return fmt.Errorf("row %d, column %q: year %d has no text in RFC 3339", i, c.Name(), y)
			}
		}
	}
	return nil
}
