package frame_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A table is a frame as rows of plain values, for oracles that loop.
type table struct {
	names []string
	types []frame.Type
	rows  [][]any
}

// The values drawn are few, so that ties are many, and include what breaks
// things.
var domain = map[frame.Type][]any{
	frame.Int64:   {int64(0), int64(1), int64(2), int64(-3), int64(1<<53 + 1), int64(math.MaxInt64), int64(math.MinInt64)},
	frame.Float64: {0.0, math.Copysign(0, -1), 1.0, 1.5, -2.25, math.Inf(1), math.Inf(-1), math.NaN()},
	frame.Time:    {time.UnixMicro(0).UTC(), time.UnixMicro(-1).UTC(), time.UnixMicro(1772400000123456).UTC()},
	frame.Bool:    {true, false},
	frame.Text:    {"", "FR", "DE", "null", "fr", "é", "a\nb"},
}

var allTypes = []frame.Type{frame.Int64, frame.Float64, frame.Time, frame.Bool, frame.Text}

// drawTable draws a table with one or two columns of each type, named in0, in1,
// fl0, …; a column has no nulls, some or nothing else.
func drawTable(t *rapid.T, label string) table {
	var tab table
	n := rapid.IntRange(0, 30).Draw(t, label+" rows")
	tab.rows = make([][]any, n)
	for _, typ := range allTypes {
		for k := range rapid.IntRange(1, 2).Draw(t, "columns") {
			tab.names = append(tab.names, fmt.Sprintf("%s%d", typ.String()[:2], k))
			tab.types = append(tab.types, typ)
			some := rapid.IntRange(1, len(domain[typ])).Draw(t, "domain")
			nulls := rapid.SampledFrom([]int{0, 0, 3, 10}).Draw(t, "nulls in 10")
			for r := range n {
				var v any
				if rapid.IntRange(0, 9).Draw(t, "null") >= nulls {
					v = domain[typ][rapid.IntRange(0, some-1).Draw(t, "value")]
				}
				tab.rows[r] = append(tab.rows[r], v)
			}
		}
	}
	return tab
}

// frame builds the table's frame.
func (tab table) frame(t require.TestingT) *frame.Frame {
	columns := make([]frame.Column, len(tab.names))
	for k, name := range tab.names {
		n := len(tab.rows)
		ints, floats, bools, words, valid := make([]int64, n), make([]float64, n), make([]bool, n), make([]string, n), make([]bool, n)
		for i, row := range tab.rows {
			valid[i] = row[k] != nil
			switch v := row[k].(type) {
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
				ints[i], floats[i], words[i] = 77, math.NaN(), "under a null"
			}
		}
		switch tab.types[k] {
		case frame.Int64:
			columns[k] = frame.Int64s(name, ints, frame.Valid(valid...))
		case frame.Float64:
			columns[k] = frame.Float64s(name, floats, frame.Valid(valid...))
		case frame.Time:
			columns[k] = frame.Times(name, ints, frame.Valid(valid...))
		case frame.Bool:
			columns[k] = frame.Bools(name, bools, frame.Valid(valid...))
		case frame.Text:
			columns[k] = frame.Texts(name, words, frame.Valid(valid...))
		}
	}
	f, err := frame.New(columns...)
	require.NoError(t, err)
	return f
}

func (tab table) index(name string) int { return slices.Index(tab.names, name) }

// text writes a value so that different values differ, −0 from 0 included.
func text(v any) string {
	if s, ok := v.(string); ok {
		return fmt.Sprintf("%q", s)
	}
	return fmt.Sprint(v)
}

func textRow(row []any) string {
	cells := make([]string, len(row))
	for i, v := range row {
		cells[i] = text(v)
	}
	return strings.Join(cells, " ")
}

func textRows(rows [][]any) []string {
	out := make([]string, len(rows))
	for i, row := range rows {
		out[i] = textRow(row)
	}
	return out
}

func frameRows(f *frame.Frame) []string {
	out := make([]string, f.Len())
	for i := range out {
		out[i] = textRow(f.Row(i))
	}
	return out
}

// key writes a value so that equal keys agree: −0 is 0.
func key(v any) string {
	if v == 0.0 {
		return "0"
	}
	return text(v)
}

func keyOf(row []any, places []int) string {
	var b strings.Builder
	for _, k := range places {
		b.WriteString(key(row[k]) + " ")
	}
	return b.String()
}

// order compares two values that are not null, NaN after all numbers.
func order(a, b any) int {
	switch a := a.(type) {
	case int64:
		b := b.(int64)
		if a < b {
			return -1
		} else if a > b {
			return 1
		}
	case float64:
		b := b.(float64)
		switch {
		case math.IsNaN(a) && math.IsNaN(b):
		case math.IsNaN(a) || a > b:
			return 1
		case math.IsNaN(b) || a < b:
			return -1
		}
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

func isNaN(v any) bool {
	f, ok := v.(float64)
	return ok && math.IsNaN(f)
}
