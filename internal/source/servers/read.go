package servers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/sav-analytics/sav/internal/intake"

	"github.com/sav-analytics/sav/internal/source/record"
	"github.com/sav-analytics/sav/internal/source/verdict"
	"github.com/sav-analytics/sav/source"
)

// batchRows is how many rows make a batch.
const batchRows = 1 << 13

// Read hands the messages to r. The line of a row that is rejected is its place
// among those read, from 1; the record is its fields as CSV, of the columns that
// were asked for.
func (s *Source) Read(ctx context.Context, r *source.Receiver) error {
	switch {
	case s == nil || s.conn == nil:
		return errors.New("no database: the source was not opened")
	case s.used:
		return fmt.Errorf("%s: %w", s.where, source.ErrReadTwice)
	case r.Check() != nil:
		return r.Check()
	}
	s.used = true
	statement := s.statements.selectFields()
	if s.Narrowed() {
		statement = s.statements.conversationsIn(s.window)
	}
	return s.read(ctx, statement, r)
}

// read hands the rows of a statement to r.
func (s *Source) read(ctx context.Context, statement string, r *source.Receiver) error {
	query, stop := context.WithCancel(ctx)
	defer stop()
	rows, err := s.conn.query(query, statement)
	if err != nil {
		return failed(ctx, s.where, "read", err)
	}
	rules := s.opts.Rules
	rules.Zone = s.zone
	b := &builder{Source: s, to: r, parser: intake.NewParser(&s.header, &rules, r.Dict),
		batch: intake.NewBatch(s.Columns(), r.Needs, r.Dict)}
	b.parser.Serve(r.Needs)
	take := func(block *block) error {
		if err := b.add(block); err != nil {
			return err
		}
		switch block.err {
		case nil:
			return nil
		case io.EOF:
			return b.flush()
		}
		return failed(ctx, s.where, fmt.Sprintf("read after row %d", b.done), block.err)
	}
	if rows.slow() {
		return inBlocksAhead(rows, stop, take)
	}
	return inBlocks(rows, take)
}

// A builder makes batches of rows.
type builder struct {
	*Source
	to      *source.Receiver
	parser  *intake.Parser
	message intake.Message
	batch   *intake.Batch
	done    int64 // rows
}

// add judges the rows of a block, in their order.
func (b *builder) add(block *block) error {
	for row := range slices.Chunk(block.cells, len(b.header.Names)) {
		b.done++
		block.parse(b.parser, &b.message, row)
		reason := b.batch.Append(&b.message)
		b.batch.Place(b.where, b.done)
		if reason != verdict.Accepted && b.to.Reject != nil {
			texts := block.texts(row)
			reject := &source.Reject{Input: b.where, Line: b.done, Reason: reason, Record: record.Line(texts)}
			b.parser.BlameRecord(reject, texts)
			if err := b.to.Reject(reject); err != nil {
				return err
			}
		}
		if b.batch.Counts.Rows == batchRows {
			if err := b.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush hands the batch on, if it has rows, and empties it.
func (b *builder) flush() error {
	if b.batch.Counts.Rows == 0 {
		return nil
	}
	b.parser.Settle(b.batch)
	if err := b.to.Batch(&b.batch.Batch); err != nil {
		return err
	}
	b.batch.Reset(b.batch.Seq + 1)
	if b.opts.Progress != nil {
		b.opts.Progress(b.done)
	}
	return nil
}

// AsOf returns the latest created_at of all messages of a client or a merchant,
// those that Read leaves out included: what an analysis of all would take for its
// as-of time. It is zero if there is none, and where Read leaves out none: its
// receiver sees them all. Call it before Read.
func (s *Source) AsOf(ctx context.Context) (time.Time, error) {
	if s == nil || s.conn == nil || !s.Narrowed() {
		return time.Time{}, nil
	}
	// The latest rows may be rejected, or be by others: ask for more until one is
	// not. Package source alone knows which.
	const most = int64(1) << 40
	for n := int64(1000); n < most; n *= 10 {
		at, rows, err := s.latest(ctx, s.statements.last(n))
		switch {
		case err != nil:
			return time.Time{}, err
		case at.IsZero() && rows == n:
			continue
		case at.IsZero() || s.zone.IsUTC():
			return at, nil
		}
		// Where the clocks are put forward, an earlier local time can be a later instant.
		since := columnWindow(window{from: at}, s.zone)
		at, _, err = s.latest(ctx, s.statements.since(since))
		return at, err
	}
	return time.Time{}, nil
}

// latest returns the latest created_at of the messages that a statement gives, and
// how many rows it gives.
func (s *Source) latest(ctx context.Context, statement string) (at time.Time, rows int64, err error) {
	err = s.read(ctx, statement, &source.Receiver{Dict: source.NewDict(), Batch: func(b *source.Batch) error {
		rows += b.Counts.Rows
		for _, t := range b.At {
			if t := time.UnixMicro(t).UTC(); t.After(at) {
				at = t
			}
		}
		return nil
	}})
	return at, rows, err
}
