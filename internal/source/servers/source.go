package servers

import (
	"cmp"
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
)

// DefaultTable is the table that is read if Options name none.
const DefaultTable = "messages"

// Options say what is read; package database has the same, and says what they mean.
type Options struct {
	Table, Query string
	source.Rules
	From, To time.Time
	Progress func(rows int64)
}

// A Source is a table or a query, in one snapshot taken by [Open]. It can be read once.
type Source struct {
	conn       conn
	opts       Options
	where      string // for errors and rejects
	statements statements
	header     source.Header // of the columns that are asked for
	window     window        // as the column holds it; open: all is read
	zone       *source.Zone
	estimate   int64
	used       bool
}

// Open connects, starts a transaction that sees one snapshot and changes nothing,
// and finds the columns. A table, a query or a column that cannot be used is a
// [source.InputError], what the database fails at an [Error]. Close ends the
// transaction and the connection.
func Open(ctx context.Context, dsn DSN, opts Options) (*Source, error) {
	c, err := connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	s := &Source{conn: c, opts: opts, where: dsn.String()}
	if err := s.prepare(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Source) prepare(ctx context.Context) error {
	if err := s.conn.begin(ctx); err != nil {
		return failed(ctx, s.where, "start a transaction", err)
	}
	relation, names, err := s.relation(ctx)
	if err != nil {
		return err
	}
	found, err := intake.ResolveHeader(names, &s.opts.Rules)
	if err != nil {
		return &source.InputError{Input: s.where, Err: err}
	}
	s.statements = statements{dialect: s.conn, relation: relation}
	s.header.Set = found.Set
	for f, i := range found.Index {
		s.header.Index[f] = -1
		if i >= 0 {
			s.header.Index[f] = len(s.header.Names)
			s.header.Names = append(s.header.Names, names[i])
		}
	}
	// The user may have rights on some columns only: no other is asked for.
	columns, err := s.conn.columns(ctx, s.statements.columnsOnly(s.header.Names))
	if err != nil {
		return failed(ctx, s.where, "find the columns "+strings.Join(s.header.Names, ", "), err)
	}
	if err := checkTypes(columns, &s.header); err != nil {
		return &Error{s.where, "find the columns", err}
	}
	for f, i := range s.header.Index {
		if i >= 0 {
			s.statements.columns[f] = columns[i]
		}
	}
	if s.statements.columns[source.CreatedAt].kind != instant {
		s.zone = s.opts.Zone
	}
	return s.narrow(ctx)
}

// relation returns what stands after FROM, and the names of its columns. The name
// of a table is the database's own, whatever was asked for.
func (s *Source) relation(ctx context.Context) (relation string, names []string, err error) {
	if s.opts.Query != "" {
		if s.opts.Table != "" {
			return "", nil, &source.InputError{Input: s.where, Err: errors.New("a table and a query were given")}
		}
		s.where += ", query"
		query := statements{dialect: s.conn, relation: subquery(s.opts.Query)}
		columns, err := s.conn.columns(ctx, query.columnsOnly(nil))
		if err != nil {
			return "", nil, failed(ctx, s.where, "find the columns", err)
		}
		for _, c := range columns {
			names = append(names, c.name)
		}
		return query.relation, names, nil
	}
	name := cmp.Or(s.opts.Table, DefaultTable)
	tables, err := s.conn.tables(ctx)
	if err != nil {
		return "", nil, failed(ctx, s.where, "list the tables", err)
	}
	t, err := findTable(tables, name)
	if err != nil {
		return "", nil, &source.InputError{Input: s.where, Err: err}
	}
	s.where += ", table " + name
	s.estimate = t.rows
	names, err = s.conn.names(ctx, t)
	if err != nil {
		return "", nil, failed(ctx, s.where, "find the columns", err)
	}
	return s.conn.quote(t.schema) + "." + s.conn.quote(t.name), names, nil
}

// narrow decides whether a part is enough: the database must be able to order
// times and to tell conversations apart at least as coarsely as this program.
func (s *Source) narrow(ctx context.Context) error {
	if s.opts.From.IsZero() && s.opts.To.IsZero() {
		return nil
	}
	switch s.statements.columns[source.CreatedAt].kind {
	case naive, instant:
	default:
		return nil
	}
	if odd := s.statements.oddIDs(); odd != "" {
		found, err := s.any(ctx, odd)
		if err != nil {
			return failed(ctx, s.where, "look for ids with two spellings", err)
		}
		if found {
			return nil
		}
	}
	w := columnWindow(window{s.opts.From, s.opts.To}, s.zone)
	wide, err := s.isWide(ctx, w)
	if err != nil {
		return failed(ctx, s.where, "estimate the window's size", err)
	}
	if !wide {
		s.window = w
		s.estimate = 0
	}
	return nil
}

// wideShare is the share of the rows, by the server's estimate, from which on a
// window is not worth looking for: to put the ids of its conversations together
// takes a server longer then than to send all rows.
const wideShare = 0.45

// isWide reports whether a window holds too many of the rows for a part to be worth looking for.
func (s *Source) isWide(ctx context.Context, w window) (bool, error) {
	share, err := s.conn.share(ctx, s.statements.anything(w), s.statements.anything(window{}))
	return share >= wideShare, err
}

// any reports whether a statement gives a row.
func (s *Source) any(ctx context.Context, statement string) (bool, error) {
	r, err := s.conn.query(ctx, statement)
	if err != nil {
		return false, err
	}
	err = r.next(new(block))
	if err != nil && err != io.EOF {
		return false, err
	}
	return err == nil, r.close()
}

// Name returns the database, without password, and the table or query.
func (s *Source) Name() string { return s.where }

// Columns returns the fields that the messages have.
func (s *Source) Columns() source.Columns { return s.header.Columns() }

// Headers returns the header of the columns that are read.
func (s *Source) Headers() []*source.Header { return []*source.Header{&s.header} }

// EstimateRows returns the server's own guess of the number of rows; 0 where it has none.
func (s *Source) EstimateRows() int64 { return s.estimate }

// Narrowed reports whether only a part of the messages is read: whole
// conversations, those with a message in the window.
func (s *Source) Narrowed() bool { return !s.window.open() }

// Close ends the transaction and the connection.
func (s *Source) Close() error {
	if s == nil || s.conn == nil {
		return nil
	}
	return s.conn.close()
}
