// Package periods cuts time into the days, weeks or months of a zone.
package periods

import (
	"fmt"
	"time"

	"github.com/sav-analytics/sav/internal/micros"
	"github.com/sav-analytics/sav/internal/zone"
)

// A Unit is how long a period is.
type Unit uint8

const (
	Day   Unit = iota + 1 // from midnight
	Week                  // of ISO 8601: from Monday
	Month                 // of the calendar
)

// A Period is the number of its first local day, in days since 1970; 0 means no period.
type Period int32

const dayLength = 24 * 3600 * micros.PerSecond // of a date, as if in UTC

// A Calendar is the periods of a zone.
type Calendar struct {
	unit Unit
	zone *zone.Zone
}

// New returns the calendar of the periods of a unit. They begin at the first instant
// of a local day; a nil location is UTC.
func New(unit Unit, loc *time.Location) *Calendar { return &Calendar{unit, zone.In(loc)} }

// Of returns the period of an instant, in µs since 1970 UTC.
func (c *Calendar) Of(at int64) Period { return c.unit.Of(int(c.zone.Date(at) / dayLength)) }

// Of returns the period of a local day, in days since 1970, not before.
func (u Unit) Of(day int) Period {
	switch u {
	case Week:
		day -= (day + 3) % 7 // 1970 began on a Thursday
	case Month:
		day -= date(Period(day)).Day() - 1
	}
	return Period(day)
}

// String returns day, week or month.
func (u Unit) String() string {
	switch u {
	case Day:
		return "day"
	case Week:
		return "week"
	case Month:
		return "month"
	}
	return fmt.Sprintf("Unit(%d)", uint8(u))
}

// Next returns the period after p.
func (u Unit) Next(p Period) Period {
	switch u {
	case Week:
		return p + 7
	case Month:
		return Period(date(p).AddDate(0, 1, 0).Unix() / 86400)
	}
	return p + 1
}

// Next returns the period after p.
func (c *Calendar) Next(p Period) Period { return c.unit.Next(p) }

// Unit returns how long the periods are; nil has none.
func (c *Calendar) Unit() Unit {
	if c == nil {
		return 0
	}
	return c.unit
}

// Start returns the first instant of a period, in µs since 1970 UTC.
func (c *Calendar) Start(p Period) int64 {
	from, _ := c.zone.Day(int64(p) * dayLength)
	return from
}

// Name returns the name of a period: 2026-05-28, 2026-W22, 2026-05.
func (c *Calendar) Name(p Period) string {
	first := date(p)
	switch c.unit {
	case Week:
		year, week := first.ISOWeek()
		return fmt.Sprintf("%04d-W%02d", year, week)
	case Month:
		return first.Format("2006-01")
	}
	return first.Format(time.DateOnly)
}

func date(p Period) time.Time { return time.Unix(int64(p)*86400, 0).UTC() }
