package analysis

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"

	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/source"
)

// The groups of a state are written as the unit of all times, in µs; when the first
// conversation was opened, in units; then each group: the places of its country,
// merchant and client among the names of the state; exchNr, turns, the two halves of
// turnTime; how many conversations are answered and how many open; of those that are
// answered, in increasing order, the time since the one before and the quarter of an
// hour since the first that it was opened in; of the others when each was opened,
// since the one before. All are unsigned varints.

// contribute puts into the state what the cohort contributes, from its conversations
// in order. It uses their spare memory.
func (s *State) contribute(c *cohort, o *ordered, ranking *ranking, dict *source.Dict) {
	order := ranking.groups()
	place := make([]uint32, len(ranking.keys))
	for i, g := range order {
		place[g] = uint32(i)
	}
	cells := o.spare
	move := func(b int, places []uint32) {
		for i, p := range places {
			cells[p] = o.cell(b*ints.BlockItems + i)
		}
	}
	ends := ints.ParallelCountingSort(ints.NumBlocks(len(cells)), len(order), 1, ints.KeysOf(o.group, place), move)
	s.countries = named(order, ranking.country, func(g group) string { return dict.TextOf(ranking.keys[g].country) })
	s.merchants = named(order, ranking.merchant, func(g group) string { return dict.IDText(ranking.keys[g].merchant) })
	s.clients = named(order, ranking.client, func(g group) string { return dict.IDText(ranking.keys[g].client) })
	s.conversations, s.answered = c.counted, c.answered
	e := newGroupEncoder(cells, s.asOf)
	e.b = make([]byte, 0, 16+16*len(order)+6*len(cells))
	e.number(e.unit)
	e.number(e.first / e.unit)
	from := uint32(0)
	for i, g := range order {
		for _, n := range [...]uint32{ranking.country[g], ranking.merchant[g], ranking.client[g]} {
			e.number(int64(n))
		}
		e.group(&c.totals[g], cells[from:ends[i]])
		from = ends[i]
	}
	s.groups = e.b
}

// named are the names of groups, each at its rank.
func named(groups []group, rank []uint32, name func(group) string) []string {
	most := -1
	for _, g := range groups {
		most = max(most, int(rank[g]))
	}
	names, known := make([]string, most+1), make([]bool, most+1)
	for _, g := range groups {
		if r := rank[g]; !known[r] {
			names[r], known[r] = name(g), true
		}
	}
	return names
}

// A groupEncoder writes the groups of a state.
type groupEncoder struct {
	b     []byte
	asOf  int64
	unit  int64 // of all times: a second, in µs, as a rule, else 1
	first int64 // when the first conversation was opened, or a little before
	quick quarter
}

func newGroupEncoder(cells []cell, asOf int64) *groupEncoder {
	e := &groupEncoder{asOf: asOf, unit: microsecond, first: math.MaxInt64}
	for _, c := range cells {
		span := c.span()
		opened := int64(c.opened()) * microsecondsPerQuarter
		if !span.answered() && (asOf-span.time())%microsecond != 0 || span.answered() && span.time()%microsecond != 0 {
			e.unit = 1
		}
		e.first = min(e.first, opened)
	}
	if len(cells) == 0 {
		e.first = 0
	}
	e.quick = quarter(e.first / microsecondsPerQuarter)
	return e
}

func (e *groupEncoder) number(n int64) { e.b = binary.AppendUvarint(e.b, uint64(n)) }

// group writes a group's total and its sorted cells.
func (e *groupEncoder) group(t *total, cells []cell) {
	inOrder(cells)
	answered := 0
	for _, c := range cells {
		if c.span().answered() {
			answered++
		}
	}
	e.number(t.exchNr)
	e.number(t.turns)
	e.b = binary.AppendUvarint(e.b, t.turnTime.high)
	e.b = binary.AppendUvarint(e.b, t.turnTime.low)
	e.number(int64(answered))
	e.number(int64(len(cells) - answered))
	last := int64(0)
	for _, c := range cells {
		if span := c.span(); span.answered() {
			e.number((span.time() - last) / e.unit)
			e.number(int64(c.opened() - e.quick))
			last = span.time()
		}
	}
	last = e.first
	for _, c := range slices.Backward(cells) { // the longer a client waits, the earlier they wrote
		if span := c.span(); !span.answered() {
			opened := e.asOf - span.time()
			e.number((opened - last) / e.unit)
			last = opened
		}
	}
}

// inOrder puts sorted cells of one span into the order in which they were opened, so
// that a state's bytes depend on the messages alone.
func inOrder(cells []cell) {
	for from := 0; from < len(cells); {
		to := from + 1
		for to < len(cells) && cells[to].a == cells[from].a {
			to++
		}
		if to-from > 1 {
			slices.SortFunc(cells[from:to], func(a, b cell) int { return cmp.Compare(a.b, b.b) })
		}
		from = to
	}
}
