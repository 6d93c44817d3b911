package engine

import (
	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/periods"
	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/internal/ints"
)

// periodGroups knows, for one goroutine, the groups that a group has in each period. It
// remembers what it found: zones and tables are slow to ask.
type periodGroups struct {
	calendar *periods.Calendar
	table    *groups.Table
	days     map[waits.Quarter]*day
	last     *day // the one that was asked for
	lastDay  waits.Quarter

	known   ints.Table[groups.InPeriod]
	groups  []groups.Group // of each of known
	in      [maxWaiting]groups.InPeriod
	numbers [maxWaiting]uint32
}

// A day is the periods of the quarters of an hour of a day of UTC; 0 was not looked up. No
// period begins within a quarter.
type day [quartersPerDay]periods.Period

const quartersPerDay = 24 * 4

func newPeriodGroups(calendar *periods.Calendar, table *groups.Table) *periodGroups {
	return &periodGroups{calendar: calendar, table: table, days: make(map[waits.Quarter]*day)}
}

// of returns the period of an instant, in µs since 1970 UTC; zero if p is nil.
func (p *periodGroups) of(opened int64) (period periods.Period) {
	if p == nil {
		return period
	}
	quarter := waits.QuarterOf(opened)
	if number := quarter / quartersPerDay; p.last == nil || number != p.lastDay {
		p.lastDay, p.last = number, p.days[number]
		if p.last == nil {
			p.last = new(day)
			p.days[number] = p.last
		}
	}
	known := &p.last[quarter%quartersPerDay]
	if *known == 0 {
		*known = p.calendar.Of(opened)
	}
	return *known
}

// split replaces the groups of at most maxWaiting conversations by those that they have in
// the periods in which the conversations were opened.
func (p *periodGroups) split(all []waits.Pair) {
	in, numbers := p.in[:len(all)], p.numbers[:len(all)]
	for i := range all {
		in[i] = groups.NewInPeriod(all[i].Group, p.of(all[i].Opened))
	}
	p.known.Numbers(numbers, in)
	p.groups = p.table.NumbersIn(p.groups, p.known.Keys()[len(p.groups):])
	for i := range all {
		all[i].Group = p.groups[numbers[i]]
	}
}
