package eval

import (
	"fmt"
	"slices"
	"time"

	"github.com/sav-analytics/sav/frame/internal/vec"
	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/internal/nearest"
	"github.com/sav-analytics/sav/internal/zone"
)

const (
	second = 1_000_000 // microseconds
	hour   = 3600 * second
	day    = 24 * hour
)

// A Clock shows the local time of instants. Its zero value shows UTC.
type Clock struct{ Zone *time.Location }

// Local returns the node of instants as the microseconds that the clock shows, counted as if the zone were UTC.
func (c Clock) Local(a *Node) *Node {
	if c.Zone == nil || c.Zone == time.UTC {
		return a
	}
	return strict(vec.Time, func(in []Block, out *Block, rows int) error {
		var known []period // of the block: mostly one or two
		over := int64(0)   // negative if a row leaves int64
		for i, t := range in[0].Ints[:rows] {
			k := slices.IndexFunc(known, func(p period) bool { return p.from <= t && t < p.to })
			if k < 0 {
				k = len(known)
				known = append(known, periodOf(t, c.Zone))
			}
			offset := known[k].offset
			local := t + offset
			over |= (t ^ local) & (offset ^ local)
			out.Ints[i] = local
		}
		if over >= 0 {
			return nil
		}
		return failed(out, rows, func(i int) (string, bool) {
			t := in[0].Ints[i]
			offset := periodOf(t, c.Zone).offset
			return tooFar(t) + " for a time zone", (t^(t+offset))&(offset^(t+offset)) < 0
		})
	}, a)
}

// tooFar says that an instant is near the ends of int64.
func tooFar(t int64) string { return fmt.Sprintf("%d µs since 1970 are too far away", t) }

// A period is a stretch of time with one offset, in microseconds.
type period struct{ from, to, offset int64 }

// periodOf returns the period that holds t.
func periodOf(t int64, zone *time.Location) period {
	at := time.UnixMicro(t).In(zone)
	_, seconds := at.Zone()
	start, end := at.ZoneBounds()
	p := period{t, t + 1, int64(seconds) * second}
	if !start.IsZero() {
		p.from = min(t, start.UnixMicro())
	}
	if !end.IsZero() {
		p.to = max(t+1, end.UnixMicro())
	}
	return p
}

// Unit is a length of time on a clock or in a calendar.
type Unit uint8

// The units. Weeks begin on Monday.
const (
	Minutes Unit = iota + 1
	Hours
	Days
	Weeks
	Months
	Quarters
	Years
)

var unitNames = []string{"minute", "hour", "day", "week", "month", "quarter", "year"}

// UnitNamed returns the unit of that name, such as day. The error says which there are.
func UnitNamed(name string) (Unit, error) {
	if i := slices.Index(unitNames, name); i >= 0 {
		return Minutes + Unit(i), nil
	}
	return 0, fmt.Errorf("no unit %q; %s", name, nearest.Hint(name, unitNames))
}

// Truncate returns the node of the instants at which the unit that holds each instant begins on the clock. Where the
// clocks skip midnight, a day begins at the end of the gap.
func (c Clock) Truncate(u Unit, a *Node) *Node {
	local := c.Local(a)
	if u == Minutes || u == Hours {
		length := int64(hour)
		if u == Minutes {
			length = 60 * second
		}
		return strict(vec.Time, func(in []Block, out *Block, rows int) error {
			far := false
			for i, t := range in[0].Ints[:rows] {
				out.Ints[i] = t - ints.Mod(in[1].Ints[i], length)
				far = far || out.Ints[i] > t
			}
			if !far {
				return nil
			}
			return failed(out, rows, func(i int) (string, bool) {
				t := in[0].Ints[i]
				return tooFar(t) + " to truncate", out.Ints[i] > t
			})
		}, a, local)
	}
	utc := zone.In(c.Zone)
	return strict(vec.Time, func(in []Block, out *Block, rows int) error {
		last, start, far := int64(-1<<63), int64(0), false
		for i, t := range in[0].Ints[:rows] {
			if d := ints.FloorDiv(t, day); d != last {
				if last = d; d < -farDays || d > farDays {
					start, far = 0, true // under a null, or an error
				} else {
					start, _ = utc.Day(u.first(d) * day)
				}
			}
			out.Ints[i] = start
		}
		if !far {
			return nil
		}
		return failed(out, rows, func(i int) (string, bool) {
			d := ints.FloorDiv(in[0].Ints[i], day)
			return tooFar(in[0].Ints[i]) + " to truncate", d < -farDays || d > farDays
		})
	}, local)
}

// farDays bounds the days that Truncate finds the unit of, some 200,000 years from 1970: a unit before or after them
// must not leave int64.
const farDays = 73_000_000

// first returns the first day of the unit, of days or longer, that holds a day.
func (u Unit) first(days int64) int64 {
	switch u {
	case Days:
		return days
	case Weeks:
		return days - ints.Mod(days+3, 7)
	}
	year, month, _ := civil(days)
	switch u {
	case Quarters:
		month -= (month - 1) % 3
	case Years:
		month = 1
	}
	return fromCivil(year, month, 1)
}

// next returns the first day of the unit after that which begins on a day.
func (u Unit) next(days int64) int64 {
	switch u {
	case Days:
		return days + 1
	case Weeks:
		return days + 7
	case Quarters:
		return u.first(days + 93)
	case Years:
		return u.first(days + 366)
	}
	return u.first(days + 31)
}

// Part is a field of a date or of a time of day.
type Part uint8

// The parts.
const (
	Year Part = iota
	Month
	Day
	Hour
	Minute
	Second
	Week    // of ISO 8601, 1 to 53
	ISOYear // the year that Week is of
	Weekday // 1 Monday to 7 Sunday
	YearDay // 1 to 366
)

// Node returns the node of a part of local times.
func (p Part) Node(local *Node) *Node {
	return strict(vec.Int, func(in []Block, out *Block, rows int) error {
		to := out.Ints[:rows:rows]
		switch p {
		case Hour:
			for i, t := range in[0].Ints[:rows:rows] {
				to[i] = ints.Mod(t, day) / hour
			}
		case Minute:
			for i, t := range in[0].Ints[:rows:rows] {
				to[i] = ints.Mod(t, hour) / (60 * second)
			}
		case Second:
			for i, t := range in[0].Ints[:rows:rows] {
				to[i] = ints.Mod(t, 60*second) / second
			}
		default:
			// The days of a block are mostly few, whatever their order.
			var known [512]struct{ day, value int64 } // by the last bits of the day
			known[0].day = 1                          // 0 is not known yet
			for i, t := range in[0].Ints[:rows:rows] {
				d := ints.FloorDiv(t, day)
				k := &known[d&511]
				if k.day != d {
					k.day, k.value = d, p.of(d)
				}
				to[i] = k.value
			}
		}
		return nil
	}, local)
}

// of returns the part of a day, counted from 1 January 1970.
func (p Part) of(days int64) int64 {
	switch p {
	case Weekday:
		return ints.Mod(days+3, 7) + 1
	case Week, ISOYear:
		thursday := days - ints.Mod(days+3, 7) + 3 // whose year is the week's
		year, _, _ := civil(thursday)
		if p == ISOYear {
			return year
		}
		return (thursday-fromCivil(year, 1, 1))/7 + 1
	}
	year, month, d := civil(days)
	switch p {
	case Year:
		return year
	case Month:
		return month
	case Day:
		return d
	}
	return days - fromCivil(year, 1, 1) + 1
}

// civil returns the date of a day, counted from 1 January 1970, in the proleptic Gregorian calendar (Hinnant's
// days_from_civil and back).
func civil(days int64) (year, month, day int64) {
	days += 719468 // from 1 March of year 0
	era := ints.FloorDiv(days, 146097)
	doe := days - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = doy - (153*mp+2)/5 + 1
	month = mp + 3
	year = yoe + era*400
	if month > 12 {
		month -= 12
		year++
	}
	return year, month, day
}

// fromCivil returns the day of a date, counted from 1 January 1970.
func fromCivil(year, month, day int64) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	era := ints.FloorDiv(year, 400)
	yoe := year - era*400
	doy := (153*(month-3)+2)/5 + day - 1
	return era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468
}

// Starts returns the instants at which a unit begins on the clock, from first on, which is one, up to last. It returns
// nil if there would be more than limit.
func (c Clock) Starts(u Unit, first, last int64, limit int) []int64 {
	starts := []int64{first}
	utc := zone.In(c.Zone)
	d := ints.FloorDiv(first+c.offset(first), day)
	for at := first; at < last; {
		switch u {
		case Minutes:
			at += 60 * second
		case Hours: // which a change of the clocks may cut short
			at += hour
			at -= ints.Mod(at+c.offset(at), hour)
		default:
			d = u.next(d)
			next, _ := utc.Day(d * day)
			if next <= at { // a day that the clocks skipped
				continue
			}
			at = next
		}
		if at > last {
			break
		}
		if starts = append(starts, at); len(starts) > limit {
			return nil
		}
	}
	return starts
}

// offset returns how far the clock is ahead of UTC.
func (c Clock) offset(t int64) int64 {
	if c.Zone == nil {
		return 0
	}
	return periodOf(t, c.Zone).offset
}
