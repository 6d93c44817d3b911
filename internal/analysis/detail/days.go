package detail

import (
	"math"
	"slices"
	"time"

	"github.com/sav-analytics/sav/internal/analysis/periods"
	"github.com/sav-analytics/sav/internal/analysis/waits"
)

const (
	fewPerPeriod = 10 // with fewer conversations in the period in the middle, a longer unit is better
	fewPeriods   = 4  // that a longer one must leave
)

// chooseUnit returns how long periods are: what is asked for, or longer if the period in
// the middle has too few conversations.
func chooseUnit(c calendar, w *walk, unit periods.Unit) periods.Unit {
	first, last := c[0].day(), c[0].day()
	for _, q := range c {
		first, last = min(first, q.day()), max(last, q.day())
	}
	perDay := make([]int, last-first+1)
	for i := range w.quarters {
		perDay[c[i%len(c)].day()-first] += int(w.quarters[i].conversations)
	}
	sizes := func(unit periods.Unit) (sizes []int) {
		per := make(map[periods.Period]int)
		for i, n := range perDay {
			if n > 0 {
				per[unit.Of(first+i)] += n
			}
		}
		for _, n := range per {
			sizes = append(sizes, n)
		}
		slices.Sort(sizes)
		return sizes
	}
	here := sizes(unit)
	for unit < periods.Month && here[len(here)/2] < fewPerPeriod {
		longer := sizes(unit + 1)
		if len(longer) < fewPeriods {
			break
		}
		unit, here = unit+1, longer
	}
	return unit
}

// days summarizes the last periods; conversations opened before them are counted.
func (d *Detail) days(unit periods.Unit, c calendar, w *walk, sorted *waits.Sorted) {
	first, last := unit.Of(c[0].day()), unit.Of(c[len(c)-1].day())
	var all []periods.Period
	for p := first; p <= last; p = unit.Next(p) {
		all = append(all, p)
	}
	shown := all[max(0, len(all)-MaxDays):]
	before := len(all) - len(shown) - 1 // the row that stands for all that are earlier
	found := make([]Period, 1+len(shown))
	row, place := first, 0
	rows := c.rows(func(q localQuarter) int {
		for q.day() >= int(unit.Next(row)) {
			row, place = unit.Next(row), place+1
		}
		for q.day() < int(row) { // a clock that was put back
			place--
			row = all[place]
		}
		return max(place, before) - before
	})
	w.fill(found, places{w.number, slices.Repeat(rows, len(w.quarters)/len(c))}, sorted)
	d.Earlier = found[0].Conversations
	for i, p := range found[1:] {
		if p.Conversations > 0 {
			date := time.Unix(int64(shown[i])*24*60*60, 0).UTC()
			d.Days = append(d.Days, Day{date.Format(time.DateOnly), p})
		}
	}
}

// A localQuarter is a quarter of an hour of local time, counted from 1970.
type localQuarter int32

const (
	quartersPerDay = 24 * 4
	thursday       = 3 // 1970-01-01 was one; Monday is 0
)

// day is the local day, counted from 1970.
func (q localQuarter) day() int { return int(q) / quartersPerDay }

// hour is the hour of the week, from Monday 00:00.
func (q localQuarter) hour() int {
	const week = 7 * quartersPerDay
	return int(q+thursday*quartersPerDay) % week / 4
}

// A calendar says what local time it is in each quarter of an hour, from a first one
// on.
type calendar []localQuarter

// newCalendar makes the calendar from one quarter to another. A quarter in which the
// clocks change is taken to have its first minute's offset throughout.
func newCalendar(from, to waits.Quarter, zone *time.Location) calendar {
	c := make(calendar, to-from+1)
	for q := from; q <= to; {
		t := time.Unix(int64(q)*15*60, 0).In(zone)
		_, offset := t.Zone()
		end := to + 1
		if _, change := t.ZoneBounds(); !change.IsZero() {
			// At least this quarter: ZoneBounds may be a day early in the far future.
			end = min(end, max(q+1, waits.Quarter((change.Unix()+15*60-1)/(15*60))))
		}
		for ; q < end; q++ {
			c[q-from] = localQuarter(q) + localQuarter(math.Floor(float64(offset)/(15*60)))
		}
	}
	return c
}

// rows is what row says of each quarter.
func (c calendar) rows(row func(localQuarter) int) []uint32 {
	rows := make([]uint32, len(c))
	for i, q := range c {
		rows[i] = uint32(row(q))
	}
	return rows
}
