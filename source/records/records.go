// Package records makes a source of rows of text, wherever they come from: a source of
// one's own is the names of its columns, and a function that adds one row after the other.
//
// It stands in the flow's first room, below package source, whose rules it applies:
// source → frame → analysis → sink.
//
//	messages, err := records.New(names, func(ctx context.Context, add func([][]byte) error) error {
//		for _, row := range rows {
//			if err := add(row); err != nil {
//				return err
//			}
//		}
//		return nil
//	}, records.Options{})
//	result, err := analysis.Run(ctx, messages, analysis.Options{})
package records

import (
	"cmp"
	"context"
	"errors"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/record"
	"github.com/sav-analytics/sav/internal/source/verdict"
	"github.com/sav-analytics/sav/source"
)

// Options say how rows are read. The zero value will do.
type Options struct {
	// Name is what the input is called in errors and rejects; empty is "records".
	Name string
	// Rules say how columns are found and values are read.
	source.Rules
	// Progress, if not nil, is called with the number of rows read. It is called by the
	// goroutine that reads.
	Progress func(rows int64)
}

// A Source yields the messages of rows of text. It can be read as often as the rows can.
type Source struct {
	read   func(ctx context.Context, add func(row [][]byte) error) error
	header *source.Header
	opts   Options
}

// New returns a source of rows whose columns have these names. read gives all rows to add,
// in their order; if add returns an error, so must read. A row may be used again once add
// has returned. A needed column that is missing is a [source.InputError].
func New(columns []string, read func(ctx context.Context, add func(row [][]byte) error) error,
	opts Options) (*Source, error) {
	opts.Name = cmp.Or(opts.Name, "records")
	if read == nil {
		return nil, errors.New("records: no rows were given")
	}
	s := &Source{read: read, opts: opts}
	err := intake.Check(&s.opts.Rules)
	if err == nil {
		s.header, err = intake.ResolveHeader(columns, &s.opts.Rules)
	}
	if err != nil {
		return nil, &source.InputError{Input: opts.Name, Err: err}
	}
	return s, nil
}

// Columns returns the fields that the messages have.
func (s *Source) Columns() source.Columns {
	if s == nil || s.header == nil {
		return 0
	}
	return s.header.Columns()
}

// Headers returns the header of the rows.
func (s *Source) Headers() []*source.Header {
	if s == nil || s.header == nil {
		return nil
	}
	return []*source.Header{s.header}
}

// batchRows is the number of rows of a batch.
const batchRows = 1 << 13

// Read hands the messages to r. The line of a row that is rejected is its place among
// those read, from 1; the record is its values as CSV.
func (s *Source) Read(ctx context.Context, r *source.Receiver) error {
	if s == nil || s.header == nil {
		return errors.New("records: a source that was not made by New")
	}
	if err := r.Check(); err != nil {
		return err
	}
	b := &builder{Source: s, to: r, parser: intake.NewParser(s.header, &s.opts.Rules, r.Dict),
		batch: intake.NewBatch(s.Columns(), r.Needs, r.Dict)}
	b.parser.Serve(r.Needs)
	err := s.read(ctx, func(row [][]byte) error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return b.add(row)
	})
	if err != nil {
		return err
	}
	if ctx.Err() != nil { // read may have ended early
		return context.Cause(ctx)
	}
	return b.flush()
}

// A builder makes batches of rows.
type builder struct {
	*Source
	to     *source.Receiver
	parser *intake.Parser
	batch  *intake.Batch
	done   int64 // rows
}

func (b *builder) add(row [][]byte) error {
	b.done++
	reason := b.parser.Add(b.batch, row)
	b.batch.Place(b.opts.Name, b.done)
	if reason != verdict.Accepted && b.to.Reject != nil {
		reject := &source.Reject{Input: b.opts.Name, Line: b.done, Reason: reason, Record: record.Line(row)}
		b.parser.BlameRecord(reject, row)
		if err := b.to.Reject(reject); err != nil {
			return err
		}
	}
	if b.batch.Counts.Rows < batchRows {
		return nil
	}
	return b.flush()
}

// flush hands the batch on, if it has rows, and makes it ready for further ones.
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
