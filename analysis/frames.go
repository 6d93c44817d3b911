package analysis

import (
	"context"
	"errors"
	"fmt"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/promise"
	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
)

// FirstResponses finds the opening exchange of each conversation: one row a
// conversation in the window, with the columns of [Schema.PairColumns] and those that
// [Report] needs. The columns of messages go by the names that a file's do
// (created_at, sender_user_id, …): created_at is of type Time, or Text in a form
// of created_at; ids are Int64 or Text; country is Text; is_public Bool or Text.
// Rows may come in any order. A row that cannot be used is an error that names it.
func FirstResponses(ctx context.Context, messages *frame.Frame, opts Options) (*frame.Frame, error) {
	if messages == nil {
		return nil, errors.New("messages: no frame")
	}
	src, err := newFrameSource(messages)
	if err != nil {
		return nil, err
	}
	opts.Pairs = true
	opts.Reject = func(r *source.Reject) error {
		if r.Column != "" {
			return fmt.Errorf("messages: row %d: %s: %s %q", r.Line, r.Reason, r.Column, r.Value)
		}
		return fmt.Errorf("messages: row %d: %s", r.Line, r.Reason)
	}
	result, err := Run(ctx, src, opts)
	if err != nil {
		return nil, err
	}
	return result.Pairs, nil
}

// Report makes the report of pairs, as FirstResponses or Run found them, or any
// part of them, at the levels, within the times and by the policy of opts, as of
// opts.AsOf; its other fields are of no effect. Without AsOf it is the latest time of
// pairs. It returns an error that names the first row that no conversation can have.
func Report(ctx context.Context, pairs *frame.Frame, opts Options) (*frame.Frame, error) {
	if err := opts.Check(); err != nil {
		return nil, err
	}
	times, err := readPairTimes(pairs)
	if err != nil {
		return nil, err
	}
	columns := make(map[string]frame.Column)
	for name, types := range pairTypes {
		if columns[name], err = pairs.Column(name, types...); err != nil {
			return nil, fmt.Errorf("pairs: %w", err)
		}
	}
	dict := source.NewDict()
	parser := intake.NewParser(nil, nil, dict)
	countries := decode(columns["country"], parser.Country(nil),
		func(s string) source.Text { return parser.Country([]byte(s)) })
	merchants, clients := idsOf(columns["merchant_id"], dict), idsOf(columns["client_user_id"], dict)
	exchNr, turns, turnTime := columns["exch_nr"], columns["turns"], columns["turn_time_us"]
	table := groups.NewTable()
	known := groups.NewCache(table)
	set := &waits.Set{Dict: dict}
	all := make([]waits.Wait, pairs.Len())
	book := promise.NewBook(opts.Policy, times.asOf(opts.AsOf), table.Key, dict)
	var worked []waits.Wait
	for i := range pairs.Len() {
		if i%batchRows == 0 {
			if err := done(ctx); err != nil {
				return nil, err
			}
		}
		opened, ended, answered, err := times.row(i)
		if err != nil {
			return nil, err
		}
		if merchants[i] == ids.Absent {
			return nil, fmt.Errorf("pairs: row %d has no merchant_id", i+1)
		}
		key := groups.Key{Merchant: merchants[i], Client: clients[i], Country: countries[i]}
		pair := waits.Pair{Group: known.Number(key), Opened: opened, Ended: ended, Answered: answered}
		if pair.Turns, err = atLeast(0, turns, i); err != nil {
			return nil, err
		}
		if pair.TurnTime, err = atLeast(0, turnTime, i); err != nil {
			return nil, err
		}
		if answered {
			if pair.ExchNr, err = atLeast(1, exchNr, i); err != nil {
				return nil, err
			}
		}
		if book != nil {
			book.Judge(&pair)
			worked = append(worked, pair.WorkedWait())
		}
		set.Count(&pair)
		all[i] = pair.Wait()
	}
	set.Pieces, set.Worked, set.Keys = [][]waits.Wait{all}, [][]waits.Wait{worked}, table.Keys()
	result, err := Summarize(ctx, set, Options{Levels: opts.Levels, Within: opts.Within, Policy: opts.Policy})
	if err != nil {
		return nil, err
	}
	return result.Report, nil
}

// atLeast returns a row's number, which must be there and not below least.
func atLeast(least int64, c frame.Column, i int) (int64, error) {
	if c.IsNull(i) {
		return 0, fmt.Errorf("pairs: row %d has no %s", i+1, c.Name())
	}
	n := c.Int64s()[i]
	if n < least {
		return 0, fmt.Errorf("pairs: row %d has %s %d; expected at least %d", i+1, c.Name(), n, least)
	}
	return n, nil
}

// pairTypes are the columns that Report needs beside times, and the types they may
// have.
var pairTypes = map[string][]frame.Type{
	"country":        {frame.Text},
	"merchant_id":    idTypes,
	"client_user_id": idTypes,
	"exch_nr":        {frame.Int64},
	"turns":          {frame.Int64},
	"turn_time_us":   {frame.Int64},
}
