package engine

import (
	"github.com/sav-analytics/sav/analysis/internal/groups"
	"github.com/sav-analytics/sav/analysis/internal/periods"
	"github.com/sav-analytics/sav/analysis/internal/waits"
)

// periodGroups knows, for one goroutine, the groups that a group has in each period. It
// remembers what it found: zones and tables are slow to ask.
type periodGroups struct {
	calendar *periods.Calendar
	table    *groups.Table
	keys     []groups.Key // of the table, as far as they were needed
	periods  map[waits.Quarter]periods.Period
	groups   map[groupIn]groups.Group
}

type groupIn struct {
	group  groups.Group
	period periods.Period
}

func newPeriodGroups(calendar *periods.Calendar, table *groups.Table) *periodGroups {
	return &periodGroups{calendar: calendar, table: table,
		periods: make(map[waits.Quarter]periods.Period), groups: make(map[groupIn]groups.Group)}
}

// of returns the period of an instant, in µs since 1970 UTC; zero if p is nil.
func (p *periodGroups) of(opened int64) (period periods.Period) {
	if p == nil {
		return period
	}
	quarter := waits.QuarterOf(opened) // no period begins within one
	period, ok := p.periods[quarter]
	if !ok {
		period = p.calendar.Of(opened)
		p.periods[quarter] = period
	}
	return period
}

// group returns the group of g in the period of an instant, in µs since 1970 UTC.
func (p *periodGroups) group(g groups.Group, opened int64) groups.Group {
	in := groupIn{g, p.of(opened)}
	found, ok := p.groups[in]
	if !ok {
		if int(g) >= len(p.keys) {
			p.keys = p.table.Keys()
		}
		key := p.keys[g]
		key.Period = in.period
		found = p.table.Number(key)
		p.groups[in] = found
	}
	return found
}
