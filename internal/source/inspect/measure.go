package inspect

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/internal/tally"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/files"
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

// measure says what the rows come to.
func (r *Report) measure(m *measure, opts *Options) {
	slices.SortFunc(m.batches, func(a, b source.Batch) int { return cmp.Compare(a.Seq, b.Seq) })
	r.Rows, r.More = m.counts.Rows, m.more
	r.Counts, r.Facts = m.counts, m.facts
	type conversation struct {
		client, merchant, several bool
		of                        source.ID
	}
	conversations := make(map[source.ID]*conversation)
	clients, merchants := make(map[source.ID]bool), make(map[source.ID]bool)
	seen := make(map[[2]source.ID]bool)
	var first, last int64
	timed := false
	for _, b := range m.batches {
		for i, at := range b.At {
			if id := b.MessageID[i]; id != ids.Absent {
				key := [2]source.ID{b.Conversation[i], id}
				if seen[key] {
					r.Duplicates++
					continue
				}
				seen[key] = true
			}
			c := conversations[b.Conversation[i]]
			if c == nil {
				c = &conversation{of: b.Merchant[i]}
				conversations[b.Conversation[i]] = c
			}
			if b.Role[i] == source.FromClient {
				r.Clients++
				c.client = true
			} else {
				r.Merchants++
				c.merchant = true
			}
			c.several = c.several || c.of != b.Merchant[i]
			merchants[b.Merchant[i]] = true
			if b.Client[i] != ids.Absent {
				clients[b.Client[i]] = true
			}
			if !timed || at < first {
				first = at
			}
			if !timed || at > last {
				last = at
			}
			timed = true
		}
	}
	for _, c := range conversations {
		if c.client && c.merchant {
			r.Answered++
		}
		if c.several {
			r.Several++
		}
	}
	r.Conversations, r.ClientIDs, r.MerchantIDs = len(conversations), len(clients), len(merchants)
	if timed {
		from, to := time.UnixMicro(first).UTC(), time.UnixMicro(last).UTC()
		r.Times.First, r.Times.Last = &from, &to
	}
	for reason, example := range m.rejected {
		example.Count = m.counts.Rejected[reason]
		r.Rejected = append(r.Rejected, *example)
	}
	slices.SortFunc(r.Rejected,
		func(a, b Rejected) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Reason, b.Reason)) })
	if r.Rows == 0 {
		return
	}
	if share := float64(m.counts.TotalRejected()) / float64(r.Rows); share > opts.MaxRejectRate && share <= 0.5 {
		r.MaxRejectRate = float64(int(share*100)+2) / 100
	}
}
