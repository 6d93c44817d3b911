package page

import (
	"math"

	"github.com/sav-analytics/sav/stats"
)

// A control is a control chart of periods.
type control struct {
	Line, Limits string // paths
	Points       []point
	Signals      []string
}

// draw draws a control chart; place returns a period's value, NaN if it has none, and limits in px. It returns
// the periods of each signal.
func (t *trend) draw(w *words, c *control, at dateAxis, signals []stats.Signal,
	place func(*dayRow) (value, low, high float64)) map[stats.Signal][]string {
	lines := &trendLines{}
	said := make(map[stats.Signal][]string)
	for i := range t.Days {
		day := &t.Days[i]
		value, low, high := place(day)
		if math.IsNaN(value) {
			lines.skip()
			continue
		}
		lines.add(at, i, value, low, high)
		signal := signals[i] != stats.NoSignal
		if signal && !day.Provisional {
			said[signals[i]] = append(said[signals[i]], t.short(w, day))
		}
		if signal || len(t.Days) <= 120 {
			c.Points = append(c.Points, point{pc(at.of(i)), px(value), day.Provisional, signal})
		}
	}
	c.Line, c.Limits = lines.line.String(), lines.limits()
	return said
}

// trendLines collects the line of values and the area between the limits. Both break
// where a period is missing or has no value.
type trendLines struct {
	line     path
	area     path
	up, down []float64 // of the piece of the area: x and y
	open     bool
}

// skip passes over a period without a value.
func (l *trendLines) skip() {
	l.flush()
	l.open = false
}

// add adds the i-th period, with its value and its limits in px.
func (l *trendLines) add(at dateAxis, i int, y, low, high float64) {
	if at.gap(i) {
		l.skip()
	}
	x, half := at.of(i), at.half(i)
	if l.open {
		l.line.line(x, y)
	} else {
		l.line.move(x, y)
		l.open = true
	}
	l.up = append(l.up, x-half, high, x+half, high)
	l.down = append(l.down, x-half, low, x+half, low)
}

func (l *trendLines) flush() {
	for i := 0; i < len(l.up); i += 2 {
		if i == 0 {
			l.area.move(l.up[0], l.up[1])
		} else {
			l.area.line(l.up[i], l.up[i+1])
		}
	}
	for i := len(l.down) - 2; i >= 0; i -= 2 {
		l.area.line(l.down[i], l.down[i+1])
	}
	if len(l.up) > 0 {
		l.area.close()
	}
	l.up, l.down = nil, nil
}

func (l *trendLines) limits() string {
	l.flush()
	return l.area.String()
}
