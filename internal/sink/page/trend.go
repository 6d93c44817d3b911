package page

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/sav-analytics/sav/internal/analysis/detail"
	"github.com/sav-analytics/sav/stats"
)

const (
	trendHeight  = 200 // px
	volumeHeight = 56
)

// A trend is the share answered within a time by day, week or month of opening, as a
// control chart, the typical time likewise, and the conversations of each.
type trend struct {
	Every                string // day, week or month
	Within               string
	Height, VolumeHeight float64
	XTicks, YTicks       []tick
	Centre               string // y
	All                  float64
	control
	Most        string // conversations of the tallest bar
	Bars        []volume
	Days        []dayRow
	Earlier     int64
	Provisional int64 // days with a conversation that is not due
	Wide        bool  // days differ beyond what chance gives
	Typical     *typicals
	Tips        []tip
}

// A volume is the conversations of a day: Unanswered px of the bar of Height px.
type volume struct{ X, Width, Y, Height, Unanswered string }

type dayRow struct {
	Date                    string // of a week or month, its name
	first                   time.Time
	Conversations, Answered int64
	stats.Count             // answered within the time, of those that are due
	Provisional             bool
	Typical                 float64
	Low, High               float64 // control limits
	Signal                  string  // in words
	TypicalSignal           string
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
	t := &trend{Every: cmp.Or(d.Every, "day"), Within: within, Earlier: d.Earlier,
		Height: trendHeight, VolumeHeight: volumeHeight}
	var counts []stats.Count
	most := int64(0)
	for _, of := range d.Days {
		date, err := time.Parse(time.DateOnly, of.Date)
		if err != nil {
			return nil
		}
		row := dayRow{Date: t.name(date), first: date,
			Conversations: of.Conversations, Answered: of.Answered, Count: of.Due.Count(),
			Provisional: of.Due.Due < of.Conversations, Typical: value(of.KMP50), Low: nan, High: nan}
		if row.Provisional {
			t.Provisional++
		}
		counts = append(counts, row.Count)
		t.Days = append(t.Days, row)
		most = max(most, of.Conversations)
	}
	at := newDateAxis(t)
	t.XTicks = dateTicks(w, at.first, int(at.days), func(date time.Time) float64 { return at.day(date) })
	for i, day := range t.Days {
		height := volumeHeight * float64(day.Conversations) / float64(most)
		half := at.half(i)
		t.Bars = append(t.Bars, volume{pc(at.of(i) - 0.8*half), pc(1.6 * half), px(volumeHeight - height), px(height),
			px(height * share(day.Conversations-day.Answered, day.Conversations))})
	}
	t.Most = w.count(most)
	if chart, err := stats.NewPChart(counts); err == nil { // not if nothing is due
		t.chart(w, chart, at)
	}
	t.Tips = columnTips("trend", at, trendHeight, func(from, to int) string { return t.shareTip(w, from, to) })
	t.Typical = newTypicals(w, t, at)
	return t
}

// name returns the name of a period by its first date: 2026-05-28, 2026-W22 or 2026-05.
func (t *trend) name(first time.Time) string {
	switch t.Every {
	case "week":
		year, week := first.ISOWeek()
		return fmt.Sprintf("%04d-W%02d", year, week)
	case "month":
		return first.Format("2006-01")
	}
	return first.Format(time.DateOnly)
}

// short returns a period's name for a sentence.
func (t *trend) short(w *words, day *dayRow) string {
	if t.Every == "day" {
		return w.shortDate(day.first)
	}
	return day.Date
}

// end returns the first date after a period.
func (t *trend) end(first time.Time) time.Time {
	switch t.Every {
	case "week":
		return first.AddDate(0, 0, 7)
	case "month":
		return first.AddDate(0, 1, 0)
	}
	return first.AddDate(0, 0, 1)
}

// Title returns the title of the section.
func (t *trend) Title(w *words) string {
	switch t.Every {
	case "week":
		return w.t("Better or worse, week by week")
	case "month":
		return w.t("Better or worse, month by month")
	}
	return w.t("Better or worse, day by day")
}

// Column returns the name of the column of periods.
func (t *trend) Column(w *words) string {
	switch t.Every {
	case "week":
		return w.t("week")
	case "month":
		return w.t("month")
	}
	return w.t("day")
}

func (t *trend) chart(w *words, chart *stats.PChart, at dateAxis) {
	t.All, t.Wide = chart.Centre, chart.Spread > 1
	least := chart.Centre
	for i := range t.Days {
		day := &t.Days[i]
		if day.N == 0 {
			continue
		}
		day.Low, day.High = chart.Limits(day.N)
		if !day.Provisional { // whose few would take the room of all
			least = min(least, day.Share(), day.Low)
		}
	}
	axis := newShareAxis(least)
	y := func(share float64) float64 { return trendHeight * (1 - max(0, axis.at(share))) }
	for k := range 6 {
		v := axis.from + (1-axis.from)*float64(k)/5
		t.YTicks = append(t.YTicks, tick{At: px(y(v)), Label: w.tenths(100*v) + nb + "%"})
	}
	t.Centre = px(y(chart.Centre))
	signals := chart.Signals()
	for i, s := range signals {
		t.Days[i].Signal = signalWords(w, s)
	}
	said := t.draw(w, &t.control, at, signals, func(day *dayRow) (value, low, high float64) {
		return y(day.Share()), y(day.Low), y(day.High)
	})
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
	list := latest(w, dates)
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

// latest lists the last of periods.
func latest(w *words, dates []string) string {
	const most = 7
	n := len(dates)
	list := strings.Join(dates[max(0, n-most):], ", ")
	if n > most {
		list = w.t("%s (the last of %d)", list, n)
	}
	return list
}

// Latest returns the days with the latest first, as the table has them.
func (t *trend) Latest() []dayRow {
	days := slices.Clone(t.Days)
	slices.Reverse(days)
	return days
}

// maxColumns is how many tips a picture over time has: on a phone a finger is as wide.
const maxColumns = 10

// columnTips returns tips for some periods each; text says what is known of those from one
// to another, the last of them included.
func columnTips(group string, at dateAxis, height float64, text func(from, to int) string) (tips []tip) {
	n := len(at.t.Days)
	size := (n + maxColumns - 1) / maxColumns
	for from := 0; from < n; from += size {
		to := min(from+size, n) - 1
		left, right := at.of(from)-at.half(from), at.of(to)+at.half(to)
		tips = append(tips, tip{group, pc(left), pc(right - left), 0, height, height, text(from, to)})
	}
	return tips
}

// span names periods from one to another.
func (t *trend) span(w *words, from, to int) string {
	if from == to {
		return t.short(w, &t.Days[from])
	}
	return w.t("%s to %s", t.short(w, &t.Days[from]), t.short(w, &t.Days[to]))
}

// ends returns the periods of some with the lowest and the highest value; -1 if all are NaN.
func (t *trend) ends(from, to int, value func(*dayRow) float64) (low, high int) {
	low, high = -1, -1
	for i := from; i <= to; i++ {
		v := value(&t.Days[i])
		if math.IsNaN(v) {
			continue
		}
		if low < 0 || v < value(&t.Days[low]) {
			low = i
		}
		if high < 0 || v > value(&t.Days[high]) {
			high = i
		}
	}
	return low, high
}

// shareTip says how many were answered in time in some periods.
func (t *trend) shareTip(w *words, from, to int) string {
	var all stats.Count
	for i := from; i <= to; i++ {
		all.K, all.N = all.K+t.Days[i].K, all.N+t.Days[i].N
	}
	text := t.span(w, from, to) + ": "
	if all.N == 0 {
		return text + w.t("nothing had its time.")
	}
	text += w.t("%d of %d answered in time", all.K, all.N) + " (" + w.percent(all.Share()) + ")"
	low, high := t.ends(from, to, func(d *dayRow) float64 { return d.Share() })
	if low == high {
		return text + "."
	}
	return text + ", " + w.t("from %s (%s) to %s (%s).", w.percent(t.Days[low].Share()), t.short(w, &t.Days[low]),
		w.percent(t.Days[high].Share()), t.short(w, &t.Days[high]))
}

// typicalTip says how long the typical times of some periods are.
func (t *trend) typicalTip(w *words, from, to int) string {
	text := t.span(w, from, to) + ": "
	low, high := t.ends(from, to, func(d *dayRow) float64 { return d.Typical })
	switch {
	case low < 0:
		return text + w.t("not yet half") + "."
	case low == high:
		return text + w.t("half within %s", w.human(t.Days[low].Typical)) + "."
	}
	return text + w.t("half within %s", w.human(t.Days[low].Typical)) + " (" + t.short(w, &t.Days[low]) + ") " +
		w.t("to %s (%s).", w.human(t.Days[high].Typical), t.short(w, &t.Days[high]))
}
