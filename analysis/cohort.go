package analysis

import (
	"context"
	"errors"
	"math"
	"math/bits"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/sav-analytics/sav/analysis/internal/pair"
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
	parts    [][][]cell // the timed cells that each worker found, in pieces
	reach    []place    // how far they reach into the memory that rows had
	totals   []total    // by group
	pairs    []exchangeRow
	counted  int64 // conversations
	answered int64 // of these

	duplicates, afterAsOf, merchantOnly, outsideWindow int64

	sample sample // of all conversations, in the window or not; only if asked for
}

// A total is the integers of a group that are only summed.
type total struct {
	conversations int64
	exchNr        int64
	turns         int64
	turnTime      sum128 // µs
}

func (t *total) add(o *total) {
	t.conversations += o.conversations
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
	opened, responded   int64 // µs since 1970 UTC; responded is as_of if nobody did
	exchNr, turns, time int64 // time is that of the turns, in µs
}

// kept is what to keep of conversations beyond what a report needs.
type kept struct{ pairs, sample bool }

// neighbours is how many partitions a worker takes at a time: in each batch
// their rows lie side by side, and share cache lines.
const neighbours = 8

// collect runs the kernel over all conversations of the store, on all cores.
// The timed cells take the place of the rows.
func (s *store) collect(ctx context.Context, dict *source.Dict, lim *pair.Limits, keep kept) (*cohort, error) {
	workers, err := s.bound(min(runtime.GOMAXPROCS(0), s.partitions))
	if err != nil {
		return nil, err
	}
	cohorts := make([]cohort, workers)
	used := make([]int, workers) // batches that have timed cells
	errs := make([]error, workers)
	var next atomic.Int64
	var wait sync.WaitGroup
	for w := range cohorts {
		wait.Go(func() {
			c, t := &cohorts[w], &partition{Conversation: pair.Conversation{Dict: dict}, groups: newGroupCache(s.groups), client: s.client}
			c.parts = [][][]cell{nil}
			for {
				from := int(next.Add(neighbours)) - neighbours
				if from >= s.partitions || ctx.Err() != nil {
					return
				}
				for p := from; p < min(from+neighbours, s.partitions); p++ {
					if errs[w] = t.load(s, p); errs[w] != nil {
						return
					}
					t.assemble()
					c.add(t, lim, keep)
					if errs[w] = t.spare.err; errs[w] != nil {
						return
					}
					used[w] = max(used[w], t.spare.batch+1)
				}
			}
		})
	}
	wait.Wait()
	all := merge(cohorts)
	for _, b := range s.batches[:min(slices.Max(used), len(s.batches))] {
		all.reach = append(all.reach, b.place)
	}
	if len(s.batches) == 0 {
		all.reach = s.cells.taken()
	}
	errs = append(errs, context.Cause(ctx), checkNumber(all.counted, "conversations"))
	return all, errors.Join(errs...)
}

// add counts the conversations of an assembled partition.
func (c *cohort) add(t *partition, lim *pair.Limits, keep kept) {
	from := 0
	for i, id := range t.known.Keys() {
		to := int(t.ends[i])
		t.unpack(from, to)
		from = to
		c.duplicates += int64(t.Arrange())
		if keep.sample {
			c.sample = c.sample.add(hashed{t.Dict.Hash(id), id})
		}
		c.afterAsOf += int64(t.CutAfter(lim))
		x := pair.Find(t.Sent)
		if x.Opening == pair.None {
			if len(t.Sent) > 0 {
				c.merchantOnly++
			}
			continue
		}
		opened := t.Sent[x.Opening].At()
		if !lim.InWindow(opened) {
			c.outsideWindow++
			continue
		}
		row := exchangeRow{conversation: id, group: group(t.Ref[x.Opening]), opened: opened, responded: lim.AsOf,
			exchNr: x.ExchNr, turns: x.Turns, time: x.TurnTime}
		if x.Response != pair.None {
			row.answered, row.responded = true, t.Sent[x.Response].At()
		}
		if t.found = append(t.found, row); len(t.found) == someExchanges {
			c.flush(t, keep)
		}
	}
	c.flush(t, keep)
	c.parts[0] = t.spare.close(c.parts[0])
}

// someExchanges is how many are found before any is counted. Looking groups up
// and adding to their totals misses the cache most of the time; in loops that do
// nothing else, a core waits for many at once.
const someExchanges = 256

// flush counts the exchanges found since the last time.
func (c *cohort) flush(t *partition, keep kept) {
	if t.width == narrowCells && !t.client {
		for i := range t.found {
			t.found[i].group = t.groups.number(tag(t.found[i].group).key())
		}
	}
	for i := range t.found {
		row := &t.found[i]
		c.count(row)
		c.parts[0] = t.spare.put(row.timed(), c.parts[0])
	}
	if keep.pairs {
		c.pairs = append(c.pairs, t.found...)
	}
	t.found = t.found[:0]
}

// timed is the cell of the conversation.
func (r *exchangeRow) timed() cell {
	cut := censored
	if r.answered {
		cut = 0
	}
	return timed(newSpan(r.responded-r.opened, cut), r.group, r.opened)
}

// count adds one conversation to the sums of the cohort.
func (c *cohort) count(row *exchangeRow) {
	c.grow(row.group)
	c.totals[row.group].add(&total{1, row.exchNr, row.turns, sum128{low: uint64(row.time)}})
	c.counted++
	if row.answered {
		c.answered++
	}
}

// grow makes room for the totals of g.
func (c *cohort) grow(g group) {
	if missing := int(g) + 1 - len(c.totals); missing > 0 {
		c.totals = append(c.totals, make([]total, missing)...)
	}
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
		if n := len(c.totals); n > 0 {
			all.grow(group(n - 1))
		}
		for g := range c.totals {
			all.totals[g].add(&c.totals[g])
		}
		all.counted += c.counted
		all.sample = append(all.sample, c.sample...)
		all.answered += c.answered
		all.duplicates += c.duplicates
		all.afterAsOf += c.afterAsOf
		all.merchantOnly += c.merchantOnly
		all.outsideWindow += c.outsideWindow
	}
	return all
}
