package analysis

import (
	"math"
	"slices"
	"time"
)

// A calendar says on which local day, and in which hour of the week, a
// conversation was opened.
type calendar struct {
	zero        quarter
	local       []int32 // of each quarter from zero on: the local quarter, from 1970
	first, last int     // the local days that occur, from 1970
}

const (
	quartersPerDay = 24 * 4
	thursday       = 3 // 1970-01-01 was one; Monday is 0
)

// newCalendar makes the calendar of all cells. A quarter in which the clocks
// change is taken to have its first minute's offset throughout.
func newCalendar(cells []cell, zone *time.Location, workers int) *calendar {
	c := &calendar{first: math.MaxInt, last: math.MinInt}
	if len(cells) == 0 {
		c.first, c.last = 0, 0
		return c
	}
	first, last := make([]quarter, workers), make([]quarter, workers)
	parts := split(cells, workers)
	each(workers, func(w int) {
		from, to := cells[0].opened(), cells[0].opened()
		for _, c := range parts[w][0] {
			from, to = min(from, c.opened()), max(to, c.opened())
		}
		first[w], last[w] = from, to
	})
	from, to := slices.Min(first), slices.Max(last)
	c.zero, c.local = from, make([]int32, to-from+1)
	for q := from; q <= to; {
		t := time.Unix(int64(q)*15*60, 0).In(zone)
		_, offset := t.Zone()
		end := to + 1
		if _, change := t.ZoneBounds(); !change.IsZero() {
			// At least this quarter: ZoneBounds may be a day early in the far future.
			end = min(end, max(q+1, quarter((change.Unix()+15*60-1)/(15*60))))
		}
		for ; q < end; q++ {
			c.local[q-from] = int32(q) + int32(math.Floor(float64(offset)/(15*60)))
		}
	}
	c.first, c.last = int(c.local[0])/quartersPerDay, int(c.local[len(c.local)-1])/quartersPerDay
	return c
}

// day is the local day on which a conversation was opened, counted from 1970.
func (c *calendar) day(of cell) int { return int(c.local[of.opened()-c.zero]) / quartersPerDay }

// hour is the hour of the week, from Monday 00:00.
func (c *calendar) hour(of cell) uint32 {
	const week = 7 * quartersPerDay
	return uint32(c.local[of.opened()-c.zero]+thursday*quartersPerDay) % week / 4
}
