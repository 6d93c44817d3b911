package frame

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// How much of a frame String shows.
const (
	shownRows = 10 // at the top, and again at the bottom
	cellWidth = 40 // runes of a cell
)

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
	lines := make([]strings.Builder, len(shown)+2)
	for k, c := range f.columns {
		cells := []string{cell(c.name), c.Type().String()}
		for _, i := range shown {
			cells = append(cells, c.cell(i))
		}
		align(lines, cells, c.Type() != Text && c.Type() != Time, k > 0)
	}
	var b strings.Builder
	for i := range lines {
		if cut > 0 && i == cut+2 {
			b.WriteString("…\n")
		}
		b.WriteString(strings.TrimRight(lines[i].String(), " "))
		b.WriteByte('\n')
	}
	b.WriteString(strconv.Itoa(f.rows) + " rows × " + strconv.Itoa(len(f.columns)) + " columns\n")
	return b.String()
}

// align appends one column of cells to the lines of a table.
func align(lines []strings.Builder, cells []string, right, gap bool) {
	width := 0
	for _, s := range cells {
		width = max(width, utf8.RuneCountInString(s))
	}
	for i, s := range cells {
		if gap {
			lines[i].WriteString("  ")
		}
		pad := strings.Repeat(" ", width-utf8.RuneCountInString(s))
		if right {
			lines[i].WriteString(pad + s)
		} else {
			lines[i].WriteString(s + pad)
		}
	}
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
		return cell(v)
	}
	return "null"
}

// cell returns s on one line, quoted where it would not be readable, cut where it is long.
func cell(s string) string {
	if s == "" || s == "null" || s != strings.TrimSpace(s) ||
		strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		s = strconv.Quote(s)
	}
	if utf8.RuneCountInString(s) <= cellWidth {
		return s
	}
	runes := []rune(s)
	return string(runes[:cellWidth-1]) + "…"
}
