package shard

import (
	"cmp"
	"slices"

	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/internal/micros"
)

// With a policy, each group goes on:
//
//	with calendars:
//	  for each answered, by working time: working time - the one before, quarter opened - quarter of first
//	with targets:
//	  early                               the number of those that were met early
//	  for each early, by opening:         opened - opened before
//
// Everything else follows from these, the policy and as_of.

// promised is what a policy adds to groups, by number.
type promised struct {
	worked [][]waits.Wait  // in ascending order
	early  [][]waits.Early // in the order in which they were opened
}

// gather returns what a policy adds to n groups, each at its number.
func (s *State) gather(set *waits.Set, number []uint32, n, workers int) (p promised, err error) {
	if s.policy.HasCalendars() {
		sorted, err := set.SortWorked(workers, nil)
		if err != nil {
			return p, err
		}
		all := sorted.Spare()
		move := func(b int, places []uint32) {
			for i, to := range places {
				all[to] = sorted.At(b*ints.BlockItems + i)
			}
		}
		ends := ints.ParallelCountingSort(ints.NumBlocks(len(all)), n, 1, ints.KeysOf(sorted.Group, number), move)
		p.worked = make([][]waits.Wait, n)
		from := uint32(0)
		for i := range p.worked {
			p.worked[i] = all[from:ends[i]]
			inOrder(p.worked[i])
			from = ends[i]
		}
	}
	if s.policy.HasTargets() {
		p.early = make([][]waits.Early, n)
		for _, e := range set.Early {
			p.early[number[e.Group]] = append(p.early[number[e.Group]], e)
		}
		for _, early := range p.early {
			slices.SortFunc(early, func(a, b waits.Early) int { return cmp.Compare(a.Opened, b.Opened) })
		}
	}
	return p, nil
}

// wholeSeconds reports whether all times are whole seconds.
func (p *promised) wholeSeconds() bool {
	for _, worked := range p.worked {
		for _, w := range worked {
			if w.Span.Time()%micros.PerSecond != 0 {
				return false
			}
		}
	}
	for _, early := range p.early {
		for _, e := range early {
			if e.Opened%micros.PerSecond != 0 {
				return false
			}
		}
	}
	return true
}

// promised writes what a policy adds to the group with a number.
func (e *groupEncoder) promised(p *promised, number int) {
	if p.worked != nil {
		last := int64(0)
		for _, w := range p.worked[number] {
			if w.Span.Answered() {
				e.number((w.Span.Time() - last) / e.unit)
				e.number(int64(w.Opened - e.firstQuarter))
				last = w.Span.Time()
			}
		}
	}
	if p.early != nil {
		e.number(int64(len(p.early[number])))
		last := e.first
		for _, early := range p.early[number] {
			e.number((early.Opened - last) / e.unit)
			last = early.Opened
		}
	}
}
