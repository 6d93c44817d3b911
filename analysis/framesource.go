package analysis

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/verdict"
	"github.com/sav-analytics/sav/source"
)

// A frameSource yields the messages of a frame.
type frameSource struct {
	messages *frame.Frame
	header   *source.Header
}

// newFrameSource finds the columns of messages by their names, and checks their types.
func newFrameSource(messages *frame.Frame) (*frameSource, error) {
	header, err := intake.ResolveHeader(messages.Names(), nil)
	if err != nil {
		return nil, fmt.Errorf("messages: %w", err)
	}
	for field, i := range header.Index {
		if i < 0 {
			continue
		}
		if _, err := messages.Column(messages.Names()[i], typesOf(source.Field(field))...); err != nil {
			return nil, fmt.Errorf("messages: %s: %w", source.Field(field), err)
		}
	}
	return &frameSource{messages, header}, nil
}

// typesOf returns the types that a field's column may have.
func typesOf(f source.Field) []frame.Type {
	switch {
	case f == source.CreatedAt:
		return []frame.Type{frame.Time, frame.Text}
	case intake.IsID(f):
		return idTypes
	case intake.IsFlag(f):
		return []frame.Type{frame.Bool, frame.Text}
	}
	return []frame.Type{frame.Text}
}

func (s *frameSource) Columns() source.Columns { return s.header.Columns() }

func (s *frameSource) Headers() []*source.Header { return []*source.Header{s.header} }

func (s *frameSource) EstimateRows() int64 { return int64(s.messages.Len()) }

// batchRows is how many rows of a frame make a batch.
const batchRows = 1 << 12

func (s *frameSource) Read(ctx context.Context, r *source.Receiver) error {
	if err := r.Check(); err != nil {
		return err
	}
	n := s.messages.Len()
	parser := intake.NewParser(s.header, nil, r.Dict)
	columns := s.messages.Columns()
	var setters []func(m *intake.Message, row int)
	for field, i := range s.header.Index {
		if i >= 0 {
			setters = append(setters, newSetter(source.Field(field), columns[i], parser))
		}
	}
	batch := intake.NewBatch(s.Columns(), r.Needs, r.Dict)
	var m intake.Message
	for from, seq := 0, int64(0); from < n; from, seq = from+batchRows, seq+1 {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		batch.Reset(seq)
		for i := from; i < min(from+batchRows, n); i++ {
			parser.Start(&m)
			for _, set := range setters {
				set(&m, i)
			}
			reason := batch.Append(&m)
			batch.Place("messages", int64(i)+1)
			if reason != verdict.Accepted && r.Reject != nil {
				reject := &source.Reject{Input: "messages", Line: int64(i) + 1, Reason: reason}
				parser.Blame(reject, s.Columns(), func(f source.Field) []byte { return s.text(f, i) })
				if err := r.Reject(reject); err != nil {
					return err
				}
			}
		}
		if err := r.Batch(&batch.Batch); err != nil {
			return err
		}
	}
	return nil
}

// text returns the value that a row has in a field, as text.
func (s *frameSource) text(f source.Field, row int) []byte {
	i := s.header.Index[f]
	if i < 0 {
		return nil
	}
	c := s.messages.Columns()[i]
	switch {
	case c.IsNull(row):
		return nil
	case c.Type() == frame.Text:
		return []byte(c.Dictionary()[c.Codes()[row]])
	case c.Type() == frame.Time:
		return time.UnixMicro(c.Int64s()[row]).UTC().AppendFormat(nil, time.RFC3339Nano)
	}
	return strconv.AppendInt(nil, c.Int64s()[row], 10)
}

// newSetter returns a function that gives a message the value that a column has in a
// row. A null is empty.
func newSetter(f source.Field, c frame.Column, parser *intake.Parser) func(m *intake.Message, row int) {
	read := func(text string) (m intake.Message) {
		parser.Start(&m)
		parser.Set(&m, f, []byte(text))
		return m
	}
	switch c.Type() {
	case frame.Text:
		var empty intake.Message
		parser.Start(&empty)
		values := decode(c, empty, read)
		return func(m *intake.Message, row int) { m.Take(f, &values[row]) }
	case frame.Bool:
		values := [...]intake.Message{read("false"), read("true")}
		return notNull(c, func(m *intake.Message, row int) {
			if c.Bits().Get(row) {
				m.Take(f, &values[1])
			} else {
				m.Take(f, &values[0])
			}
		})
	case frame.Time:
		return notNull(c, func(m *intake.Message, row int) { m.CreatedAt = intake.CheckTime(c.Int64s()[row]) })
	}
	return notNull(c, func(m *intake.Message, row int) { m.SetID(f, parser.Dict().Int(c.Int64s()[row])) })
}

// notNull returns a function that calls set for rows in which c is not null.
func notNull(c frame.Column, set func(m *intake.Message, row int)) func(m *intake.Message, row int) {
	return func(m *intake.Message, row int) {
		if !c.IsNull(row) {
			set(m, row)
		}
	}
}
