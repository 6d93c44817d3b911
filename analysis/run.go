package analysis

import (
	"cmp"
	"context"
	"errors"
	"math"
	"runtime"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/analysis/detail"
	"github.com/sav-analytics/sav/internal/analysis/engine"
	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/inside"
	"github.com/sav-analytics/sav/internal/analysis/memory"
	"github.com/sav-analytics/sav/internal/analysis/summary"
	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/internal/parallel"
	"github.com/sav-analytics/sav/internal/tally"
	"github.com/sav-analytics/sav/policy"
	"github.com/sav-analytics/sav/source"
)

// A Result is what Run found. Of the rows that were read, each was either
// rejected, private, by another sender, a duplicate or after AsOf, or it is a
// message of a conversation.
type Result struct {
	Report *frame.Frame // one row a group, with the columns that docs/semantics.md tells of
	Pairs  *frame.Frame // one row a conversation in the window; nil unless asked for

	Rows          source.Counts
	Duplicates    int64 // rows with the conversation and message_id of an earlier message
	AfterAsOf     int64 // messages after AsOf
	MerchantOnly  int64 // conversations in which no client wrote
	OutsideWindow int64 // conversations opened outside of the window
	Conversations int64 // conversations in the window
	Answered      int64 // of these, answered by AsOf
	// NotYetObserved counts the rows of the report in which nobody was watched for one
	// of the times of Within, so that its columns are empty.
	NotYetObserved int64
	// Unused are the merchants and countries that Options.Policy names, and no message has.
	Unused []policy.Who
	AsOf   time.Time // zero if there was no message
	// LatestMessage is the time of the latest message, one after AsOf and a duplicate
	// too; zero if there was none.
	LatestMessage time.Time
	// Elapsed says how long each step of the run took.
	Elapsed struct{ Read, Pair, Summarize time.Duration }

	held inside.Held
}

// A MemoryError says that a run can't keep to Options.MemoryLimit.
type MemoryError = engine.MemoryError

// ErrNoSource is the error of a source that is nil.
var ErrNoSource = errors.New("analysis: no source to read messages from")

// Run reads all messages of src and makes the report. The result does not
// depend on the order in which batches come, nor on the number of cores. An
// error of src or Reject is returned as it is.
func Run(ctx context.Context, src source.Source, opts Options) (*Result, error) {
	set, err := collect(ctx, src, opts, engine.Keep{})
	if err != nil {
		return nil, err
	}
	defer set.Close()
	return summarize(ctx, set, opts)
}

// collect is the first half of Run.
func collect(ctx context.Context, src source.Source, opts Options, keep engine.Keep) (*waits.Set, error) {
	return collectWithin(ctx, src, opts, keep, memory.NewLimit(opts.SpillDir, opts.MemoryLimit))
}

// collectWithin is collect with a limit of memory.
func collectWithin(ctx context.Context, src source.Source, opts Options, keep engine.Keep,
	limit *memory.Limit) (*waits.Set, error) {
	if err := opts.Check(); err != nil {
		return nil, err
	}
	if src == nil {
		return nil, ErrNoSource
	}
	started := time.Now()
	tally := tally.Options{Columns: src.Columns(), Zone: opts.Zone, Clock: opts.Clock, From: opts.From,
		To: opts.To, AsOf: opts.AsOf}
	store, err := engine.Read(ctx, src, engine.Options{Client: opts.needsClient(), Policy: opts.Policy, Limit: limit,
		Reject: opts.Reject, Tally: tally})
	if err != nil {
		store.Close()
		return nil, err
	}
	read := time.Now()
	keep.Pairs, keep.Periods = opts.Pairs, opts.calendar()
	set, err := store.Collect(ctx, opts.rules(store.Latest), keep)
	if err != nil {
		store.Close()
		return nil, err
	}
	set.Latest = store.Latest
	if opts.NewestFirst { // that time goes back is known
		set.Facts.Forward, set.Facts.Back, set.Facts.Equal = 0, 0, 0
	}
	set.ReadTime, set.PairTime = read.Sub(started), time.Since(read)
	return set, nil
}

// summarize is the second half of Run.
func summarize(ctx context.Context, set *waits.Set, opts Options) (*Result, error) {
	if err := opts.Check(); err != nil {
		return nil, err
	}
	started := time.Now()
	result := resultOf(set)
	err := context.Cause(ctx)
	if err != nil {
		return nil, err
	}
	if opts.Pairs {
		if result.Pairs, err = pairsFrame(set.Pairs, set.Keys, set.Dict, &opts); err != nil {
			return nil, err
		}
	}
	if err = result.report(ctx, set, &opts); err != nil {
		return nil, err
	}
	took := &result.Elapsed
	took.Read, took.Pair, took.Summarize = set.ReadTime, set.PairTime, time.Since(started)
	return result, nil
}

// resultOf returns what a set counts.
func resultOf(set *waits.Set) *Result {
	r := &Result{
		Rows: set.Rows, held: inside.Held{Facts: set.Facts}, Duplicates: set.Duplicates, AfterAsOf: set.AfterAsOf,
		MerchantOnly: set.MerchantOnly, OutsideWindow: set.OutsideWindow,
		Conversations: set.Conversations, Answered: set.Answered, Unused: set.Unused,
	}
	if from := set.Rules.From; from > math.MinInt64 {
		r.held.From = time.UnixMicro(from).UTC()
	}
	if to := set.Rules.To; to < math.MaxInt64 {
		r.held.To = time.UnixMicro(to).UTC()
	}
	if asOf := set.Rules.AsOf; asOf > 0 {
		r.AsOf = time.UnixMicro(asOf).UTC()
	}
	if set.Latest > 0 {
		r.LatestMessage = time.UnixMicro(set.Latest).UTC()
	}
	return r
}

// report makes the report: the groups of each level, summarized, and the details, if
// they are asked for.
func (r *Result) report(ctx context.Context, set *waits.Set, opts *Options) (err error) {
	workers := runtime.GOMAXPROCS(0)
	var sorted *waits.Sorted
	var ranking *groups.Ranking
	rows := make([]levelRows, len(opts.Levels))
	parallel.Do( // what one core does alone, another may sort beside
		func() { sorted, err = set.Sort(workers) },
		func() {
			ranking = set.Rank()
			for i, level := range opts.Levels {
				rows[i] = opts.rows(level, ranking)
			}
		})
	if err = cmp.Or(err, context.Cause(ctx)); err != nil {
		return err
	}
	columns := opts.schema()
	of := detail.Options{Zone: opts.Zone, AsOf: set.Rules.AsOf, Within: columns.Micros(),
		Name: columns.Times()[0].String(), Oldest: set.Oldest, Followed: set.Followed, Policy: opts.Policy,
		Every: opts.calendar().Unit()}
	parallel.Do( // for the same reason
		func() {
			for i := range rows {
				if ctx.Err() != nil {
					return
				}
				for _, of := range rows[i].parts() {
					of.summaries = summary.Rows(set.Totals, sorted, sorted.Scratch(), of.rows, columns.Micros(),
						workers)
					summary.AddTargets(of.summaries, set.Targets, of.rows)
				}
			}
		},
		func() {
			if opts.Detail {
				r.held.Detail = detail.New(set.Dict, sorted, ranking, of)
			}
		})
	if err := context.Cause(ctx); err != nil {
		return err
	}
	if columns.Work {
		worked, err := set.SortWorked(workers, sorted) // whose memory nothing needs any more
		if err != nil {
			return err
		}
		parallel.Do(
			func() {
				for i := range rows {
					for _, of := range rows[i].parts() {
						summary.AddWork(of.summaries, worked, worked.Scratch(), of.rows, workers)
					}
				}
			},
			func() {
				if opts.Detail {
					r.held.Detail.AddWork(worked, ranking, set.Dict, of)
				}
			})
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	t := &table{schema: columns, dict: set.Dict, calendar: opts.calendar()}
	for i := range rows {
		t.append(&rows[i])
	}
	r.NotYetObserved = t.notYetObserved()
	r.Report, err = t.frame()
	return err
}
