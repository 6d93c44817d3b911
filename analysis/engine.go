package analysis

import (
	"context"
	"math"
	"time"

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
	// Pairs asks for Result.Pairs.
	Pairs bool
	// Detail asks for Result.Detail, whose days and hours are those of Zone; nil is
	// UTC.
	Detail bool
	Zone   *time.Location
	// Reject, if not nil, takes each row that cannot be used, in the order of
	// the input.
	Reject func(*source.Reject) error
}

// A Result is what Run found. Of the rows that were read, each was either
// rejected, private, by another sender, a duplicate or after AsOf, or it is a
// message of a conversation.
type Result struct {
	Report *frame.Frame // one row a group, with the columns of Columns
	Pairs  *frame.Frame // one row a conversation in the window; nil unless asked for
	Detail *Detail      // what pictures show beyond the report; nil unless asked for

	Rows          source.Counts
	Duplicates    int64     // rows with the conversation and message_id of an earlier message
	AfterAsOf     int64     // messages after AsOf
	MerchantOnly  int64     // conversations in which no client wrote
	OutsideWindow int64     // conversations opened outside of the window
	Conversations int64     // conversations in the window
	Answered      int64     // of these, answered by AsOf
	AsOf          time.Time // zero if there was no message
	Elapsed       Elapsed
}

// Elapsed says how long each step of a run took.
type Elapsed struct{ Read, Pair, Summarize time.Duration }

// Run reads all messages of src and makes the report. The result does not
// depend on the order in which batches come, nor on the number of cores. An
// error of src or Reject is returned as it is.
func Run(ctx context.Context, src source.Source, opts Options) (*Result, error) {
	if len(opts.Levels) == 0 {
		opts.Levels = DefaultLevels
	}
	started := time.Now()
	dict := source.NewDict()
	rows := int64(0)
	if sizer, ok := src.(source.Sizer); ok {
		rows = sizer.EstimateRows()
	}
	s := newStore(rows, opts.needsClient())
	err := src.Read(ctx, &source.Receiver{
		Needs: source.Needs{Client: opts.needsClient()}, Dict: dict, Batch: s.add, Reject: opts.Reject,
	})
	if err != nil {
		return nil, err
	}
	counts, latest := s.finish()
	read := time.Now()

	lim := limits{asOf: latest, from: math.MinInt64, to: math.MaxInt64}
	result := &Result{Rows: counts}
	if !opts.AsOf.IsZero() {
		lim.asOf = opts.AsOf.UnixMicro()
		result.AsOf = opts.AsOf.UTC()
	} else if len(s.batches) > 0 && latest > 0 {
		result.AsOf = time.UnixMicro(latest).UTC()
	}
	if !opts.From.IsZero() {
		lim.from = opts.From.UnixMicro()
	}
	if !opts.To.IsZero() {
		lim.to = opts.To.UnixMicro()
	}
	c, err := s.collect(ctx, dict, lim, opts.Pairs)
	if err != nil {
		return nil, err
	}
	s.batches = nil // the rows are not needed any more
	paired := time.Now()

	result.Duplicates, result.AfterAsOf = c.duplicates, c.afterAsOf
	result.MerchantOnly, result.OutsideWindow = c.merchantOnly, c.outsideWindow
	result.Conversations, result.Answered = c.counted, c.answered
	if opts.Pairs {
		if result.Pairs, err = pairsFrame(c.pairs, s.groups.keys, lim.asOf, dict); err != nil {
			return nil, err
		}
	}
	if result.Report, result.Detail, err = c.report(s.cells, s.groups.keys, dict, &opts); err != nil {
		return nil, err
	}
	result.Elapsed = Elapsed{read.Sub(started), paired.Sub(read), time.Since(paired)}
	return result, nil
}

func (o *Options) needsClient() bool {
	if o.Pairs {
		return true
	}
	for _, l := range o.Levels {
		if levels[l].client {
			return true
		}
	}
	return false
}
