package page

import (
	"math"

	"github.com/sav-analytics/sav/stats"
)

const typicalsHeight = 160 // px

// Typicals are the typical times of days, weeks or months as a chart of single values, on
// the axis log(1 + dt/s).
type typicals struct {
	Height    float64
	YTicks    []tick
	Centre    string // y
	Time      float64
	Low, High float64 // control limits
	control
	Tips []tip
}

// newTypicals returns nil if fewer than two periods that had their time have a typical one.
func newTypicals(w *words, t *trend, at dateAxis) *typicals {
	values := make([]float64, len(t.Days))
	least, most := math.Inf(1), math.Inf(-1)
	for i, day := range t.Days {
		v := math.Log1p(day.Typical)
		values[i] = v
		if day.Provisional {
			values[i] = nan // it will move: it neither makes limits nor passes them
		}
		least, most = min(least, orElse(v, least)), max(most, orElse(v, most))
	}
	chart, err := stats.NewXmR(values)
	if err != nil {
		return nil
	}
	low, high := chart.Limits()
	low = max(0, low)
	least, most = max(0, min(least, low)), max(most, high)
	v := &typicals{Height: typicalsHeight, Time: math.Expm1(chart.Centre), Low: math.Expm1(low), High: math.Expm1(high)}
	y := func(log float64) float64 { return typicalsHeight * (1 - 0.04 - 0.92*(log-least)/max(most-least, 1e-9)) }
	v.Centre = px(y(chart.Centre))
	last := math.Inf(1)
	for _, t := range verticalTicks {
		if log := math.Log1p(t.seconds); log >= least && log <= most && last-y(log) >= 20 {
			last = y(log)
			v.YTicks = append(v.YTicks, tick{At: px(last), Label: t.text(w)})
		}
	}
	v.Tips = columnTips("typical", at, typicalsHeight, func(from, to int) string { return t.typicalTip(w, from, to) })
	signals := chart.Signals()
	for i, s := range signals {
		t.Days[i].TypicalSignal = typicalWords(w, s)
	}
	said := t.draw(w, &v.control, at, signals, func(day *dayRow) (value, from, to float64) {
		return y(math.Log1p(day.Typical)), y(low), y(high)
	})
	for _, s := range []stats.Signal{stats.Above, stats.RunAbove, stats.RunBelow, stats.Below} {
		if dates := said[s]; len(dates) > 0 {
			v.Signals = append(v.Signals, typicalSentence(w, s, dates))
		}
	}
	return v
}

// verticalTicks are the times that an axis may name where there is little room.
var verticalTicks = []timeTick{
	{0, 0, "", false}, {1, 1, "s", false}, {10, 10, "s", false},
	{minute, 1, "min", false}, {2 * minute, 2, "min", false}, {5 * minute, 5, "min", false},
	{10 * minute, 10, "min", false},
	{20 * minute, 20, "min", false}, {30 * minute, 30, "min", false},
	{hour, 1, "h", false}, {2 * hour, 2, "h", false}, {4 * hour, 4, "h", false}, {8 * hour, 8, "h", false},
	{12 * hour, 12, "h", false},
	{day, 1, "d", false}, {2 * day, 2, "d", false}, {4 * day, 4, "d", false}, {7 * day, 7, "d", false},
	{14 * day, 14, "d", false},
	{30 * day, 30, "d", false}, {90 * day, 90, "d", false}, {365 * day, 1, "y", false},
}

func typicalWords(w *words, s stats.Signal) string {
	switch s {
	case stats.Below:
		return w.t("faster than the limits")
	case stats.Above:
		return w.t("slower than the limits")
	case stats.RunBelow:
		return w.t("eighth or later in a row faster")
	case stats.RunAbove:
		return w.t("eighth or later in a row slower")
	}
	return ""
}

func typicalSentence(w *words, s stats.Signal, dates []string) string {
	list := latest(w, dates)
	switch s {
	case stats.Above:
		return w.t("Slower than the limits: %s.", list)
	case stats.RunAbove:
		return w.t("Eight or more in a row slower than the middle: %s.", list)
	case stats.RunBelow:
		return w.t("Eight or more in a row faster than the middle: %s.", list)
	}
	return w.t("Faster than the limits: %s.", list)
}
