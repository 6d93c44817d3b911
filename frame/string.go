package frame

import (
	"strconv"
	"strings"
	"time"

	"github.com/sav-analytics/sav/frame/internal/display"
)

// shownRows is how many rows String shows at the top, and again at the bottom.
const shownRows = 10

// String returns the frame as an aligned table with a header of names and types. Of a long frame it shows the first and
// the last ten rows. Nulls are shown as null, times in RFC 3339.
func (f *Frame) String() string {
	f = f.orEmpty()
	var shown []int
	cut := 0 // the number of rows shown before those left out
	for i := 0; i < f.rows; i++ {
		if i == shownRows && f.rows > 2*shownRows+1 {
			cut = len(shown)
			i = f.rows - shownRows
		}
		shown = append(shown, i)
	}
	columns, right := make([][]string, len(f.columns)), make([]bool, len(f.columns))
	for k, c := range f.columns {
		cells := []string{display.Text(c.name), c.Type().String()}
		for _, i := range shown {
			cells = append(cells, c.cell(i))
		}
		columns[k], right[k] = cells, c.Type() != Text && c.Type() != Time
	}
	var b strings.Builder
	for i, line := range display.Lines(columns, right, len(shown)+2) {
		if cut > 0 && i == cut+2 {
			b.WriteString(display.Ellipsis + "\n")
		}
		b.WriteString(line + "\n")
	}
	b.WriteString(strconv.Itoa(f.rows) + " rows × " + strconv.Itoa(len(f.columns)) + " columns\n")
	return b.String()
}

// cell returns row i as String shows it.
func (c Column) cell(i int) string {
	switch v := c.Value(i).(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case time.Time:
		return v.Format(time.RFC3339Nano)
	case string:
		return display.Text(v)
	}
	return "null"
}
