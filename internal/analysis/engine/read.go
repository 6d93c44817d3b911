package engine

import (
	"context"

	"github.com/sav-analytics/sav/internal/analysis/memory"
	"github.com/sav-analytics/sav/internal/tally"
	"github.com/sav-analytics/sav/policy"
	"github.com/sav-analytics/sav/source"
)

// Options say how messages are read.
type Options struct {
	Client bool           // groups tell clients apart
	Policy *policy.Policy // whose names messages have; nil: none
	Limit  *memory.Limit  // nil: none
	Tally  tally.Options
	Reject func(*source.Reject) error
}

// Read reads all messages of src. The store must be closed, whatever the error.
func Read(ctx context.Context, src source.Source, opts Options) (*Store, error) {
	rows := int64(0)
	if sizer, ok := src.(source.Sizer); ok {
		rows = sizer.EstimateRows()
	}
	s := newStore(rows, opts.Client, opts.Limit)
	s.hasMessageID = src.Columns().Has(source.MessageID)
	if opts.Policy != nil {
		s.policy, s.mentions = opts.Policy, newMentions(opts.Policy, s.Dict)
	}
	tally := tally.New(opts.Tally)
	needs := tally.Needs()
	needs.Client, needs.OwnMessageIDs, needs.OwnConversations = opts.Client, true, true
	add := func(b *source.Batch) error {
		tally.Add(b)
		return s.add(b)
	}
	err := src.Read(ctx, &source.Receiver{Needs: needs, Dict: s.Dict, Reject: opts.Reject, Batch: add})
	if err == nil {
		err = s.Dict.Err()
	}
	if err == nil {
		err = s.finish()
	}
	s.Rows, s.Facts = tally.Done()
	return s, err
}
