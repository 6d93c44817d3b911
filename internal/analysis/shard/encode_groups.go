package shard

import (
	"cmp"
	"encoding/binary"
	"math"
	"runtime"
	"slices"

	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/internal/micros"
)

// The groups of a state are unsigned varints, in this order:
//
//	unit                                  of all times below: 1 or 1,000,000 µs
//	first                                 when the first conversation was opened, in units
//	for each group:
//	  country, merchant, client           indices into the state's names
//	  period                              days since 1970, 0 without periods
//	  exchNr, turns, turnTime             the last in two halves, high and low
//	  answered, followed, open            the numbers of conversations
//	  for each answered, by time:         time - time before, quarter opened - quarter of first
//	  for each followed, by opening:      opened - opened before, how long it was watched
//	  for each open, by opening:          opened - opened before
//
// followed are those that were unanswered until another contact of their thread began.
// Below stands what a policy adds to each group.

// encodeGroups writes the groups of a set. It uses the spare memory of its sorted waits.
func (s *State) encodeGroups(set *waits.Set, sorted *waits.Sorted) error {
	ranking := set.Rank()
	order := ranking.Order()
	number := make([]uint32, len(ranking.Keys))
	for i, g := range order {
		number[g] = uint32(i)
	}
	all, byGroup := ofGroups(sorted, number, len(order))
	key := func(g groups.Group) groups.Key { return ranking.Keys[g] }
	s.countries = names(order, ranking.Country, func(g groups.Group) string { return set.Dict.TextOf(key(g).Country) })
	s.merchants = names(order, ranking.Merchant,
		func(g groups.Group) string { return set.Dict.IDText(key(g).Merchant) })
	s.clients = names(order, ranking.Client, func(g groups.Group) string { return set.Dict.IDText(key(g).Client) })
	p, err := s.gather(set, number, len(order), runtime.GOMAXPROCS(0))
	if err != nil {
		return err
	}
	followed := followedByGroup(set.Followed)
	e := newGroupEncoder(all, set.Followed, s.asOf)
	if !p.wholeSeconds() {
		e.unit = 1
	}
	e.b = make([]byte, 0, 16+16*len(order)+6*len(all))
	e.number(e.unit)
	e.number(e.first / e.unit)
	for i, g := range order {
		for _, n := range [...]uint32{ranking.Country[g], ranking.Merchant[g], ranking.Client[g]} {
			e.number(int64(n))
		}
		e.number(int64(ranking.Keys[g].Period))
		e.group(&set.Totals[g], byGroup[i], followed[g])
		e.promised(&p, i)
	}
	s.groups = e.b
	return nil
}

// ofGroups returns all waits, and those of each of n groups in the order in which they are written, in the spare memory
// of the sorted ones. number has the groups' numbers.
func ofGroups(sorted *waits.Sorted, number []uint32, n int) (all []waits.Wait, byGroup [][]waits.Wait) {
	all, byGroup = sorted.Spare(), make([][]waits.Wait, n)
	move := func(b int, places []uint32) {
		for i, p := range places {
			all[p] = sorted.At(b*ints.BlockItems + i)
		}
	}
	ends := ints.ParallelCountingSort(ints.NumBlocks(len(all)), n, 1, ints.KeysOf(sorted.Group, number), move)
	from := uint32(0)
	for i, end := range ends {
		byGroup[i] = all[from:end]
		inOrder(byGroup[i])
		from = end
	}
	return all, byGroup
}

// followedByGroup returns the followed conversations of each group, as they are ordered in a state.
func followedByGroup(followed []waits.Followed) map[groups.Group][]waits.Followed {
	by := make(map[groups.Group][]waits.Followed)
	for _, f := range followed {
		by[f.Group] = append(by[f.Group], f)
	}
	for _, all := range by {
		slices.SortFunc(all, func(a, b waits.Followed) int {
			return cmp.Or(cmp.Compare(a.Opened, b.Opened), cmp.Compare(a.Ended, b.Ended))
		})
	}
	return by
}

// names returns the names of groups, each at its rank.
func names(order []groups.Group, rank []uint32, name func(groups.Group) string) []string {
	most := -1
	for _, g := range order {
		most = max(most, int(rank[g]))
	}
	names, known := make([]string, most+1), make([]bool, most+1)
	for _, g := range order {
		if r := rank[g]; !known[r] {
			names[r], known[r] = name(g), true
		}
	}
	return names
}

// A groupEncoder writes the groups of a state.
type groupEncoder struct {
	b            []byte
	asOf         int64
	unit         int64 // of all times: a second, in µs, as a rule, else 1
	first        int64 // when the first conversation was opened, or a little before
	firstQuarter waits.Quarter

	// of a group
	answered, open []waits.Wait
}

func newGroupEncoder(all []waits.Wait, followed []waits.Followed, asOf int64) *groupEncoder {
	e := &groupEncoder{asOf: asOf, unit: micros.PerSecond, first: math.MaxInt64}
	whole := func(time int64) {
		if time%micros.PerSecond != 0 {
			e.unit = 1
		}
	}
	for _, w := range all {
		if w.Span.Answered() {
			whole(w.Span.Time())
		} else {
			whole(asOf - w.Span.Time())
		}
		e.first = min(e.first, w.Opened.Start())
	}
	for _, f := range followed {
		whole(f.Opened)
		whole(f.Ended)
	}
	if len(all) == 0 {
		e.first = 0
	}
	e.firstQuarter = waits.QuarterOf(e.first)
	return e
}

func (e *groupEncoder) number(n int64) { e.b = binary.AppendUvarint(e.b, uint64(n)) }

// group writes a group's total and its sorted waits. Those of followed are among them.
func (e *groupEncoder) group(t *waits.Total, all []waits.Wait, followed []waits.Followed) {
	e.answered, e.open = e.answered[:0], e.open[:0]
	ended := waitsOf(followed)
	for _, w := range all {
		switch {
		case w.Span.Answered():
			e.answered = append(e.answered, w)
		case len(ended) > 0 && ended[0] == w:
			ended = ended[1:]
		default:
			e.open = append(e.open, w)
		}
	}
	e.number(t.ExchNr)
	e.number(t.Turns)
	e.b = binary.AppendUvarint(e.b, t.TurnTime.High)
	e.b = binary.AppendUvarint(e.b, t.TurnTime.Low)
	e.number(int64(len(e.answered)))
	e.number(int64(len(followed)))
	e.number(int64(len(e.open)))
	e.times(e.answered)
	last := e.first
	for _, f := range followed {
		e.number((f.Opened - last) / e.unit)
		e.number((f.Ended - f.Opened) / e.unit)
		last = f.Opened
	}
	last = e.first
	for _, w := range slices.Backward(e.open) { // the longer a client waits, the earlier they wrote
		opened := e.asOf - w.Span.Time()
		e.number((opened - last) / e.unit)
		last = opened
	}
}

// times writes the times of those waits that are answered.
func (e *groupEncoder) times(all []waits.Wait) {
	last := int64(0)
	for _, w := range all {
		if w.Span.Answered() {
			e.number((w.Span.Time() - last) / e.unit)
			e.number(int64(w.Opened - e.firstQuarter))
			last = w.Span.Time()
		}
	}
}

// waitsOf returns the waits of conversations, ordered as a group's are.
func waitsOf(followed []waits.Followed) []waits.Wait {
	all := make([]waits.Wait, len(followed))
	for i, f := range followed {
		all[i] = (&waits.Pair{Group: f.Group, Opened: f.Opened, Ended: f.Ended}).Wait()
	}
	slices.SortFunc(all, compareWaits)
	return all
}

// compareWaits orders waits of one group as they are written: a state's bytes depend on
// the messages alone.
func compareWaits(a, b waits.Wait) int {
	return cmp.Or(cmp.Compare(a.Span, b.Span), cmp.Compare(a.Opened, b.Opened))
}

// inOrder sorts waits that are ascending by span: those of equal spans by their opening.
func inOrder(all []waits.Wait) {
	for from := 0; from < len(all); {
		to := from + 1
		for to < len(all) && all[to].Span == all[from].Span {
			to++
		}
		if to-from > 1 {
			slices.SortFunc(all[from:to], compareWaits)
		}
		from = to
	}
}

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
		_, p.worked = ofGroups(sorted, number, n)
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
		e.times(p.worked[number])
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
