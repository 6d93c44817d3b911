package expr

import (
	"fmt"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/internal/eval"
	"github.com/sav-analytics/sav/frame/internal/rows"
	"github.com/sav-analytics/sav/frame/internal/vec"
)

// A Dt is the time of an expression as a clock shows it, in UTC or, with [Dt.In], in a zone. Its methods return an
// Int64 where they do not say another type, null of null; of another type than Time they are an error. Each is O(n).
type Dt struct {
	of    Expr
	clock eval.Clock
}

// Dt returns e, which must be a Time, for the methods on dates and times of day.
func (e Expr) Dt() Dt { return Dt{of: e} }

// In returns the time as the clocks of a zone show it; nil is UTC.
func (d Dt) In(zone *time.Location) Dt {
	d.clock.Zone = zone
	return d
}

// Year returns the year.
func (d Dt) Year() Expr { return d.part("Year", eval.Year) }

// Month returns the month, from 1.
func (d Dt) Month() Expr { return d.part("Month", eval.Month) }

// Day returns the day of the month, from 1.
func (d Dt) Day() Expr { return d.part("Day", eval.Day) }

// YearDay returns the day of the year, from 1.
func (d Dt) YearDay() Expr { return d.part("YearDay", eval.YearDay) }

// Hour returns the hour, 0 to 23.
func (d Dt) Hour() Expr { return d.part("Hour", eval.Hour) }

// Minute returns the minute, 0 to 59.
func (d Dt) Minute() Expr { return d.part("Minute", eval.Minute) }

// Second returns the second, 0 to 59.
func (d Dt) Second() Expr { return d.part("Second", eval.Second) }

// Week returns the week of ISO 8601, 1 to 53. The first days of January may be in the last week of the year before, and
// the last of December in the first of the next: [Dt.ISOYear] is the year that it is of.
func (d Dt) Week() Expr { return d.part("Week", eval.Week) }

// ISOYear returns the year that [Dt.Week] is of.
func (d Dt) ISOYear() Expr { return d.part("ISOYear", eval.ISOYear) }

// Weekday returns the day of the week of ISO 8601, from 1 for Monday to 7 for Sunday.
func (d Dt) Weekday() Expr { return d.part("Weekday", eval.Weekday) }

// Truncate returns the instant at which the unit that holds the time begins, such as the first one of its month, a
// Time. Weeks begin on Monday. Where a zone's clocks skip midnight, a day begins at the end of the gap. A unit that is
// not there is an error, as is a time some 200,000 years away.
func (d Dt) Truncate(u frame.Unit) Expr {
	return d.time(fmt.Sprintf("Truncate(%v)", u), func(s *scope, v value) (*eval.Node, error) {
		unit, err := eval.UnitNamed(string(u))
		if err != nil {
			return nil, err
		}
		return d.clock.Truncate(unit, v.node), nil
	})
}

// Format returns the time as Text in a layout of package time, such as "2006-01". It formats each distinct time once.
func (d Dt) Format(layout string) Expr {
	return d.time(fmt.Sprintf("Format(%q)", layout), func(s *scope, v value) (*eval.Node, error) {
		c, err := s.known(d.of.String(), v)
		if err != nil {
			return nil, err
		}
		zone := d.clock.Zone
		if zone == nil {
			zone = time.UTC
		}
		return put(v.shape, formatTimes(c, zone, layout)), nil
	})
}

// formatTimes returns the times as text, each distinct one formatted once.
func formatTimes(v vec.Vec, zone *time.Location, layout string) vec.Vec {
	return wordsOf(v, func(i int) string { return time.UnixMicro(v.Ints[i]).In(zone).Format(layout) })
}

// wordsOf returns the text that word makes of each value, once of equal ones: it is given a row of the value.
func wordsOf(v vec.Vec, word func(row int) string) vec.Vec {
	g := rows.Group([]vec.Vec{v}, v.N)
	words, known := make([]string, len(g.First)), vec.NewBits(len(g.First))
	for k, row := range g.First {
		if !v.IsNull(int(row)) {
			words[k] = word(int(row))
			vec.Set(known, k)
		}
	}
	made := vec.Intern(words, known) // two values may have one text
	out := vec.Vec{Kind: vec.Text, N: v.N, Codes: vec.Gather(made.Codes, g.IDs), Dict: made.Dict}
	return out.WithValid(v.Valid)
}

func (d Dt) part(name string, p eval.Part) Expr {
	return d.time(name+"()", func(s *scope, v value) (*eval.Node, error) {
		return p.Node(d.clock.Local(v.node)), nil
	})
}

// time returns what fn makes of the time.
func (d Dt) time(call string, fn func(s *scope, v value) (*eval.Node, error)) Expr {
	zone := ""
	if d.clock.Zone != nil {
		zone = fmt.Sprintf(".In(%v)", d.clock.Zone)
	}
	text := fmt.Sprintf("%s.Dt()%s.%s", d.of, zone, call)
	return combine(text, func(s *scope, v []value) (*eval.Node, error) {
		of := v[0].like(value{node: nulls(vec.Time)})
		if of.node.Kind != vec.Time {
			return nil, fmt.Errorf("%w, or read text with Str().Time", wrongKind(of.node.Kind, "a time"))
		}
		return fn(s, of)
	}, d.of)
}
