package detail

import (
	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/internal/micros"
	"github.com/sav-analytics/sav/stats"
)

// A walk is what one pass over all conversations counts: each finds its merchant's counts
// in the cache once.
type walk struct {
	number    []waits.Quarter // of each conversation: which of quarters it is of
	quarters  []quarterCounts
	merchants []merchantCounts // of each merchant in each country: a row of pairs
	pairs     groups.Rows
	waiting   [len(waitingFrom)]int64 // unanswered conversations by age
	pending   int64                   // of these, those that are not due
}

// quarterCounts are of the conversations opened in a quarter of an hour, in countries of
// one zone.
type quarterCounts struct {
	conversations, answered uint32
	due                     counts
	change                  changePeriod
}

// A changePeriod is a period of a Change: none, or the first or second, plus one.
type changePeriod uint8

// merchantCounts are of a merchant in a country.
type merchantCounts struct {
	country     uint32 // its row
	due         counts
	whole, half counts // due at the median of all, and at that of the country
	change      [2]waitCounts
}

// waitCounts count conversations that are due, and sum up their waits in seconds.
type waitCounts struct {
	counts
	sum, squares float64
}

// counts are a Due in half the memory.
type counts struct{ due, met uint32 }

func (c *counts) add(met bool) {
	c.due++
	n := uint32(0) // a branch would go either way
	if met {
		n = 1
	}
	c.met += n
}

func (c counts) plus(o stats.Count) stats.Count {
	return stats.Count{K: o.K + int(c.met), N: o.N + int(c.due)}
}

func (c counts) all() Due { return Due{int64(c.due), int64(c.met)} }

// deadlines are the times within which answers are counted: the report's, and medians.
type deadlines struct {
	report deadline
	whole  deadline
	half   []deadline // of each row of countries
}

// newWalk walks over all conversations. The change is about two periods; places tell the
// quarters of each zone.
func newWalk(sorted *waits.Sorted, c calendar, places places, at deadlines, ranking *groups.Ranking,
	change twoPeriods) *walk {
	w := &walk{number: places.number, quarters: make([]quarterCounts, len(places.row)),
		pairs: ranking.Rows(groups.By{Country: true, Merchant: true})}
	for i := range w.quarters {
		w.quarters[i].change = change.of(c[i%len(c)].day())
	}
	countries := ranking.Rows(groups.By{Country: true})
	w.merchants = make([]merchantCounts, len(w.pairs.Keys))
	for row, country := 0, 0; row < len(w.merchants); row++ { // both are in the order of countries
		for w.pairs.Keys[row].Country != countries.Keys[country].Country {
			country++
		}
		w.merchants[row].country = uint32(country)
	}
	limit := float64(at.report.within) / micros.PerSecond
	for i, s := range sorted.Span {
		opened := sorted.Opened[i]
		q, m := &w.quarters[w.number[i]], &w.merchants[w.pairs.Row[sorted.Group[i]]]
		q.conversations++
		if at.report.due(opened, s) {
			met := at.report.met(s)
			q.due.add(met)
			m.due.add(met)
			if q.change > 0 {
				wait := limit
				if met {
					wait = float64(s.Time()) / micros.PerSecond
				}
				m.change[q.change-1].add(met, wait)
			}
		} else if !s.Answered() {
			w.pending++
		}
		if at.whole.due(opened, s) {
			m.whole.add(at.whole.met(s))
		}
		if half := &at.half[m.country]; half.due(opened, s) {
			m.half.add(half.met(s))
		}
		if s.Answered() {
			q.answered++
		} else {
			w.waiting[ageOf(s)]++
		}
	}
	return w
}

func (c *waitCounts) add(met bool, wait float64) {
	c.counts.add(met)
	c.sum += wait
	c.squares += wait * wait
}

// merchantRows returns, for each row of pairs, that of its merchant among merchants.
func (w *walk) merchantRows(ranking *groups.Ranking, merchants groups.Rows) []uint32 {
	rows := make([]uint32, len(w.merchants))
	for g, pair := range w.pairs.Row {
		if ranking.Used(groups.Group(g)) {
			rows[pair] = merchants.Row[g]
		}
	}
	return rows
}

// countries calls visit for each country's part of the pairs, which are in their order.
func (w *walk) countries(visit func(country, from, to int)) {
	for from := 0; from < len(w.merchants); {
		to := from
		for to < len(w.merchants) && w.merchants[to].country == w.merchants[from].country {
			to++
		}
		visit(int(w.merchants[from].country), from, to)
		from = to
	}
}
