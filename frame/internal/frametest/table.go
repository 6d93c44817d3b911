// Package frametest draws frames and holds their values as rows, for oracles that loop. Only tests import it.
package frametest

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A Table is a frame as rows of plain values, as [frame.Column.Value] gives them.
type Table struct {
	Names []string
	Types []frame.Type
	Rows  [][]any
}

// Domain holds the values drawn. They are few, so that ties are many, and include what breaks things.
var Domain = map[frame.Type][]any{
	frame.Int64: {
		int64(0), int64(1), int64(2), int64(-3), int64(1<<53 + 1), int64(math.MaxInt64), int64(math.MinInt64),
	},
	frame.Float64: {0.0, math.Copysign(0, -1), 1.0, 1.5, -2.25, math.Inf(1), math.Inf(-1), math.NaN()},
	frame.Time:    {time.UnixMicro(0).UTC(), time.UnixMicro(-1).UTC(), time.UnixMicro(1772400000123456).UTC()},
	frame.Bool:    {true, false},
	frame.Text:    {"", "FR", "DE", "null", "fr", "é", "a\nb"},
}

// Types are all types, in their order.
var Types = []frame.Type{frame.Int64, frame.Float64, frame.Time, frame.Bool, frame.Text}

// Draw draws a table with one or two columns of each type, named in0, in1, fl0, ti0, bo0, te0 and so on; a column has
// no nulls, some or nothing else.
func Draw(t *rapid.T, label string) Table {
	var tab Table
	n := rapid.IntRange(0, 30).Draw(t, label+" rows")
	tab.Rows = make([][]any, n)
	for _, typ := range Types {
		for k := range rapid.IntRange(1, 2).Draw(t, "columns") {
			tab.Names = append(tab.Names, fmt.Sprintf("%s%d", typ.String()[:2], k))
			tab.Types = append(tab.Types, typ)
			some := rapid.IntRange(1, len(Domain[typ])).Draw(t, "domain")
			nulls := rapid.SampledFrom([]int{0, 0, 3, 10}).Draw(t, "nulls in 10")
			for r := range n {
				var v any
				if rapid.IntRange(0, 9).Draw(t, "null") >= nulls {
					v = Domain[typ][rapid.IntRange(0, some-1).Draw(t, "value")]
				}
				tab.Rows[r] = append(tab.Rows[r], v)
			}
		}
	}
	return tab
}

// Frame returns the table's frame. Under its nulls lies rubbish.
func (tab Table) Frame(t require.TestingT) *frame.Frame {
	columns := make([]frame.Column, len(tab.Names))
	for k, name := range tab.Names {
		values := make([]any, len(tab.Rows))
		for i, row := range tab.Rows {
			values[i] = row[k]
		}
		columns[k] = Column(name, tab.Types[k], values)
	}
	f, err := frame.New(columns...)
	require.NoError(t, err)
	return f
}

// Column returns a column of values, nil being null.
func Column(name string, typ frame.Type, values []any) frame.Column {
	n := len(values)
	ints, floats, bools := make([]int64, n), make([]float64, n), make([]bool, n)
	words, valid := make([]string, n), make([]bool, n)
	for i, v := range values {
		valid[i] = v != nil
		switch v := v.(type) {
		case int64:
			ints[i] = v
		case float64:
			floats[i] = v
		case time.Time:
			ints[i] = v.UnixMicro()
		case bool:
			bools[i] = v
		case string:
			words[i] = v
		default:
			ints[i], floats[i], bools[i], words[i] = math.MaxInt64, math.NaN(), true, "under a null"
		}
	}
	switch typ {
	case frame.Float64:
		return frame.Float64s(name, floats, frame.Valid(valid...))
	case frame.Time:
		return frame.Times(name, ints, frame.Valid(valid...))
	case frame.Bool:
		return frame.Bools(name, bools, frame.Valid(valid...))
	case frame.Text:
		return frame.Texts(name, words, frame.Valid(valid...))
	}
	return frame.Int64s(name, ints, frame.Valid(valid...))
}

// Index returns the index of the column of that name, or −1.
func (tab Table) Index(name string) int { return slices.Index(tab.Names, name) }

// Rows returns the rows of a frame.
func Rows(f *frame.Frame) [][]any {
	rows := make([][]any, f.Len())
	for i := range rows {
		rows[i] = f.Row(i)
	}
	return rows
}

// Texts writes rows so that different values differ, −0 from 0 included.
func Texts(rows [][]any) []string {
	out := make([]string, len(rows))
	for i, row := range rows {
		cells := make([]string, len(row))
		for k, v := range row {
			cells[k] = Text(v)
		}
		out[i] = strings.Join(cells, " ")
	}
	return out
}

// Text writes a value so that different values differ.
func Text(v any) string {
	if s, ok := v.(string); ok {
		return fmt.Sprintf("%q", s)
	}
	return fmt.Sprint(v)
}

// Key writes a value so that equal keys agree: −0 is 0.
func Key(v any) string {
	if v == 0.0 {
		return "0"
	}
	return Text(v)
}

// KeyOf writes the values at some columns of a row.
func KeyOf(row []any, columns []int) string {
	var b strings.Builder
	for _, k := range columns {
		b.WriteString(Key(row[k]) + " ")
	}
	return b.String()
}

// Order compares two values of one type that are not null, NaN after all numbers.
func Order(a, b any) int {
	switch a := a.(type) {
	case int64:
		return cmp.Compare(a, b.(int64))
	case float64:
		if math.IsNaN(a) != math.IsNaN(b.(float64)) {
			return -cmp.Compare(a, b.(float64)) // which has NaN first
		}
		return cmp.Compare(a, b.(float64))
	case time.Time:
		return a.Compare(b.(time.Time))
	case bool:
		switch {
		case a && !b.(bool):
			return 1
		case !a && b.(bool):
			return -1
		}
	case string:
		return strings.Compare(a, b.(string))
	}
	return 0
}

// IsNaN reports whether v is a NaN.
func IsNaN(v any) bool {
	f, ok := v.(float64)
	return ok && math.IsNaN(f)
}

// Number returns a number or a boolean as a float.
func Number(v any) float64 {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case bool:
		if v {
			return 1
		}
		return 0
	}
	return v.(float64)
}

// Near reports whether two values are equal, floats but for rounding.
func Near(a, b any) bool {
	x, ok := a.(float64)
	y, also := b.(float64)
	if !ok || !also {
		return Key(a) == Key(b)
	}
	return x == y || math.IsNaN(x) && math.IsNaN(y) || math.Abs(x-y) <= 1e-9*max(math.Abs(x), math.Abs(y))
}
