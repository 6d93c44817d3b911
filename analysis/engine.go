package analysis

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sav-analytics/sav/analysis/internal/pair"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/source"
)

// Options say what a report is about. The zero value is: all conversations,
// known as of the latest message, at the default levels.
type Options struct {
	// AsOf is the last instant that is known: messages after it are ignored.
	// Zero is that of the latest message of a client or a merchant.
	AsOf time.Time
	// From and To are the window: conversations opened in [From, To) count. A
	// zero end is open.
	From, To time.Time
	// Levels are the parts of the report, in this order. None are DefaultLevels.
	Levels []Level
	// Within are the times within which answers are counted, in ascending order. None
	// are DefaultWithin.
	Within []Within
	// Pairs asks for Result.Pairs.
	Pairs bool
	// Detail asks for Result.Detail, whose days and hours are those of Zone; nil is
	// UTC.
	Detail bool
	Zone   *time.Location
	// State asks for Result.State.
	State bool
	// MemoryLimit is how many bytes of memory a run may take, about; messages
	// beyond it go to files in SpillDir and come back. 0 is no limit. Texts are kept in
	// memory, whatever the limit: those of ids that are no integers. A conversation
	// whose messages don't fit is a [MemoryError].
	MemoryLimit int64
	SpillDir    string // empty is the system's folder for temporary files
	// Reject, if not nil, takes each row that cannot be used, in the order of
	// the input.
	Reject func(*source.Reject) error
}

// A Result is what Run found. Of the rows that were read, each was either
// rejected, private, by another sender, a duplicate or after AsOf, or it is a
// message of a conversation.
type Result struct {
	Report *frame.Frame // one row a group, with the columns of Options.Schema
	Pairs  *frame.Frame // one row a conversation in the window; nil unless asked for
	Detail *Detail      // what pictures show beyond the report; nil unless asked for

	State *State // what a report of more than these messages needs of them; nil unless asked for

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
	AsOf           time.Time // zero if there was no message
	Elapsed        Elapsed
}

// Elapsed says how long each step of a run took.
type Elapsed struct{ Read, Pair, Summarize time.Duration }

// Run reads all messages of src and makes the report. The result does not
// depend on the order in which batches come, nor on the number of cores. An
// error of src or Reject is returned as it is.
func Run(ctx context.Context, src source.Source, opts Options) (*Result, error) {
	spill := newSpill(opts.SpillDir, opts.MemoryLimit)
	defer spill.close()
	return run(ctx, src, opts, spill)
}

func run(ctx context.Context, src source.Source, opts Options, spill *spill) (*Result, error) {
	started := time.Now()
	r, err := read(ctx, src, &opts, spill)
	if err != nil {
		return nil, err
	}
	s, dict, lim := r.store, r.dict, r.limits
	ended := time.Now()

	result := &Result{Rows: r.counts}
	if lim.AsOf > 0 {
		result.AsOf = time.UnixMicro(lim.AsOf).UTC()
	}
	c, err := s.collect(ctx, dict, lim, kept{pairs: opts.Pairs, sample: opts.State})
	if err != nil {
		return nil, err
	}
	s.batches = nil // the rows are not needed any more
	paired := time.Now()

	result.count(c)
	if opts.State {
		result.State = newState(&opts, lim, c, dict)
		result.State.rows = r.counts
	}
	if opts.Pairs {
		if result.Pairs, err = pairsFrame(c.pairs, s.groups.keys, lim.AsOf, dict); err != nil {
			return nil, err
		}
	}
	if err = c.report(result, s.cells, s.groups.keys, dict, &opts); err != nil {
		return nil, err
	}
	result.Elapsed = Elapsed{ended.Sub(started), paired.Sub(ended), time.Since(paired)}
	return result, nil
}

// count takes over what a cohort counted.
func (r *Result) count(c *cohort) {
	r.Duplicates, r.AfterAsOf = c.duplicates, c.afterAsOf
	r.MerchantOnly, r.OutsideWindow = c.merchantOnly, c.outsideWindow
	r.Conversations, r.Answered = c.counted, c.answered
}

var errNoSource = errors.New("analysis: no source to read messages from")

// check returns an error if no report can be of these options, and fills in what is
// left out.
func (o *Options) check() error {
	if len(o.Levels) == 0 {
		o.Levels = DefaultLevels()
	}
	for _, level := range o.Levels {
		if !level.known() {
			return fmt.Errorf("analysis: unknown level %d; expected 0 to %d", level, numLevels-1)
		}
	}
	if err := checkWithin(o.Within); err != nil {
		return fmt.Errorf("analysis: within: %w", err)
	}
	switch {
	case !o.From.IsZero() && !o.To.IsZero() && !o.From.Before(o.To):
		return fmt.Errorf("analysis: no window: from %s is not before to %s", o.From.Format(time.RFC3339Nano), o.To.Format(time.RFC3339Nano))
	case o.MemoryLimit < 0:
		return fmt.Errorf("analysis: a memory limit of %d bytes", o.MemoryLimit)
	}
	return nil
}

// limits are those of the options, where latest is the time of the last message.
func (o *Options) limits(latest int64) *pair.Limits {
	l := pair.NewLimits(o.AsOf, o.From, o.To, latest)
	return &l
}

// NeedsClient reports whether messages must be read with their clients.
func (o *Options) NeedsClient() bool {
	if o.Pairs {
		return true
	}
	for _, l := range o.Levels {
		if l.spec().client {
			return true
		}
	}
	return false
}
