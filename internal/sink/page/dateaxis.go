package page

import (
	"cmp"
	"time"
)

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
