package detail

import (
	"math"
	"time"

	"github.com/sav-analytics/sav/internal/analysis/waits"
)

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
