// Package zone turns the local times of a time zone into UTC. It is the one home
// of the rule for a local time that occurs twice or never; messages and calendars
// both use it.
package zone

import (
	_ "embed"
	"errors"
	"math"
	"strings"
	"sync/atomic"
	"time"
)

const (
	second    = int64(1_000_000) // µs
	hour      = 3600 * second
	dayLength = 24 * hour // in UTC
)

// minYear and maxYear bound the days whose offsets a Zone remembers.
const (
	minYear = 1989
	maxYear = 2100
)

// A Zone turns local times into UTC. The zero value, and nil, is UTC. It may be
// used from several goroutines at once. What is beyond the µs of an int64 is the
// nearest that is not.
type Zone struct {
	loc *time.Location // nil: UTC
	// days remembers, for each local day from firstDay on, its offset if it is
	// the same all day: looking a zone up for every row costs a microsecond.
	days []atomic.Int32
}

// What days holds of a day: nothing yet, that its offset changes, or its offset
// in seconds plus steady.
const (
	unknown  = 0
	changing = 1
	steady   = 1 << 20
)

// firstDay and lastDay are the days remembered, in days since 1970.
var (
	firstDay = time.Date(minYear, time.January, 1, 0, 0, 0, 0, time.UTC).UnixMicro() / dayLength
	lastDay  = time.Date(maxYear+1, time.January, 1, 0, 0, 0, 0, time.UTC).UnixMicro() / dayLength
)

// New returns the zone of that name in the IANA database ("Europe/Paris"); "" and
// "UTC" are UTC.
func New(name string) (*Zone, error) {
	if name == "" || name == "UTC" {
		return &Zone{}, nil
	}
	if name == "Local" { // which time.LoadLocation knows, and takes for another zone on each machine
		return nil, errors.New("unknown time zone Local")
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, err
	}
	return In(loc), nil
}

// In returns the zone of a location; nil is UTC.
func In(loc *time.Location) *Zone {
	if loc == nil || loc == time.UTC {
		return &Zone{}
	}
	return &Zone{loc: loc, days: make([]atomic.Int32, lastDay-firstDay)}
}

// IsUTC reports whether local times are those of UTC.
func (z *Zone) IsUTC() bool { return z == nil || z.loc == nil }

// ToUTC turns a local time, given in µs as if it were UTC, into UTC. A local
// time that occurs twice is the first, one that is skipped has the offset from
// before the gap; both are ambiguous.
func (z *Zone) ToUTC(local int64) (utc int64, ambiguous bool) {
	if z.IsUTC() {
		return local, false
	}
	day := local/dayLength - firstDay
	if day < 0 || day >= int64(len(z.days)) {
		offset, ambiguous := z.offset(local)
		return add(local, -offset), ambiguous
	}
	known := z.days[day].Load()
	if known == unknown {
		known = z.look((day + firstDay) * dayLength)
		z.days[day].Store(known)
	}
	if known == changing {
		offset, ambiguous := z.offset(local)
		return local - offset, ambiguous
	}
	return local - int64(known-steady)*second, false
}

// look finds what days holds of the local day that begins at midnight.
func (z *Zone) look(midnight int64) int32 {
	first, ambiguous := z.offset(midnight)
	start, end := bounds(time.UnixMicro(midnight - first).In(z.loc))
	// A change within a day of it on either side could still touch its local times.
	if ambiguous || start > midnight-first-dayLength || end < midnight-first+2*dayLength {
		return changing
	}
	return int32(first/second) + steady
}

// offset finds the offset of a local time among the zone's periods around it:
// that of the first period whose clocks showed it, else that before the gap.
func (z *Zone) offset(local int64) (offset int64, ambiguous bool) {
	const reach = 26 * hour // no offset is longer
	found, beforeGap := 0, int64(0)
	before := int64(math.MinInt64) // where the period before ended
	for at, last := add(local, -reach), add(local, reach); ; {
		t := time.UnixMicro(at).In(z.loc)
		_, seconds := t.Zone()
		start, end := bounds(t)
		start = max(start, before)
		o := int64(seconds) * second
		switch utc := add(local, -o); {
		case utc >= end && end < math.MaxInt64: // this period's clocks had not yet come to it
			beforeGap = o
		case utc >= start:
			if found == 0 {
				offset = o
			}
			found++
		}
		if end > last || end == math.MaxInt64 {
			break
		}
		at, before = end, end
	}
	if found == 0 {
		return beforeGap, true
	}
	return offset, found > 1
}

// add returns a + b, or the end of an int64 that is next to it.
func add(a, b int64) int64 {
	switch sum := a + b; {
	case b > 0 && sum < a:
		return math.MaxInt64
	case b < 0 && sum > a:
		return math.MinInt64
	default:
		return sum
	}
}

// bounds returns the first instant of t's period of one offset, and the first
// after it, in µs, or the ends of an int64 if they are beyond it. The end may come
// early, but never before t: ZoneBounds cuts years beyond the zone's table after 365
// days, leap years too, and would say on 31 December 2040 that the period ended the
// day before.
func bounds(t time.Time) (start, end int64) {
	s, e := t.ZoneBounds()
	if !e.IsZero() && !e.After(t) {
		e = e.AddDate(0, 0, 1)
	}
	start, end = math.MinInt64, math.MaxInt64
	at := t.UnixMicro()
	if micros := s.UnixMicro(); !s.IsZero() && micros <= at {
		start = micros
	}
	if micros := e.UnixMicro(); !e.IsZero() && micros > at {
		end = micros
	}
	return start, end
}

// Date returns the local date of an instant, both in µs: its midnight as if in UTC.
func (z *Zone) Date(utc int64) (date int64) {
	if !z.IsUTC() {
		_, offset := time.UnixMicro(utc).In(z.loc).Zone()
		utc = add(utc, int64(offset)*second)
	}
	return add(utc, -((utc%dayLength)+dayLength)%dayLength)
}

// Day returns the first instant of the local day of a date (µs of its midnight
// as if in UTC) and that of the next day.
func (z *Zone) Day(date int64) (from, to int64) {
	return z.firstInstant(date), z.firstInstant(add(date, dayLength))
}

// firstInstant returns the first instant of the local day that begins at midnight:
// where the clocks skip midnight, the end of the gap.
func (z *Zone) firstInstant(midnight int64) int64 {
	utc, ambiguous := z.ToUTC(midnight)
	if !ambiguous {
		return utc
	}
	t := time.UnixMicro(utc).In(z.loc)
	if _, seconds := t.Zone(); utc+int64(seconds)*second == midnight {
		return utc
	}
	start, _ := bounds(t)
	return start
}

//go:embed names.txt
var names string

// Names returns the names of the IANA database as the Go release had it that this
// list was made with, in order: to find what a misspelt name was meant to be.
func Names() []string { return strings.Fields(names) }
