package frameio

import (
	"bufio"
	"errors"
	"fmt"
	"html"
	"io"
	"math"
	"slices"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/internal/display"
	"github.com/sav-analytics/sav/internal/duration"
)

// DisplayOptions says how a frame is shown to people. The zero value shows ten rows at each end, 100 characters wide,
// floats rounded to 4 decimals.
type DisplayOptions struct {
	Width     int      // characters of a line; 0: 100. Columns that do not fit are left out in the middle
	Rows      int      // rows shown at each end; 0: 10
	Decimals  int      // digits after the point of floats; 0: 4; Whole: none
	Durations []string // columns of seconds that are shown as 3h31m
}

func (o DisplayOptions) orDefaults(f *frame.Frame) (DisplayOptions, error) {
	for _, n := range []*struct {
		v        *int
		fallback int
	}{{&o.Width, 100}, {&o.Rows, 10}, {&o.Decimals, 4}} {
		if *n.v == 0 {
			*n.v = n.fallback
		}
	}
	if o.Width < 0 || o.Rows < 0 || o.Decimals < Whole || o.Decimals > 300 {
		return o, errors.New("a negative width, number of rows or of decimals")
	}
	for _, name := range o.Durations {
		if _, err := f.Column(name, frame.Int64, frame.Float64); err != nil {
			return o, err
		}
	}
	return o, nil
}

// shown returns the rows to show, and the number of those before what is left out.
func (o DisplayOptions) shown(n int) (rows []int, cut int) {
	for i := range n {
		if n <= 2*o.Rows+1 || i < o.Rows || i >= n-o.Rows {
			rows = append(rows, i)
		}
	}
	if len(rows) == n {
		return rows, n
	}
	return rows, o.Rows
}

// cell returns what is shown of row i.
func (o DisplayOptions) cell(c frame.Column, i int) string {
	v := c.Value(i)
	if v == nil {
		return "null"
	}
	if slices.Contains(o.Durations, c.Name()) {
		seconds, ok := v.(float64)
		if n, isInt := v.(int64); isInt {
			seconds, ok = float64(n), true
		}
		if ok && math.Abs(seconds) < math.MaxInt64/1e9 {
			return duration.Human(time.Duration(seconds * 1e9))
		}
	}
	switch v := v.(type) {
	case float64:
		return string(appendFloat(nil, v, o.Decimals))
	case time.Time:
		return v.Format(time.RFC3339Nano)
	case string:
		return display.Text(v)
	}
	return fmt.Sprint(v)
}

// toRight reports whether a column is aligned to the right, as numbers are.
func toRight(c frame.Column) bool { return c.Type() != frame.Text && c.Type() != frame.Time }

// size returns the last line of a display.
func size(f *frame.Frame) string {
	return fmt.Sprintf("%d rows × %d columns", f.Len(), len(f.Names()))
}

// Display writes a frame as an aligned table with a header of names and types, nulls as null. What does not fit is left
// out in the middle, and the last line says how many rows and columns there are. A negative option is an error, as is a
// column of Durations that is not there or holds no numbers. O(rows shown) for each column.
func Display(w io.Writer, f *frame.Frame, o DisplayOptions) error {
	o, err := o.orDefaults(f)
	if err != nil {
		return fmt.Errorf("display: %w", err)
	}
	if w == nil {
		return errors.New("display: no writer")
	}
	rows, cut := o.shown(f.Len())
	var columns [][]string // of cells
	var right []bool
	for _, c := range f.Columns() {
		cells := []string{display.Text(c.Name()), c.Type().String()}
		for k, i := range rows {
			if k == cut {
				cells = append(cells, display.Ellipsis)
			}
			cells = append(cells, o.cell(c, i))
		}
		columns, right = append(columns, cells), append(right, toRight(c))
	}
	columns, right = fit(columns, right, o.Width)
	out := bufio.NewWriter(w)
	lines := len(rows) + 2 + min(1, len(rows)-min(cut, len(rows)))
	for _, line := range display.Lines(columns, right, lines) {
		fmt.Fprintln(out, line)
	}
	fmt.Fprintln(out, size(f))
	return out.Flush()
}

// fit replaces the columns in the middle by one of ellipses if all are wider than a line: it keeps as many as fit, the
// first and the last in turn.
func fit(columns [][]string, right []bool, line int) ([][]string, []bool) {
	total := 0
	for _, cells := range columns {
		total += display.Width(cells) + 2
	}
	if total-2 <= line || len(columns) < 2 {
		return columns, right
	}
	left, end := 0, len(columns) // those before left and from end on are kept
	room := line - 1             // for the ellipsis
	for turn := 0; left < end; turn++ {
		next := left
		if turn%2 == 1 {
			next = end - 1
		}
		if room -= display.Width(columns[next]) + 2; room < 0 && turn > 0 {
			break
		}
		if turn%2 == 1 {
			end--
		} else {
			left++
		}
	}
	gap := slices.Repeat([]string{display.Ellipsis}, len(columns[0]))
	return slices.Concat(columns[:left], [][]string{gap}, columns[end:]),
		slices.Concat(right[:left], []bool{false}, right[end:])
}

// WriteHTML writes a frame as an HTML table, for notebooks and pages: the names with the types below them, numbers to
// the right, nulls in grey. Of the options Width does not apply. Errors are those of [Display]. O(rows shown) for each
// column.
func WriteHTML(w io.Writer, f *frame.Frame, o DisplayOptions) error {
	o, err := o.orDefaults(f)
	if err != nil {
		return fmt.Errorf("write HTML: %w", err)
	}
	if w == nil {
		return errors.New("write HTML: no writer")
	}
	rows, cut := o.shown(f.Len())
	out := bufio.NewWriter(w)
	fmt.Fprint(out, "<table class=\"frame\">\n<thead>\n<tr>")
	columns := f.Columns()
	styles := make([]string, len(columns))
	for k, c := range columns {
		styles[k] = ` style="text-align:left"`
		if toRight(c) {
			styles[k] = ` style="text-align:right"`
		}
		fmt.Fprintf(out, "<th%s>%s<br><small>%v</small></th>", styles[k], html.EscapeString(c.Name()), c.Type())
	}
	fmt.Fprint(out, "</tr>\n</thead>\n<tbody>\n")
	for k, i := range rows {
		if k == cut {
			fmt.Fprintf(out, "<tr><td colspan=\"%d\">%s</td></tr>\n", len(columns), display.Ellipsis)
		}
		fmt.Fprint(out, "<tr>")
		for k, c := range columns {
			if c.IsNull(i) {
				fmt.Fprintf(out, "<td%s><span style=\"color:#888\">null</span></td>", styles[k])
				continue
			}
			fmt.Fprintf(out, "<td%s>%s</td>", styles[k], html.EscapeString(o.cell(c, i)))
		}
		fmt.Fprint(out, "</tr>\n")
	}
	fmt.Fprintf(
		out, "</tbody>\n<caption style=\"caption-side:bottom;text-align:left\">%s</caption>\n</table>\n", size(f),
	)
	return out.Flush()
}
