package source

import (
	"context"
	"errors"
	"fmt"
)

// A Source yields messages in batches.
type Source interface {
	// Columns returns the fields that the messages have.
	Columns() Columns
	// Read hands all messages to r and returns when the last was taken, at the
	// first error, or when ctx is done. If r.Check gives an error, that is it.
	Read(ctx context.Context, r *Receiver) error
}

// ErrReadTwice is the error of a source that can be read only once.
var ErrReadTwice = errors.New("can be read only once")

// A Headed is a source that knows which column of each of its inputs serves which
// field.
type Headed interface {
	// Headers returns one header for each input, in their order.
	Headers() []*Header
}

// A Sizer is a source that can tell roughly how many rows it will yield.
type Sizer interface {
	// EstimateRows returns a guess of the number of rows; 0 is no idea.
	EstimateRows() int64
}

// A Receiver is what a [Source] is read into.
type Receiver struct {
	// Needs are columns wanted beyond those that every batch has.
	Needs Needs
	// Dict is where texts are interned.
	Dict *Dict
	// Batch takes the next rows. It is called from several goroutines at once,
	// in no order (Batch.Seq tells it); the batch is the source's again when
	// Batch returns.
	Batch func(*Batch) error
	// Reject takes a row that cannot be used, in the order of the input, one at
	// a time; Record is the source's again when it returns. Nil: the rows are
	// only counted.
	Reject func(*Reject) error
}

// Check returns an error if nothing can be read into r.
func (r *Receiver) Check() error {
	if r == nil || r.Dict == nil || r.Batch == nil {
		return errors.New("source: nothing to read into: a Receiver needs Dict and Batch")
	}
	return nil
}

// A Reject is a row that cannot be used.
type Reject struct {
	Input  string // the file's name, or what else the rows come from
	Line   int64  // the line on which the record starts, from 1
	Reason Reason
	Record []byte // the record's raw text without its last line break
	Column string // the canonical name of the column to blame; empty where it is the row as a whole
	Value  []byte // what stands there
}

// An InputError is an input that cannot be used as a whole. Line and Column are
// 0 where they say nothing.
type InputError struct {
	Input        string
	Line, Column int64 // from 1; a column is a byte of the line
	Err          error
}

func (e *InputError) Error() string {
	switch {
	case e.Line == 0:
		return fmt.Sprintf("%s: %v", e.Input, e.Err)
	case e.Column == 0:
		return fmt.Sprintf("%s:%d: %v", e.Input, e.Line, e.Err)
	}
	return fmt.Sprintf("%s:%d:%d: %v", e.Input, e.Line, e.Column, e.Err)
}

func (e *InputError) Unwrap() error { return e.Err }
