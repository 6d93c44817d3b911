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

// A quarter is a quarter of an hour, counted from 1970 UTC: as fine as is needed
// to know the local day and hour, since zones differ by quarters of an hour.
type quarter uint32

const microsecondsPerQuarter = 15 * 60 * 1_000_000

// timed is the cell of a conversation: its span, its group, and when it was
// opened (µs since 1970 UTC, not before). It is what the report needs of a
// conversation but for exact sums.
func timed(s span, g group, opened int64) cell {
	return cell{uint64(s), uint64(opened/microsecondsPerQuarter)<<32 | uint64(g)}
}

func (c cell) span() span      { return span(c.a) }
func (c cell) group() group    { return group(c.b) }
func (c cell) opened() quarter { return quarter(c.b >> 32) }

// A cohort is what the conversations of a window contribute to the report: for
// each its span and group, and for each group exact sums of the rest.
type cohort struct {
	parts    [][]cell // the timed cells that each worker found
	totals   []total  // by group
	pairs    []exchangeRow
	answered int64

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

// neighbours is how many partitions a worker takes at a time: in each batch
// their rows lie side by side, and share cache lines.
const neighbours = 8

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
			// Room for all, as a rule: memory that is not written to costs nothing.
			c.parts = [][]cell{makeLarge[cell](s.rows() / 2 / workers)[:0]}
			for {
				from := int(next.Add(neighbours)) - neighbours
				if from >= s.partitions || ctx.Err() != nil {
					return
				}
				for p := from; p < min(from+neighbours, s.partitions); p++ {
					t.load(s.batches, p)
					t.assemble()
					c.add(t, lim, keepPairs)
				}
			}
		})
	}
	wait.Wait()
	return merge(cohorts), context.Cause(ctx)
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

// count adds one conversation to the cohort of one worker.
func (c *cohort) count(g group, length span, row *exchangeRow) {
	c.parts[0] = append(c.parts[0], timed(length, g, row.opened))
	c.totals[g].add(&total{row.exchNr, row.turns, sum128{low: uint64(row.time)}})
	if length.answered() {
		c.answered++
	}
}

// conversations is how many the cohort has.
func (c *cohort) conversations() int {
	n := 0
	for _, part := range c.parts {
		n += len(part)
	}
	return n
}

// merge brings what each worker found together. Which partitions a worker took
// has no effect on anything but the order of conversations, which nothing
// depends on.
func merge(cohorts []cohort) *cohort {
	all := &cohorts[0]
	for i := range cohorts[1:] {
		c := &cohorts[i+1]
		all.parts = append(all.parts, c.parts...)
		all.pairs = append(all.pairs, c.pairs...)
		for g := range c.totals {
			all.totals[g].add(&c.totals[g])
		}
		all.answered += c.answered
		all.duplicates += c.duplicates
		all.afterAsOf += c.afterAsOf
		all.merchantOnly += c.merchantOnly
		all.outsideWindow += c.outsideWindow
	}
	return all
}
