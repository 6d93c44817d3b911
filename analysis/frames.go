package analysis

import (
	"context"
	"errors"
	"fmt"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/source"
)

// FirstResponses finds the opening exchange of each conversation: one row a
// conversation in the window, with the columns of [PairColumns] and those that
// [Report] needs. The columns of messages go by the names that a file's do
// (created_at, sender_user_id, …): created_at is of type Time, or Text in a form
// of created_at; ids are Int64 or Text; country is Text; is_public Bool or Text.
// Rows may come in any order. A row that cannot be used is an error that names it.
func FirstResponses(messages *frame.Frame, opts Options) (*frame.Frame, error) {
	if messages == nil {
		return nil, errors.New("messages: no frame")
	}
	src, err := newFrameSource(messages)
	if err != nil {
		return nil, err
	}
	opts.Pairs = true
	opts.Reject = func(r *source.Reject) error {
		return fmt.Errorf("messages: row %d: %s", r.Line, r.Reason)
	}
	result, err := Run(context.Background(), src, opts)
	if err != nil {
		return nil, err
	}
	return result.Pairs, nil
}

// Report makes the report of pairs, as FirstResponses or Run found them, or any
// part of them: the columns are those of the zero [Schema]. Without levels it has the
// default ones.
func Report(pairs *frame.Frame, chosen ...Level) (*frame.Frame, error) {
	opts := &Options{Levels: chosen}
	if err := opts.check(); err != nil {
		return nil, err
	}
	if pairs == nil {
		return nil, errors.New("pairs: no frame")
	}
	var columns [len(pairTypes)]frame.Column
	for i, c := range pairTypes {
		var err error
		if columns[i], err = pairs.Column(c.name, c.types...); err != nil {
			return nil, fmt.Errorf("pairs: %w", err)
		}
	}
	country, merchant, client := columns[0], columns[1], columns[2]
	opened, responded, censoredAt := columns[3], columns[4], columns[5]
	exchNr, turns, turnTime := columns[6], columns[7], columns[8]
	dict := source.NewDict()
	parser := &source.Parser{Dict: dict}
	countries := decode(country, parser.Country(nil), func(s string) source.Text { return parser.Country([]byte(s)) })
	merchants, clients := ids(merchant, dict), ids(client, dict)
	table := newGroupTable()
	cache := newGroupCache(table)
	c := &cohort{}
	var spans []cell
	for i := range pairs.Len() {
		g := cache.number(groupKey{merchants[i], clients[i], countries[i]})
		row := exchangeRow{group: g, opened: opened.Int64s()[i], turns: turns.Int64s()[i], time: turnTime.Int64s()[i]}
		switch {
		case !responded.IsNull(i):
			row.answered, row.responded, row.exchNr = true, responded.Int64s()[i], exchNr.Int64s()[i]
		case !censoredAt.IsNull(i):
			row.responded = censoredAt.Int64s()[i]
		default:
			return nil, fmt.Errorf("pairs: row %d has neither responded_at nor censored_at", i+1)
		}
		c.count(&row)
		spans = append(spans, row.timed())
	}
	c.parts = [][][]cell{{spans}}
	result := &Result{}
	err := c.report(result, newCells(0, nil), table.keys, dict, opts)
	return result.Report, err
}

// pairTypes are the columns that Report needs, and the types they may have.
var pairTypes = [...]struct {
	name  string
	types []frame.Type
}{
	{"country", []frame.Type{frame.Text}},
	{"merchant_id", idTypes},
	{"client_user_id", idTypes},
	{"opened_at", []frame.Type{frame.Time}},
	{"responded_at", []frame.Type{frame.Time}},
	{"censored_at", []frame.Type{frame.Time}},
	{"exch_nr", []frame.Type{frame.Int64}},
	{"turns", []frame.Type{frame.Int64}},
	{"turn_time_us", []frame.Type{frame.Int64}},
}
