package analysis

import (
	"context"
	"math"
	"math/bits"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/sav-analytics/sav/source"
)

// A span is how long a client waited: µs shifted by one, and in the lowest bit
// whether the wait was cut off by as_of (censored) rather than ended by an
// answer. Of equal times, answers sort first.
type span uint64

const censored span = 1

func newSpan(time int64, cut span) span { return span(time)<<1 | cut }

func (s span) time() int64    { return int64(s >> 1) }
func (s span) answered() bool { return s&censored == 0 }

// A cohort is what the conversations of a window contribute to the report: for
// each its group and its span, and for each group exact sums of the rest.
type cohort struct {
	spans  []span
	groups []group // of each span
	totals []total // by group; groups beyond the end have none
	pairs  []exchangeRow

	duplicates, afterAsOf, merchantOnly, outsideWindow int64
}

// A total is the integers of a group that are only summed.
type total struct {
	exchNr   int64
	turns    int64
	turnTime sum128 // µs
}

func (t *total) add(o *total) {
	t.exchNr += o.exchNr
	t.turns += o.turns
	t.turnTime.add(o.turnTime)
}

// A sum128 is a sum of non-negative integers that may pass 2^63: µs of a
// century, a million times.
type sum128 struct{ high, low uint64 }

func (s *sum128) add(o sum128) {
	var carry uint64
	s.low, carry = bits.Add64(s.low, o.low, 0)
	s.high += o.high + carry
}

// float is the sum, rounded once.
func (s sum128) float() float64 { return math.FMA(float64(s.high), 1<<64, float64(s.low)) }

// An exchangeRow is a conversation as the pairs show it.
type exchangeRow struct {
	conversation        source.ID
	group               group
	answered            bool
	opened, responded   int64 // µs since 1970 UTC
	exchNr, turns, time int64 // time is that of the turns, in µs
}

// limits are the times that decide what counts, in µs since 1970 UTC.
type limits struct {
	asOf     int64 // messages after it are ignored
	from, to int64 // conversations opened in [from, to) count
}

// collect runs the kernel over all conversations of the store, on all cores.
func (s *store) collect(ctx context.Context, dict *source.Dict, lim limits, keepPairs bool) (*cohort, error) {
	workers := min(runtime.GOMAXPROCS(0), s.partitions)
	cohorts := make([]cohort, workers)
	var next atomic.Int64
	var wait sync.WaitGroup
	for w := range cohorts {
		wait.Go(func() {
			c, t := &cohorts[w], &partition{dict: dict}
			c.totals = make([]total, len(s.groups.keys))
			for {
				p := int(next.Add(1) - 1)
				if p >= s.partitions || ctx.Err() != nil {
					return
				}
				t.load(s.batches, p)
				t.assemble()
				c.add(t, lim, keepPairs)
			}
		})
	}
	wait.Wait()
	return merge(cohorts), ctx.Err()
}

// add counts the conversations of an assembled partition.
func (c *cohort) add(t *partition, lim limits, keepPairs bool) {
	from := 0
	for i, id := range t.ids {
		to := int(t.ends[i])
		end := t.arrange(from, to)
		c.duplicates += int64(to - end)
		known := end
		for known > from && t.bySent[known-1].at() > lim.asOf {
			known--
		}
		c.afterAsOf += int64(end - known)
		sent, groups := t.bySent[from:known], t.byGroup[from:known]
		from = to
		x := pair(sent)
		if x.opening == none {
			if len(sent) > 0 {
				c.merchantOnly++
			}
			continue
		}
		opened := sent[x.opening].at()
		if opened < lim.from || opened >= lim.to {
			c.outsideWindow++
			continue
		}
		g := groups[x.opening]
		length := newSpan(lim.asOf-opened, censored)
		row := exchangeRow{conversation: id, group: g, opened: opened, exchNr: x.exchNr, turns: x.turns, time: x.turnTime}
		if x.response != none {
			row.answered, row.responded = true, sent[x.response].at()
			length = newSpan(row.responded-opened, 0)
		}
		c.count(g, length, &row)
		if keepPairs {
			c.pairs = append(c.pairs, row)
		}
	}
}

// count adds one conversation to the cohort.
func (c *cohort) count(g group, length span, row *exchangeRow) {
	c.spans = append(c.spans, length)
	c.groups = append(c.groups, g)
	c.totals[g].add(&total{row.exchNr, row.turns, sum128{low: uint64(row.time)}})
}

// merge brings what each worker found together. The order in which the workers
// took the partitions has no effect on anything but the order of spans.
func merge(cohorts []cohort) *cohort {
	all := &cohorts[0]
	for i := range cohorts[1:] {
		c := &cohorts[i+1]
		all.spans = append(all.spans, c.spans...)
		all.groups = append(all.groups, c.groups...)
		all.pairs = append(all.pairs, c.pairs...)
		for g := range c.totals {
			all.totals[g].add(&c.totals[g])
		}
		all.duplicates += c.duplicates
		all.afterAsOf += c.afterAsOf
		all.merchantOnly += c.merchantOnly
		all.outsideWindow += c.outsideWindow
	}
	return all
}
