package detail

import (
	"slices"
	"time"

	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/promise"
	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/policy"
	"github.com/sav-analytics/sav/source"
)

// A Promised is what became of the targets of a policy, beyond the report's columns.
type Promised struct {
	Clock   string `json:"clock"`   // of the targets: work or elapsed
	Overdue int64  `json:"overdue"` // conversations that wait for longer than their target
	// Hours are those of Detail.Hours. Met and missed targets that have run out are due,
	// those that were met by quarters of an hour.
	Hours [7 * 24]Due `json:"hours"`
}

// AddWork adds what is known of working times, sorted, to the details of conversations.
func (d *Detail) AddWork(worked *waits.Sorted, ranking *groups.Ranking, dict *source.Dict, opts Options) {
	h := histogram(worked.Span)
	d.Worked = &h
	if len(worked.Span) > 0 {
		d.promise(worked, newClocks(ranking, dict, opts.Policy, opts.zone()), opts, policy.Work)
	}
}

// promise counts what became of targets on a clock, whose times are those of sorted.
// It does nothing if targets are of another clock, or there are none.
func (d *Detail) promise(sorted *waits.Sorted, clocks *clocks, opts Options, clock policy.Clock) {
	if !opts.Policy.HasTargets() || opts.Policy.Clock != clock {
		return
	}
	hours := clocks.hours(sorted)
	book := promise.NewBook(opts.Policy, opts.AsOf, clocks.key, clocks.dict)
	p := &Promised{Clock: clock.String()}
	for i, s := range sorted.Span {
		target, due := book.Target(sorted.Group[i])
		switch end := (sorted.Earliest + sorted.Opened[i] + 1).Start(); {
		case target == 0:
		case s.Time() > target:
			p.Hours[hours.of(i)].add(false)
			if !s.Answered() {
				p.Overdue++
			}
		case s.Answered() && end <= due:
			p.Hours[hours.of(i)].add(true)
		}
	}
	for _, f := range opts.Followed { // who wait no more
		x := waits.Pair{Group: f.Group, Opened: f.Opened, Ended: f.Ended}
		if book.Judge(&x); x.Outcome == waits.Missed {
			p.Overdue--
		}
	}
	d.Promised = p
}

// Clocks say what local time it is for the clients of each group: that of their country's
// calendar, if a policy gives it one, else that of a zone.
type clocks struct {
	ranking *groups.Ranking
	dict    *source.Dict
	zones   []*time.Location
	of      []uint32 // of each group: which of zones
}

func newClocks(ranking *groups.Ranking, dict *source.Dict, p *policy.Policy, zone *time.Location) *clocks {
	c := &clocks{ranking: ranking, dict: dict, of: make([]uint32, len(ranking.Keys))}
	known := make(map[source.Text]uint32)
	for _, row := range ranking.Rows(groups.By{Country: true}).Keys {
		at := zone
		if name := p.Calendar("", dict.TextOf(row.Country)).Zone(); name != "" {
			if loc, err := time.LoadLocation(name); err == nil {
				at = loc
			}
		}
		i := slices.IndexFunc(c.zones, func(loc *time.Location) bool { return loc.String() == at.String() })
		if i < 0 {
			i, c.zones = len(c.zones), append(c.zones, at)
		}
		known[row.Country] = uint32(i)
	}
	for g, key := range ranking.Keys {
		c.of[g] = known[key.Country]
	}
	if len(c.zones) == 0 {
		c.zones = []*time.Location{zone}
	}
	return c
}

func (c *clocks) key(g groups.Group) groups.Key { return c.ranking.Keys[g] }

// names returns the zones in order.
func (c *clocks) names() (names []string) {
	for _, zone := range c.zones {
		names = append(names, zone.String())
	}
	slices.Sort(names)
	return names
}

// hours returns the local hour of the week in which each conversation was opened. They
// are numbered by quarters of an hour, of one zone after the other.
func (c *clocks) hours(sorted *waits.Sorted) places {
	p := places{number: sorted.Opened}
	for _, zone := range c.zones {
		p.row = append(p.row, newCalendar(sorted.Earliest, sorted.Latest, zone).rows(localQuarter.hour)...)
	}
	if quarters := len(p.row) / len(c.zones); len(c.zones) > 1 {
		p.number = make([]waits.Quarter, len(sorted.Opened))
		for i, opened := range sorted.Opened {
			p.number[i] = waits.Quarter(int(c.of[sorted.Group[i]])*quarters) + opened
		}
	}
	return p
}
