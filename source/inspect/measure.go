package inspect

import (
	"context"
	"errors"
	"sync"

	"github.com/sav-analytics/sav/internal/tally"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/files"
	"github.com/sav-analytics/sav/source/internal/dialect"
)

// errEnough ends a reading when enough rows were looked at.
var errEnough = errors.New("enough rows")

// A measure is what an analysis would read of the first rows of some files.
type measure struct {
	headers  []*source.Header
	counts   source.Counts
	facts    tally.Facts
	more     bool
	batches  []source.Batch
	dict     *source.Dict
	rejected map[source.Reason]*Rejected
}

// read reads the files as an analysis does, up to so many rows.
func read(ctx context.Context, names []string, in *Options, layout dialect.Options,
	rules source.Rules) (*measure, error) {
	src, err := files.Open(ctx, names, files.Options{Rules: rules, Dialect: layout, Stdin: in.reader()})
	if err != nil {
		return nil, err
	}
	defer src.Close()
	m := &measure{headers: src.Headers(), dict: source.NewDict(), rejected: make(map[source.Reason]*Rejected)}
	tally := tally.New(tally.Options{Columns: src.Columns(), Clock: in.Clock})
	needs := tally.Needs()
	needs.Client = true
	var mu sync.Mutex
	err = src.Read(ctx, &source.Receiver{
		Dict: m.dict, Needs: needs,
		Batch: func(b *source.Batch) error {
			mu.Lock()
			defer mu.Unlock()
			if m.counts.Rows >= int64(in.Rows) {
				m.more = true
				return errEnough
			}
			m.counts.Add(&b.Counts)
			tally.Add(b)
			m.batches = append(m.batches, keep(b))
			return nil
		},
		Reject: func(r *source.Reject) error {
			mu.Lock()
			defer mu.Unlock()
			if known := m.rejected[r.Reason]; known != nil {
				known.Count++
				return nil
			}
			m.rejected[r.Reason] = &Rejected{Reason: r.Reason.String(), Count: 1, Input: r.Input, Line: r.Line,
				Column: r.Column, Value: string(r.Value), Record: string(r.Record[:min(len(r.Record), 300)])}
			return nil
		},
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	_, m.facts = tally.Done()
	return m, err
}

// keep returns a copy of what is looked at of a batch.
func keep(b *source.Batch) source.Batch {
	return source.Batch{Seq: b.Seq, At: append([]int64(nil), b.At...), Role: append([]source.Role(nil), b.Role...),
		Conversation: append([]source.ID(nil), b.Conversation...), MessageID: append([]source.ID(nil), b.MessageID...),
		Merchant: append([]source.ID(nil), b.Merchant...), Client: append([]source.ID(nil), b.Client...)}
}
