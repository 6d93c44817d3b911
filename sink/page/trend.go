package page

import (
	"cmp"
	"slices"
	"time"

	"github.com/sav-analytics/sav/analysis/detail"
	"github.com/sav-analytics/sav/stats"
)

const (
	trendHeight  = 200 // px
	volumeHeight = 56
)

// A trend is the share answered within a time by day of opening, as a control chart, and
// the conversations of each day.
type trend struct {
	Within               string
	Height, VolumeHeight float64
	XTicks, YTicks       []tick
	Centre               string // y
	All                  float64
	Line, Limits         string // paths
	Points               []point
	Most                 string // conversations of the tallest bar
	Bars                 []volume
	Days                 []dayRow
	Earlier              int64
	Provisional          int64 // days of which not all conversations are due
	Signals              []string
	Wide                 bool // days differ beyond what chance gives
}

// A volume is the conversations of a day: Unanswered px of the bar of Height px.
type volume struct{ X, Width, Y, Height, Unanswered string }

type dayRow struct {
	Date                    string
	Conversations, Answered int64
	stats.Count             // answered within the time, of those that are due
	Provisional             bool
	Typical                 float64
	Low, High               float64 // control limits
	Signal                  string  // in words
}

// A point is a day of the chart.
type point struct {
	X, Y        string
	Provisional bool
	Signal      bool
}

func newTrend(w *words, d *detail.Detail, within string) *trend {
	if len(d.Days) < 2 {
		return nil
	}
	t := &trend{Within: within, Height: trendHeight, VolumeHeight: volumeHeight, Earlier: d.Earlier}
	var dates []time.Time
	var counts []stats.Count
	most := int64(0)
	for _, of := range d.Days {
		date, err := time.Parse(time.DateOnly, of.Date)
		if err != nil {
			return nil
		}
		row := dayRow{Date: of.Date, Conversations: of.Conversations, Answered: of.Answered, Count: of.Due.Count(),
			Provisional: of.Due.Due < of.Conversations, Typical: value(of.KMP50), Low: nan, High: nan}
		if row.Provisional {
			t.Provisional++
		}
		dates, counts = append(dates, date), append(counts, row.Count)
		t.Days = append(t.Days, row)
		most = max(most, of.Conversations)
	}
	first, days := dates[0], dates[len(dates)-1].Sub(dates[0]).Hours()/24+1
	x := func(date time.Time) float64 { return (date.Sub(first).Hours()/24 + 0.5) / days }
	t.XTicks = dateTicks(w, first, int(days), x)
	for i, day := range t.Days {
		at := x(dates[i])
		height := volumeHeight * float64(day.Conversations) / float64(most)
		t.Bars = append(t.Bars, volume{pc(at - 0.4/days), pc(0.8 / days), px(volumeHeight - height), px(height),
			px(height * share(day.Conversations-day.Answered, day.Conversations))})
	}
	t.Most = w.count(most)
	if chart, err := stats.NewPChart(counts); err == nil { // not if nothing is due
		t.chart(w, chart, dates, days, x)
	}
	return t
}

// chart draws the control chart.
func (t *trend) chart(w *words, chart *stats.PChart, dates []time.Time, days float64, x func(time.Time) float64) {
	t.All, t.Wide = chart.Centre, chart.Spread > 1
	least := chart.Centre
	for i := range t.Days {
		day := &t.Days[i]
		if day.N > 0 {
			day.Low, day.High = chart.Limits(day.N)
			least = min(least, day.Share(), day.Low)
		}
	}
	axis := newShareAxis(least)
	y := func(share float64) float64 { return trendHeight * (1 - axis.at(share)) }
	for k := range 6 {
		v := axis.from + (1-axis.from)*float64(k)/5
		t.YTicks = append(t.YTicks, tick{At: px(y(v)), Label: w.tenths(100*v) + nb + "%"})
	}
	t.Centre = px(y(chart.Centre))
	signals := chart.Signals()
	lines := &trendLines{}
	said := make(map[stats.Signal][]string)
	for i := range t.Days {
		day, at := &t.Days[i], x(dates[i])
		lines.add(day, at, y, i > 0 && dates[i].Sub(dates[i-1]) > 36*time.Hour, 0.5/days)
		if day.N == 0 {
			continue
		}
		signal := signals[i] != stats.NoSignal
		day.Signal = signalWords(w, signals[i])
		if signal && !day.Provisional {
			said[signals[i]] = append(said[signals[i]], w.shortDate(dates[i]))
		}
		if signal || len(t.Days) <= 120 {
			t.Points = append(t.Points, point{pc(at), px(y(day.Share())), day.Provisional, signal})
		}
	}
	t.Line, t.Limits = lines.line.String(), lines.limits()
	for _, s := range []stats.Signal{stats.Below, stats.RunBelow, stats.RunAbove, stats.Above} {
		if dates := said[s]; len(dates) > 0 {
			t.Signals = append(t.Signals, signalSentence(w, s, dates))
		}
	}
}

func signalWords(w *words, s stats.Signal) string {
	switch s {
	case stats.Below:
		return w.t("below the limits")
	case stats.Above:
		return w.t("above the limits")
	case stats.RunBelow:
		return w.t("eighth or later in a row below")
	case stats.RunAbove:
		return w.t("eighth or later in a row above")
	}
	return ""
}

func signalSentence(w *words, s stats.Signal, dates []string) string {
	const most = 7
	n := len(dates)
	list := join(dates[max(0, n-most):])
	if n > most {
		list = w.t("%d days, the last of them %s", n, list)
	}
	switch s {
	case stats.Below:
		return w.t("Below the limits: %s.", list)
	case stats.Above:
		return w.t("Above the limits: %s.", list)
	case stats.RunBelow:
		return w.t("Eight or more in a row below the share of all: %s.", list)
	}
	return w.t("Eight or more in a row above the share of all: %s.", list)
}

func join(texts []string) (list string) {
	for i, text := range texts {
		if i > 0 {
			list += ", "
		}
		list += text
	}
	return list
}

// trendLines collects the line of shares and the area between the limits. Both break
// where a day is missing or has no share.
type trendLines struct {
	line     path
	area     path
	up, down []float64 // of the piece of the area: x and y
	open     bool
}

func (l *trendLines) add(day *dayRow, x float64, y func(float64) float64, gap bool, half float64) {
	if gap || day.N == 0 {
		l.flush()
		l.open = false
	}
	if day.N == 0 {
		return
	}
	if l.open {
		l.line.line(x, y(day.Share()))
	} else {
		l.line.move(x, y(day.Share()))
		l.open = true
	}
	l.up = append(l.up, x-half, y(day.High), x+half, y(day.High))
	l.down = append(l.down, x-half, y(day.Low), x+half, y(day.Low))
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

// Latest returns the days with the latest first, as the table has them.
func (t *trend) Latest() []dayRow {
	days := slices.Clone(t.Days)
	slices.Reverse(days)
	return days
}
