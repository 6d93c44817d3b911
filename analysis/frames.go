package analysis

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/promise"
	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/micros"
	"github.com/sav-analytics/sav/source"
)

// FirstResponses finds the opening exchange of each conversation: one row a
// conversation in the window, with the columns of a file of pairs, and two so that [Report] can
// be made from it: censored_at, until when an unanswered conversation was observed, and
// turn_time_us, the sum of the times of its turns in µs. The columns of messages go by the names that a file's do
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
	table := new(groups.Table)
	known := groups.NewCache(table)
	set := &waits.Set{Dict: dict}
	all := make([]waits.Wait, pairs.Len())
	book := promise.NewBook(opts.Policy, times.asOf(opts.AsOf), table.Key, dict)
	var worked []waits.Wait
	for i := range pairs.Len() {
		if i%batchRows == 0 {
			if err := context.Cause(ctx); err != nil {
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
		pair := waits.Pair{Group: known.Number(key),
			Opened: opened, Ended: ended, Answered: answered}
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
	result, err := summarize(ctx, set, Options{Levels: opts.Levels, Within: opts.Within, Policy: opts.Policy})
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

// Waits returns what stats.KaplanMeier takes of pairs, as FirstResponses or Run found
// them, or of any part of them: the seconds until the answer or, for an unanswered
// conversation, until as_of, and which are answered. A row that cannot be is an error.
func Waits(pairs *frame.Frame) (times []float64, answered []bool, err error) {
	p, err := readPairTimes(pairs)
	if err != nil {
		return nil, nil, err
	}
	times, answered = make([]float64, pairs.Len()), make([]bool, pairs.Len())
	for i := range times {
		opened, ended, isAnswered, err := p.row(i)
		if err != nil {
			return nil, nil, err
		}
		times[i], answered[i] = float64(ended-opened)/micros.PerSecond, isAnswered
	}
	return times, answered, nil
}

// pairTimes are the times of a frame of pairs.
type pairTimes struct{ opened, responded, censored frame.Column }

func readPairTimes(pairs *frame.Frame) (p pairTimes, err error) {
	if pairs == nil {
		return p, errors.New("pairs: no frame")
	}
	for _, c := range []struct {
		name string
		to   *frame.Column
	}{{"opened_at", &p.opened}, {"responded_at", &p.responded}, {"censored_at", &p.censored}} {
		if *c.to, err = pairs.Column(c.name, frame.Time); err != nil {
			return p, fmt.Errorf("pairs: %w", err)
		}
	}
	return p, nil
}

// row returns when a row's conversation was opened, when it was answered or last
// observed, and whether it was answered. Times that cannot be are an error: no
// opening, neither an answer nor a last observation, years that no message is of,
// and an end before the opening or after the last observation.
func (p *pairTimes) row(i int) (opened, ended int64, answered bool, err error) {
	opened, isOpened, err := p.time(p.opened, i)
	if err != nil {
		return 0, 0, false, err
	}
	responded, answered, err := p.time(p.responded, i)
	if err != nil {
		return 0, 0, false, err
	}
	censored, isCensored, err := p.time(p.censored, i)
	if err != nil {
		return 0, 0, false, err
	}
	switch {
	case !isOpened:
		return 0, 0, false, fmt.Errorf("pairs: row %d has no opened_at", i+1)
	case !answered && !isCensored:
		return 0, 0, false, fmt.Errorf("pairs: row %d has neither responded_at nor censored_at", i+1)
	case answered && responded < opened:
		return 0, 0, false, fmt.Errorf("pairs: row %d has responded_at before opened_at", i+1)
	case isCensored && censored < opened:
		return 0, 0, false, fmt.Errorf("pairs: row %d has censored_at before opened_at", i+1)
	case answered && isCensored && responded > censored:
		return 0, 0, false, fmt.Errorf("pairs: row %d has responded_at after censored_at", i+1)
	case answered:
		return opened, responded, true, nil
	}
	return opened, censored, false, nil
}

// time returns a time of a row, and whether it has one.
func (p *pairTimes) time(c frame.Column, i int) (at int64, ok bool, err error) {
	if c.IsNull(i) {
		return 0, false, nil
	}
	at = c.Int64s()[i]
	if intake.CheckTime(at) == intake.BadTime {
		return 0, false, fmt.Errorf("pairs: row %d has %s %s; expected a year from 1990 to 2099", i+1, c.Name(),
			time.UnixMicro(at).UTC().Format(time.RFC3339))
	}
	return at, true, nil
}

// asOf returns given, in µs since 1970 UTC, or if it is zero the latest time of all rows.
func (p *pairTimes) asOf(given time.Time) (latest int64) {
	if !given.IsZero() {
		return given.UnixMicro()
	}
	for _, c := range []frame.Column{p.opened, p.responded, p.censored} {
		for i, at := range c.Int64s() {
			if !c.IsNull(i) {
				latest = max(latest, at)
			}
		}
	}
	return latest
}
