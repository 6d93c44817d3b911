package policy

import (
	"maps"
	"math"
	"slices"
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

// always is the calendar that is always open.
var always = &Calendar{name: "always"}

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

func (c *Calendar) neverOpen() bool {
	open := func(spans []span) bool { return len(spans) > 0 }
	return !slices.ContainsFunc(c.week[:], open) && !slices.ContainsFunc(slices.Collect(maps.Values(c.days)), open)
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
	firstDay := dayOf(from)
	first := int(yearOfDay[firstDay])
	y := c.year(first)
	at := y.find(from, firstDay)
	if at < len(y.open) {
		if o := &y.open[at]; to <= o.to { // as most answers come soon
			return max(0, to-max(from, o.from))
		}
	}
	lastDay := dayOf(to - 1)
	last := int(yearOfDay[lastDay])
	worked := -y.before(from, at)
	for ; first < last; first++ {
		worked += c.year(first).total
	}
	y = c.year(last)
	return worked + y.before(to, y.find(to, lastDay))
}

// dayOf returns the day of UTC of an instant within the calendar's years, from 0.
func dayOf(at int64) int { return int((at - yearStart[0]) / dayLength) }

// yearOfDay are the years of these days.
var yearOfDay = func() (years [yearDays]uint8) {
	year := 0
	for day := range years {
		for yearStart[year+1] <= yearStart[0]+int64(day)*dayLength {
			year++
		}
		years[day] = uint8(year)
	}
	return years
}()

// yearDays is how many days the years have; 2100 is no leap year.
const yearDays = yearCount*365 + yearCount/4 - 1

// year returns a year, from 0, and makes it if nobody did.
func (c *Calendar) year(i int) *year {
	if y := c.years[i].Load(); y != nil {
		return y
	}
	y := c.makeYear(i)
	c.years[i].Store(y) // another goroutine would have made the same
	return y
}

// A year is the open intervals within a year of UTC, apart and in order.
type year struct {
	firstDay int // its number
	open     []interval
	first    []int32 // for each day of UTC, and the one after them, the first interval that ends after it began
	total    int64   // the length of all
}

// An interval is open time, with the length of those before it.
type interval struct{ from, to, before int64 }

// find returns the first interval of the year that ends after at, which lies in the day
// of that number, or is its end; or their number, if there is none.
func (y *year) find(at int64, day int) int {
	day -= y.firstDay
	low, high := int(y.first[day]), int(y.first[day+1])
	if high-low > 8 { // a day of many intervals
		low += sort.Search(high-low, func(i int) bool { return y.open[low+i].to > at })
	}
	for low < len(y.open) && y.open[low].to <= at {
		low++
	}
	return low
}

// before returns the length of the open time of the year before at, where i is what find
// returns.
func (y *year) before(at int64, i int) int64 {
	if i == len(y.open) {
		return y.total
	}
	o := &y.open[i]
	return o.before + max(at-o.from, 0)
}
