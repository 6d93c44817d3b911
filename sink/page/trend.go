package page

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/sav-analytics/sav/analysis/detail"
)

const (
	trendHeight  = 200 // px
	volumeHeight = 56
)

// A trend is the first response time by day of opening.
type trend struct {
	Height, VolumeHeight float64
	XTicks, YTicks       []tick
	Most                 string // conversations of the tallest bar
	KM, Naive, Band      string // paths
	Bars                 []volume
	Days                 []dayRow
	Dots                 []dot
	Earlier              int64
	Cut                  bool // some values are above the picture
}

// A volume is the conversations of a day: Unanswered px of the bar of Height px.
type volume struct{ X, Width, Y, Height, Unanswered string }

type dayRow struct {
	Date                    string
	Conversations, Answered int64
	P50, P50Low, P50High    float64
	KMP50                   float64
}

type dot struct {
	X, Y string
	Day  *dayRow
}

func newTrend(d *detail.Detail) *trend {
	if len(d.Days) < 2 {
		return nil
	}
	t := &trend{Height: trendHeight, VolumeHeight: volumeHeight, Earlier: d.Earlier}
	var dates []time.Time
	var medians []float64
	most := int64(0)
	for _, of := range d.Days {
		date, err := time.Parse(time.DateOnly, of.Date)
		if err != nil {
			return nil
		}
		dates = append(dates, date)
		t.Days = append(t.Days, dayRow{of.Date, of.Conversations, of.Answered, value(of.P50), value(of.P50Low), value(of.P50High), value(of.KMP50)})
		most = max(most, of.Conversations)
		if of.KMP50 != nil {
			medians = append(medians, *of.KMP50)
		}
	}
	if len(medians) == 0 {
		return nil
	}
	slices.Sort(medians)
	// A day of an extreme median is cut off, so that the others can be told apart.
	top := math.Min(medians[len(medians)-1], 3*medians[len(medians)/2])
	scale := newDurationAxis(1.15*top, 4)
	t.YTicks = scale.ticks(trendHeight, func(v float64) string {
		if v == 0 {
			return "0"
		}
		return human(v)
	})
	first, days := dates[0], dates[len(dates)-1].Sub(dates[0]).Hours()/24+1
	x := func(date time.Time) float64 { return (date.Sub(first).Hours()/24 + 0.5) / days }
	y := func(seconds float64) float64 { return trendHeight * (1 - scale.at(seconds)) }
	lines := &trendLines{y: y}
	for i := range t.Days {
		day, at := &t.Days[i], x(dates[i])
		lines.add(day, at, i > 0 && dates[i].Sub(dates[i-1]) > 36*time.Hour)
		if !math.IsNaN(day.KMP50) {
			t.Cut = t.Cut || day.KMP50 > scale.to
			if len(t.Days) <= 120 && day.KMP50 <= scale.to {
				t.Dots = append(t.Dots, dot{pc(at), px(y(day.KMP50)), day})
			}
		}
		height := volumeHeight * float64(day.Conversations) / float64(most)
		t.Bars = append(t.Bars, volume{pc(at - 0.4/days), pc(0.8 / days), px(volumeHeight - height), px(height),
			px(height * share(day.Conversations-day.Answered, day.Conversations))})
	}
	t.KM, t.Naive, t.Band = lines.km.String(), lines.naive.String(), lines.bands()
	t.Most = thousands(most)
	t.XTicks = dateTicks(first, int(days), x)
	return t
}

// trendLines collects the lines of a trend. They break where a day is missing or
// has no value.
type trendLines struct {
	y         func(float64) float64
	km, naive path
	band      path
	up, down  []float64 // of the piece of the band: x and y
	open      [2]bool
}

func (l *trendLines) add(day *dayRow, x float64, gap bool) {
	for i, v := range [2]float64{day.KMP50, day.P50} {
		p := [2]*path{&l.km, &l.naive}[i]
		switch {
		case math.IsNaN(v):
			l.open[i] = false
		case l.open[i] && !gap:
			p.line(x, l.y(v))
		default:
			p.move(x, l.y(v))
			l.open[i] = true
		}
	}
	if gap || math.IsNaN(day.P50Low) {
		l.flush()
	}
	if !math.IsNaN(day.P50Low) {
		l.up = append(l.up, x, l.y(day.P50High))
		l.down = append(l.down, x, l.y(day.P50Low))
	}
}

func (l *trendLines) flush() {
	for i := 0; i < len(l.up); i += 2 {
		if i == 0 {
			l.band.move(l.up[0], l.up[1])
		} else {
			l.band.line(l.up[i], l.up[i+1])
		}
	}
	for i := len(l.down) - 2; i >= 0; i -= 2 {
		l.band.line(l.down[i], l.down[i+1])
	}
	if len(l.up) > 0 {
		l.band.close()
	}
	l.up, l.down = nil, nil
}

func (l *trendLines) bands() string {
	l.flush()
	return l.band.String()
}

// dateTicks are up to about 7 dates, the first of months where there are many days.
func dateTicks(first time.Time, days int, x func(time.Time) float64) []tick {
	var all []tick
	if days > 100 {
		every := cmp.Compare(days, 200) + 2 // months
		for date := time.Date(first.Year(), first.Month()+1, 1, 0, 0, 0, 0, time.UTC); x(date) < 1; date = date.AddDate(0, every, 0) {
			all = append(all, tick{At: pc(x(date)), Label: date.Format("Jan 2006"), Minor: len(all)%2 == 1})
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
		all = append(all, tick{At: pc(x(date)), Label: date.Format("2 Jan"), Minor: len(all)%2 == 1})
	}
	return all
}
