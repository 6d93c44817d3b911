package policy

import (
	"math"
	"sort"
	"sync/atomic"
	"time"

	"github.com/sav-analytics/sav/internal/zone"
)

// minYear and maxYear are the years of times that are believed.
const (
	minYear = 1990
	maxYear = 2099
)

const (
	minuteLength = int64(60_000_000) // µs
	dayLength    = minutesOfDay * minuteLength
)

// The years of UTC that a calendar covers: each local day of the years that are
// believed lies in them.
const (
	firstYear = minYear - 1
	yearCount = maxYear + 1 - firstYear + 1
)

// yearStart are the first instants of these years, and of the one after them.
var yearStart = func() (starts [yearCount + 1]int64) {
	for i := range starts {
		starts[i] = time.Date(firstYear+i, time.January, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
	}
	return starts
}()

// A Calendar is somebody's working hours. The zero value, and nil, is always open.
type Calendar struct {
	name     string
	zoneName string     // "" of the calendar that is always open
	zone     *zone.Zone // of its days and hours
	country  string     // whose public holidays it keeps; "" for none
	week     [7][]span  // from Monday
	days     map[int64][]span
	years    [yearCount]atomic.Pointer[year] // made when they are first needed
}

var always = &Calendar{name: "always"}

// Always returns the calendar that is always open.
func Always() *Calendar { return always }

// IsAlways reports whether the calendar is always open because it says no hours.
func (c *Calendar) IsAlways() bool { return c == nil || c.zoneName == "" }

// Name returns the calendar's name in the policy.
func (c *Calendar) Name() string {
	if c == nil {
		return always.name
	}
	return c.name
}

// Zone returns the name of the calendar's time zone, or "".
func (c *Calendar) Zone() string {
	if c == nil {
		return ""
	}
	return c.zoneName
}

// Country returns the ISO 3166 country whose public holidays the calendar keeps, or "".
func (c *Calendar) Country() string {
	if c == nil {
		return ""
	}
	return c.country
}

// neverOpen reports whether no day has hours.
func (c *Calendar) neverOpen() bool {
	for _, spans := range c.week {
		if len(spans) > 0 {
			return false
		}
	}
	for _, spans := range c.days {
		if len(spans) > 0 {
			return false
		}
	}
	return true
}

// Working returns how many µs of the time from from (inclusive) to to (exclusive),
// in µs since 1970 UTC, are within working hours; 0 if to is not after from. Hours
// before 1989 and after 2100 do not count, unless the calendar is always open. It
// takes the same time however far from and to are apart.
func (c *Calendar) Working(from, to int64) int64 {
	if to <= from {
		return 0
	}
	if c.IsAlways() {
		if length := to - from; length > 0 {
			return length
		}
		return math.MaxInt64 // it is longer
	}
	from, to = max(from, yearStart[0]), min(to, yearStart[yearCount])
	if to <= from {
		return 0
	}
	first, last := yearOf(from), yearOf(to-1)
	worked := c.year(last).before(to) - c.year(first).before(from)
	for i := first; i < last; i++ {
		worked += c.year(i).total
	}
	return worked
}

// yearOf returns the year of an instant within the calendar's years, from 0.
func yearOf(at int64) int {
	i := min(int((at-yearStart[0])/(365*dayLength)), yearCount-1) // late by at most one
	if at < yearStart[i] {
		i--
	}
	return i
}

// year returns a year, from 0, and makes it if nobody did.
func (c *Calendar) year(i int) *year {
	if y := c.years[i].Load(); y != nil {
		return y
	}
	y := c.makeYear(i)
	c.years[i].Store(y) // whoever else made it made the same
	return y
}

// A year is the open intervals within a year of UTC, apart and in order.
type year struct {
	start int64
	open  []interval
	first []int32 // for each day of UTC, the first interval that ends after it began
	total int64   // the length of all
}

// An interval is open time, with the length of those before it.
type interval struct{ from, to, before int64 }

// before returns the length of the open time of the year before at, which lies in
// the year or is its end.
func (y *year) before(at int64) int64 {
	day := (at - y.start) / dayLength
	if day >= int64(len(y.first))-1 {
		return y.total
	}
	low, high := int(y.first[day]), int(y.first[day+1])
	if high-low > 8 { // a day of many intervals
		low += sort.Search(high-low, func(i int) bool { return y.open[low+i].to > at })
	}
	for ; low < len(y.open); low++ {
		if o := &y.open[low]; at < o.to {
			return o.before + max(at-o.from, 0)
		}
	}
	return y.total
}
