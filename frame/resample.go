package frame

import (
	"fmt"
	"slices"
	"time"

	"github.com/sav-analytics/sav/frame/internal/eval"
	"github.com/sav-analytics/sav/frame/internal/rows"
	"github.com/sav-analytics/sav/frame/internal/vec"
)

// A Unit is a length of time on a clock or in a calendar, for [Frame.Resample] and expr's Truncate.
type Unit string

// The units. Weeks begin on Monday.
const (
	Minute  Unit = "minute"
	Hour    Unit = "hour"
	Day     Unit = "day"
	Week    Unit = "week"
	Month   Unit = "month"
	Quarter Unit = "quarter"
	Year    Unit = "year"
)

// ResampleOptions says how [Frame.Resample] groups rows by time.
type ResampleOptions struct {
	On    string         // the Time column
	Every Unit           // how long a period is
	Zone  *time.Location // whose calendar and clocks the periods are of; nil: UTC
	By    []string       // the columns that the rows of a period must agree in, too
}

// Resample groups the rows by the period in which their time lies, for each combination of the By columns. Unlike a
// group of [Frame.GroupBy], a period between the first and the last one of the frame is there also if no row is in it:
// counts of it are 0, and other statistics null. Rows without a time are left out. The keys are the By columns and,
// under the name of the column On, the first instant of the period. The groups stand in the order of the By columns'
// first rows, and for one of those in that of time. O(n + groups).
func (f *Frame) Resample(o ResampleOptions) Grouping {
	return Grouping{frame: f.orEmpty(), made: &groups{}}.resample(o)
}

func (g Grouping) resample(o ResampleOptions) Grouping {
	fail := func(err error) Grouping {
		g.made.make = func() (*groups, error) { return nil, fmt.Errorf("frame: resample: %w", err) }
		return g
	}
	every, err := eval.UnitNamed(string(o.Every))
	if err != nil {
		return fail(err)
	}
	if slices.Contains(o.By, o.On) {
		return fail(fmt.Errorf("by the column it is on"))
	}
	c, err := g.frame.column(o.On, Time)
	if err != nil {
		return fail(err)
	}
	by, err := g.frame.lookup(o.By)
	if err != nil {
		return fail(err)
	}
	if c.NullCount() > 0 {
		g.frame = g.frame.keep(c.vec.Valid)
		c, by = g.frame.columns[g.frame.index(o.On)], nil
		for _, name := range o.By {
			by = append(by, g.frame.columns[g.frame.index(name)])
		}
	}
	f := g.frame
	g.made.make = func() (*groups, error) {
		made, err := periods(f, c, by, every, o)
		if err != nil {
			return nil, fmt.Errorf("frame: resample: %w", err)
		}
		return made, nil
	}
	return g
}

// periods groups the rows of f by the period of c, which has no null, and by other columns.
func periods(f *Frame, c Column, by []Column, every eval.Unit, o ResampleOptions) (*groups, error) {
	clock := eval.Clock{Zone: o.Zone}
	begin, err := eval.Run(clock.Truncate(every, eval.Column(c.vec)), f.rows)
	if err != nil {
		return nil, err
	}
	var starts []int64
	if f.rows > 0 {
		first, last := slices.Min(begin.Ints), slices.Max(begin.Ints)
		if starts = clock.Starts(every, first, last, maxPeriods); starts == nil {
			return nil, fmt.Errorf("more than %d periods of a %s in column %q", maxPeriods, o.Every, o.On)
		}
	}
	g := &groups{n: len(starts)}
	group := rows.Groups{IDs: make([]uint32, f.rows), First: make([]uint32, 1)}
	if len(by) > 0 {
		group = rows.Group(vecs(by), f.rows)
	}
	if n := len(group.First) * len(starts); n >= maxRows {
		return nil, fmt.Errorf(
			"%d groups of %d periods: a frame holds fewer than 2³² − 1 rows", len(group.First), len(starts),
		)
	}
	g.n = len(group.First) * len(starts)
	g.ids = group.IDs
	last, at := int64(0), -1 // neighbouring rows are mostly of one period
	for i, start := range begin.Ints {
		if at < 0 || start != last {
			at, _ = slices.BinarySearch(starts, start)
			last = start
		}
		g.ids[i] = g.ids[i]*uint32(len(starts)) + uint32(at)
	}
	repeated := make([]uint32, g.n) // the first row of each group's By columns
	times := make([]int64, g.n)
	for i := range repeated {
		repeated[i] = group.First[i/len(starts)]
		times[i] = starts[i%len(starts)]
	}
	for _, c := range by {
		g.keys = append(g.keys, c.take(repeated))
	}
	g.keys = append(g.keys, Column{name: o.On, vec: vec.Vec{Kind: vec.Time, N: g.n, Ints: times}})
	return g, nil
}

// maxPeriods bounds the periods of Resample: minutes of 20 years.
const maxPeriods = 10_512_000
