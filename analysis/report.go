package analysis

import (
	"math"
	"runtime"
	"slices"
	"sync/atomic"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/internal/parallel"
	"github.com/sav-analytics/sav/source"
)

// report makes the report of a cohort: the groups of each level, summarized, and
// what else of the result comes from sorted conversations, if it is asked for. It uses
// the memory that the messages had.
func (c *cohort) report(result *Result, memory *cells, keys []groupKey, dict *source.Dict, opts *Options) (err error) {
	workers := runtime.GOMAXPROCS(0)
	var o *ordered
	var ranking *ranking
	parts := make([]partsOf, len(opts.Levels))
	parallel.Do( // what one core does alone, another may sort beside
		func() { o, err = c.sort(memory, workers) },
		func() {
			ranking = rank(keys, c.used(len(keys)), dict)
			for l, level := range opts.Levels {
				parts[l] = ranking.parts(level)
			}
		})
	if err != nil {
		return err
	}
	c.parts = nil
	parallel.Do( // for the same reason
		func() {
			t := &table{schema: opts.Schema(), dict: dict}
			within := t.schema.micros()
			for _, of := range parts {
				t.append(of, c.summarize(o, o.scratch(0), of, within, workers))
			}
			result.NotYetObserved = t.notYetObserved()
			result.Report, err = t.frame()
		},
		func() {
			if opts.Detail {
				result.Detail = newDetail(o, o.scratch(1), ranking, dict, opts, workers)
			}
		})
	if err != nil {
		return err
	}
	if result.State != nil {
		result.State.contribute(c, o, ranking, dict)
	}
	return nil
}

// used says which of so many groups have a conversation.
func (c *cohort) used(groups int) []bool {
	used := make([]bool, groups)
	for g := range c.totals {
		used[g] = c.totals[g].conversations > 0
	}
	return used
}

// summarize computes the summaries of a level's rows; within are times in µs, in
// ascending order.
func (c *cohort) summarize(o *ordered, scratch []span, parts partsOf, within []int64, workers int) []summary {
	rows := len(parts.keys)
	totals := make([]total, rows)
	for g := range c.totals {
		if c.totals[g].conversations > 0 {
			totals[parts.row[g]].add(&c.totals[g])
		}
	}
	summaries := make([]summary, rows)
	all := make([]withinSummary, rows*len(within))
	for r := range summaries {
		summaries[r].within, all = all[:len(within):len(within)], all[len(within):]
	}
	eachRow(o.span, scratch, o.group, parts.row, rows, workers,
		func(r int, of []span) { summaries[r].summarize(of, &totals[r], within) })
	return summaries
}

// eachRow calls visit for each of so many rows with its spans, in increasing order
// and its own to write to, on all cores. A conversation is of the row that row says
// of its number. The spans of all rows lie in scratch.
func eachRow[N ~uint32](spans, scratch []span, number []N, row []uint32, rows, workers int, visit func(r int, of []span)) {
	ends := []uint32{uint32(len(spans))}
	if rows == 1 {
		copy(scratch, spans)
	} else { // in sorted order, so that each row's spans come out sorted too
		move := func(b int, places []uint32) {
			for i, s := range ints.BlockOf(spans, b) {
				scratch[places[i]] = s
			}
		}
		ends = ints.ParallelCountingSort(ints.NumBlocks(len(spans)), rows, workers, ints.KeysOf(number, row), move)
	}
	some := min(64, rows/workers/8+1) // rows taken at a time
	var next atomic.Int64
	parallel.Each(min(workers, rows), func(int) {
		for {
			from := int(next.Add(int64(some))) - some
			if from >= rows {
				return
			}
			for r := from; r < min(from+some, rows); r++ {
				start := uint32(0)
				if r > 0 {
					start = ends[r-1]
				}
				visit(r, scratch[start:ends[r]])
			}
		}
	})
}

// A table is the report as it grows.
type table struct {
	schema    Schema
	dict      *source.Dict
	keys      []rowKey
	summaries []summary
}

// A rowKey is what a row is about.
type rowKey struct {
	level Level
	groupKey
}

func (t *table) append(parts partsOf, summaries []summary) {
	for _, key := range parts.keys {
		t.keys = append(t.keys, rowKey{parts.level, key})
	}
	t.summaries = append(t.summaries, summaries...)
}

// notYetObserved counts the rows with an empty time within.
func (t *table) notYetObserved() (n int64) {
	for i := range t.summaries {
		if slices.ContainsFunc(t.summaries[i].within, func(w withinSummary) bool { return math.IsNaN(w.answered) }) {
			n++
		}
	}
	return n
}

func (t *table) frame() (*frame.Frame, error) {
	specs := t.schema.specs()
	columns := make([]frame.Column, len(specs))
	for i, c := range specs {
		switch c.Kind {
		case Text:
			values := make([]string, len(t.keys))
			valid := frame.NewBitmap(len(values))
			for r := range t.keys {
				var applies bool
				if values[r], applies = c.text(&t.keys[r], t.dict); applies {
					valid.Set(r)
				}
			}
			columns[i] = frame.Texts(c.Name, values, valid)
		case Count:
			values := make([]int64, len(t.summaries))
			for r := range t.summaries {
				values[r] = int64(c.number(&t.summaries[r]))
			}
			columns[i] = frame.Int64s(c.Name, values, nil)
		case Number:
			values := make([]float64, len(t.summaries))
			valid := frame.NewBitmap(len(values))
			for r := range t.summaries {
				values[r] = c.number(&t.summaries[r])
				if !math.IsNaN(values[r]) {
					valid.Set(r)
				}
			}
			columns[i] = frame.Float64s(c.Name, values, valid)
		}
	}
	return frame.New(columns...)
}
