package sqldb

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/records"
)

// Options say how rows are read. The zero value will do.
type Options struct {
	// Name is what the input is called in errors and rejects; empty is "database".
	Name string
	// Rules say how columns are found and values are read. A time that the driver
	// gives as a time.Time is an instant, and does not heed Rules.Zone.
	source.Rules
	// Progress, if not nil, is called with the number of rows read. It is called by the
	// goroutine that reads.
	Progress func(rows int64)
}

// An Error is a statement that the database failed. It can be matched with errors.As.
type Error struct {
	Input string // what Options call the input
	Doing string // what was being done, such as "read"
	Err   error  // what the driver says
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s: %v", e.Input, e.Doing, e.Err) }

func (e *Error) Unwrap() error { return e.Err }

// A Source is what one SELECT gives. It can be read once.
type Source struct {
	rows    *sql.Rows
	name    string
	records *records.Source
	used    bool
}

// Open starts the query, with args for its parameters, and finds its columns. One
// that lacks a needed column is a [source.InputError]; what the database fails is
// an [Error]. ctx ends the query whenever it is done. Close ends the query too; the
// database stays open.
func Open(ctx context.Context, db *sql.DB, query string, opts Options, args ...any) (*Source, error) {
	opts.Name = cmp.Or(opts.Name, "database")
	if db == nil {
		return nil, errors.New("sqldb: no database was given")
	}
	if err := intake.Check(&opts.Rules); err != nil {
		return nil, &source.InputError{Input: opts.Name, Err: err}
	}
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, failed(ctx, opts.Name, "query", err)
	}
	names, err := rows.Columns()
	if err != nil {
		rows.Close()
		return nil, failed(ctx, opts.Name, "find the columns", err)
	}
	s := &Source{rows: rows, name: opts.Name}
	s.records, err = records.New(names, func(ctx context.Context, add func([][]byte) error) error {
		return s.each(ctx, newRow(len(names)), add)
	}, records.Options(opts))
	if err != nil {
		rows.Close()
		return nil, err
	}
	return s, nil
}

// failed returns the error of a statement. If ctx is done, its cause says why.
func failed(ctx context.Context, input, doing string, err error) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) {
		err = cause
	}
	return &Error{Input: input, Doing: doing, Err: err}
}

// Names returns what the input is called, as the name of its one part.
func (s *Source) Names() []string {
	if s == nil || s.rows == nil {
		return nil
	}
	return []string{s.name}
}

// Columns returns the fields that the messages have.
func (s *Source) Columns() source.Columns {
	if s == nil || s.rows == nil {
		return 0
	}
	return s.records.Columns()
}

// Headers returns the header of the query's columns.
func (s *Source) Headers() []*source.Header {
	if s == nil || s.rows == nil {
		return nil
	}
	return s.records.Headers()
}

// Close ends the query. The database stays open.
func (s *Source) Close() error {
	if s == nil || s.rows == nil {
		return nil
	}
	return s.rows.Close()
}

// Read hands the messages to r. The line of a row that is rejected is its place
// among those read, from 1; the record is its values as CSV.
func (s *Source) Read(ctx context.Context, r *source.Receiver) error {
	switch {
	case s == nil || s.rows == nil:
		return errors.New("sqldb: a source that was not opened")
	case s.used:
		return fmt.Errorf("%s: %w", s.name, source.ErrReadTwice)
	case r.Check() != nil:
		return r.Check()
	}
	s.used = true
	return s.records.Read(ctx, r)
}

// each adds all rows; a last column without a name is not one of them.
func (s *Source) each(ctx context.Context, row *row, add func([][]byte) error) error {
	columns := len(s.Headers()[0].Names)
	done := int64(0)
	for s.rows.Next() {
		done++
		if err := s.rows.Scan(row.targets...); err != nil {
			return failed(ctx, s.name, fmt.Sprintf("read row %d", done), err)
		}
		if err := add(row.texts()[:columns]); err != nil {
			return err
		}
	}
	if err := s.rows.Err(); err != nil {
		return failed(ctx, s.name, fmt.Sprintf("read after row %d", done), err)
	}
	return nil
}

// A row holds the values of a row as the driver gives them, and as texts.
type row struct {
	values  []any
	targets []any // pointers to the values, for Scan
	text    [][]byte
	buf     []byte
}

func newRow(n int) *row {
	r := &row{values: make([]any, n), targets: make([]any, n), text: make([][]byte, n)}
	for i := range r.values {
		r.targets[i] = &r.values[i]
	}
	return r
}

// texts returns the values as texts, nil for NULL. They are valid until the next row.
func (r *row) texts() [][]byte {
	r.buf = r.buf[:0]
	for i, v := range r.values {
		switch v := v.(type) {
		case nil:
			r.text[i] = nil
		case []byte:
			r.text[i] = v
		default:
			from := len(r.buf)
			r.buf = appendText(r.buf, v)
			r.text[i] = r.buf[from:len(r.buf):len(r.buf)]
		}
	}
	return r.text
}

// appendText appends a value as the text that a file would have for it.
func appendText(to []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return append(to, v...)
	case int64:
		return strconv.AppendInt(to, v, 10)
	case uint64: // of some drivers
		return strconv.AppendUint(to, v, 10)
	case float64:
		return strconv.AppendFloat(to, v, 'f', -1, 64)
	case bool:
		return strconv.AppendBool(to, v)
	case time.Time:
		return v.UTC().AppendFormat(to, time.RFC3339Nano)
	}
	return fmt.Append(to, v)
}
