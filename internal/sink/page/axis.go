package page

import (
	"cmp"
	"math"
	"strconv"
	"strings"
	"time"
)

// A tick is a mark of an axis with its label. At is a place: in % of the width
// for a horizontal axis, in px for a vertical one.
type tick struct {
	At    string
	Label string
	Minor bool // left out where there is little room
}

// A timeAxis places times by log(1 + dt/s), up to some logarithm. Times of
// exactly 0 s have a place of their own before all others.
type timeAxis struct{ to float64 }

// The place of 0 s, in logarithms.
const (
	zeroFrom = -0.6
	zeroTo   = -0.2
)

// newTimeAxis reaches a bit beyond the longest time, in seconds.
func newTimeAxis(longest float64) timeAxis {
	return timeAxis{1.02 * math.Log1p(math.Max(longest, minute))}
}

// at returns the position of a time, from 0 to 1 along the axis.
func (a timeAxis) at(seconds float64) float64 {
	if seconds == 0 {
		return a.log((zeroFrom + zeroTo) / 2)
	}
	return a.log(math.Log1p(seconds))
}

func (a timeAxis) log(l float64) float64 { return (l - zeroFrom) / (a.to - zeroFrom) }

// A timeTick is a time that an axis may name.
type timeTick struct {
	seconds float64
	number  int64
	unit    string
	minor   bool
}

// text returns the label, on one line.
func (t timeTick) text(w *words) string {
	if t.seconds == 0 {
		return w.count(0)
	}
	return w.unit(w.count(t.number), t.unit)
}

var timeTicks = []timeTick{
	{0, 0, "", false}, {1, 1, "s", false}, {10, 10, "s", true},
	{minute, 1, "min", false}, {10 * minute, 10, "min", true},
	{hour, 1, "h", false}, {6 * hour, 6, "h", true},
	{day, 1, "d", false}, {7 * day, 7, "d", true}, {30 * day, 30, "d", false},
	{365 * day, 1, "y", true}, {3650 * day, 10, "y", false},
}

// ticks returns those within the axis, placed by format.
func (a timeAxis) ticks(w *words, format func(at float64) string) []tick {
	var all []tick
	for _, t := range timeTicks {
		if at := a.at(t.seconds); at >= 0 && at <= 1 {
			all = append(all, tick{format(at), t.text(w), t.minor})
		}
	}
	return all
}

// pc writes a place from 0 to 1 in % of the width.
func pc(at float64) string { return px(100*at) + "%" }

// px writes a length, rounded to what a screen can show.
func px(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64) }

// A linearAxis goes from 0 to a round number in round steps.
type linearAxis struct{ to, step float64 }

// newLinearAxis returns an axis with about that number of steps of 1, 2 or 5 times a power
// of ten that reaches longest.
func newLinearAxis(longest float64, steps int) linearAxis {
	return newSteppedAxis(longest, steps, func(least float64) float64 {
		power := math.Pow(10, math.Floor(math.Log10(least)))
		for _, factor := range []float64{1, 2, 5} {
			if factor*power >= least*(1-1e-9) {
				return factor * power
			}
		}
		return 10 * power
	})
}

func newSteppedAxis(longest float64, steps int, round func(least float64) float64) linearAxis {
	if !(longest > 0) {
		longest = 1
	}
	step := round(longest / float64(steps))
	return linearAxis{step * math.Ceil(longest/step), step}
}

func (a linearAxis) at(v float64) float64 { return v / a.to }

// ticks go up from the bottom of a picture of that height, in px.
func (a linearAxis) ticks(height float64, label func(float64) string) []tick {
	var all []tick
	for k := 0; float64(k)*a.step <= a.to*(1+1e-9); k++ {
		v := float64(k) * a.step
		all = append(all, tick{At: px(height * (1 - a.at(v))), Label: label(v)})
	}
	return all
}

// A path collects the d of an SVG path on a canvas that is 1000 wide and is
// stretched to its picture, and as high as that.
type path struct {
	b strings.Builder
}

const canvas = 1000

func (p *path) add(command byte, numbers ...float64) {
	p.b.WriteByte(command)
	for i, n := range numbers {
		if i > 0 {
			p.b.WriteByte(' ')
		}
		p.b.WriteString(strconv.FormatFloat(math.Round(n*10)/10, 'f', -1, 64))
	}
}

func (p *path) move(x, y float64) { p.add('M', canvas*x, y) }
func (p *path) line(x, y float64) { p.add('L', canvas*x, y) }

// step goes along to x, and there to y.
func (p *path) step(x, y float64) { p.add('H', canvas*x); p.add('V', y) }

func (p *path) close()         { p.b.WriteByte('Z') }
func (p *path) String() string { return p.b.String() }

// A dateAxis places periods from the first day to the last.
type dateAxis struct {
	t     *trend
	first time.Time
	days  float64
}

func newDateAxis(t *trend) dateAxis {
	first := t.Days[0].first
	return dateAxis{t, first, t.end(t.Days[len(t.Days)-1].first).Sub(first).Hours() / 24}
}

// day returns the place of the middle of a day, from 0 to 1.
func (a dateAxis) day(date time.Time) float64 { return (date.Sub(a.first).Hours()/24 + 0.5) / a.days }

// half returns half the width of the i-th period, and of its middle.
func (a dateAxis) half(i int) float64 {
	first := a.t.Days[i].first
	return a.t.end(first).Sub(first).Hours() / 24 / a.days / 2
}

func (a dateAxis) of(i int) float64 {
	return a.t.Days[i].first.Sub(a.first).Hours()/24/a.days + a.half(i)
}

// gap reports whether periods are missing before the i-th.
func (a dateAxis) gap(i int) bool {
	return i > 0 && a.t.end(a.t.Days[i-1].first).Before(a.t.Days[i].first)
}

// dateTicks returns up to about 7 dates, the first of months where there are many days.
func dateTicks(w *words, first time.Time, days int, x func(time.Time) float64) []tick {
	var all []tick
	if days > 100 {
		every := cmp.Compare(days, 200) + 2 // months
		date := time.Date(first.Year(), first.Month()+1, 1, 0, 0, 0, 0, time.UTC)
		for ; x(date) < 1; date = date.AddDate(0, every, 0) {
			label := w.t(date.Format("Jan")) + nb + date.Format("2006")
			all = append(all, tick{At: pc(x(date)), Label: label, Minor: len(all)%2 == 1})
		}
		return all
	}
	every, from := max(1, (days+6)/7), 0
	if every > 3 { // whole weeks, from a Monday
		every = 7 * max(1, (every+3)/7)
		from = (8 - int(first.Weekday())) % 7
	}
	for i := from; i < days; i += every {
		date := first.AddDate(0, 0, i)
		all = append(all, tick{At: pc(x(date)), Label: w.shortDate(date), Minor: len(all)%2 == 1})
	}
	return all
}
