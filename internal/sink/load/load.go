package load

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/sav-analytics/sav/internal/analysis/schema"
	"github.com/sav-analytics/sav/internal/sink/rundir"
	"github.com/sav-analytics/sav/internal/source/servers"
)

// Options say where a report goes.
type Options struct {
	Table      string // or schema.table; needed
	PairsTable string // if set, the run's pairs go there too
	Source     string // tells reports of several inputs apart in one table
	Create     bool   // make a table that is not there
}

// Done is what Load did.
type Done struct {
	Rows      int64 // put into the table
	Replaced  int64 // rows of earlier reports, removed from it
	PairsRows int64 // put into the table of pairs
	// Later is the as_of of the report that the table has of the same source and
	// window, if that is later than this one's: then nothing changed.
	Later time.Time
}

// Load puts the report in dir into a table, and the pairs into another if asked,
// in one transaction. Others that read the tables see the older rows until it
// ends. Loads into one table wait for each other.
//
// Errors of the database, and of a table that lacks columns, are of type
// [servers.Error]; a folder without a whole result is [rundir.ErrResult].
func Load(ctx context.Context, dsn servers.DSN, dir string, opts Options) (_ Done, err error) {
	if opts.Table == "" || opts.Table == opts.PairsTable {
		return Done{}, errors.New("load: a report and its pairs need a table each")
	}
	parts, err := openParts(ctx, dir, opts)
	if err != nil {
		return Done{}, err
	}
	defer func() {
		for _, p := range parts {
			p.file.Close()
		}
	}()
	db, err := open(ctx, dsn)
	if err != nil {
		return Done{}, err
	}
	defer db.close()
	l := loader{db: db, where: dsn.String(), parts: parts}
	return l.load(ctx, opts)
}

// A server is a connection to a kind of database. Its errors are the driver's.
type server interface {
	// columns returns the names of a table's columns, none if there is no such table.
	columns(ctx context.Context, table string) ([]string, error)
	// create makes a table, unless it is there.
	create(ctx context.Context, table string, columns []column) error
	// begin starts a transaction that no other load into the tables runs beside.
	begin(ctx context.Context, tables []string) error
	// later returns the latest as_of of the subject that is later than its own, or
	// the zero time.
	later(ctx context.Context, table string, s subject) (time.Time, error)
	// remove removes the rows of the subject, and returns how many there were.
	remove(ctx context.Context, table string, s subject) (int64, error)
	// insert puts rows into the table.
	insert(ctx context.Context, table string, rows *rows) error
	commit(ctx context.Context) error
	// close ends the connection, and what was not committed.
	close()
}

// open connects to a database of either kind.
func open(ctx context.Context, dsn servers.DSN) (server, error) {
	db, err := openMySQL(ctx, dsn)
	if errors.Is(err, servers.ErrNotMySQL) {
		return openPostgres(ctx, dsn)
	}
	return db, err
}

// A subject is what a report is of.
type subject struct {
	source   string
	from, to time.Time // zero: an open end
	asOf     time.Time // zero: no message was read
	sha256   string
}

func subjectOf(run *rundir.Run, source string) (s subject, err error) {
	s = subject{source: source, sha256: run.ReportSHA256}
	for _, t := range []struct {
		name, text string
		to         *time.Time
	}{{"window.from", run.Window.From, &s.from}, {"window.to", run.Window.To, &s.to}, {"as_of", string(run.AsOf),
		&s.asOf}} {
		if t.text == "" {
			continue
		}
		if *t.to, err = time.Parse(time.RFC3339, t.text); err != nil {
			return s, fmt.Errorf("%w: %s: %s is %q, not a time in RFC 3339", rundir.ErrResult, rundir.RunName, t.name,
				t.text)
		}
	}
	return s, nil
}

// A part is a file that goes into a table.
type part struct {
	table  string
	file   *os.File
	sha256 string
	rows   *rows
}

// openParts opens the report, and the pairs if asked, of one run.
func openParts(ctx context.Context, dir string, opts Options) (parts []part, err error) {
	defer func() {
		if err != nil {
			for _, p := range parts {
				p.file.Close()
			}
		}
	}()
	file, run, err := rundir.OpenReport(ctx, dir)
	if err != nil {
		return nil, err
	}
	parts = append(parts, part{table: opts.Table, file: file, sha256: run.ReportSHA256})
	s, err := subjectOf(run, opts.Source)
	if err != nil {
		return parts, err
	}
	if parts[0].rows, err = newRows(file, s, reportColumns); err != nil {
		return parts, err
	}
	if opts.PairsTable == "" {
		return parts, nil
	}
	pairs, of, err := rundir.OpenPairs(ctx, dir)
	if err != nil {
		return parts, err
	}
	parts = append(parts, part{table: opts.PairsTable, file: pairs, sha256: run.PairsSHA256})
	if of.PairsSHA256 != run.PairsSHA256 {
		return parts, fmt.Errorf("%w: %s: another result took its place", rundir.ErrBusy, dir)
	}
	parts[1].rows, err = newRows(pairs, s, pairsColumns)
	return parts, err
}

// A loader is one Load.
type loader struct {
	db    server
	where string // the database, without a password
	parts []part
}

func (l *loader) load(ctx context.Context, opts Options) (done Done, err error) {
	var tables []string
	for _, p := range l.parts {
		tables = append(tables, p.table)
		if err := l.prepare(ctx, p, opts.Create); err != nil {
			return done, err
		}
	}
	if err := l.db.begin(ctx, tables); err != nil {
		return done, l.failed(ctx, opts.Table, "begin", err)
	}
	s := l.parts[0].rows.subject
	for _, table := range tables {
		if done.Later, err = l.db.later(ctx, table, s); err != nil {
			return done, l.failed(ctx, table, "look for a later report", err)
		}
		if !done.Later.IsZero() {
			return done, nil
		}
	}
	for i, p := range l.parts {
		removed, err := l.db.remove(ctx, p.table, s)
		if err != nil {
			return Done{}, l.failed(ctx, p.table, "remove the report of an earlier as_of", err)
		}
		if err := l.insert(ctx, p); err != nil {
			return Done{}, err
		}
		if i == 0 {
			done.Rows, done.Replaced = p.rows.read, removed
		} else {
			done.PairsRows = p.rows.read
		}
	}
	// Interrupted while the server commits, nobody would know what it did.
	if err := l.db.commit(context.WithoutCancel(ctx)); err != nil {
		return Done{}, l.failed(ctx, opts.Table, "commit", err)
	}
	return done, nil
}

// prepare makes sure that the table is there and has the columns.
func (l *loader) prepare(ctx context.Context, p part, create bool) error {
	if create {
		if err := l.db.create(ctx, p.table, p.rows.columns); err != nil {
			return l.failed(ctx, p.table, "make the table", err)
		}
	}
	there, err := l.db.columns(ctx, p.table)
	if err != nil {
		return l.failed(ctx, p.table, "ask for its columns", err)
	}
	if len(there) == 0 {
		return l.failed(ctx, p.table, "load", errors.New("there is no such table, or no right to it"))
	}
	if missing := missingOf(p.rows.columns, there); missing != "" {
		return l.failed(ctx, p.table, "load",
			fmt.Errorf("the table lacks the columns %s; nothing was changed", missing))
	}
	return nil
}

// insert puts the rows of a part into its table, and makes sure that the file is
// the one that run.json names.
func (l *loader) insert(ctx context.Context, p part) error {
	err := l.db.insert(ctx, p.table, p.rows)
	if p.rows.err != nil { // what the file is wrong in, drivers report in their own way
		return p.rows.err
	}
	if err != nil {
		return l.failed(ctx, p.table, "insert", err)
	}
	if _, err := io.Copy(io.Discard, p.rows.all); err != nil {
		return err
	}
	if got := hex.EncodeToString(p.rows.sum.Sum(nil)); got != p.sha256 {
		return fmt.Errorf("%w: %s is not the one that %s names", rundir.ErrResult, p.file.Name(), rundir.RunName)
	}
	return nil
}

func (l *loader) failed(ctx context.Context, table, doing string, err error) error {
	return &servers.Error{Where: l.where + ", table " + table, Doing: doing, Err: cmp.Or(context.Cause(ctx), err)}
}

// reportColumns returns the columns of a report with a header.
func reportColumns(header []string) ([]column, error) {
	columns, err := schema.ColumnsOf(header)
	if err != nil {
		return nil, err
	}
	var all []column
	for _, c := range columns {
		kind := map[schema.Kind]kind{schema.Text: text, schema.Count: count, schema.Number: number}[c.Kind]
		all = append(all, column{c.Name, kind})
	}
	return all, nil
}

// quoteTable puts the quote around a table's name, or around each part of schema.name.
func quoteTable(name, quote string) string {
	schema, table, ok := strings.Cut(name, ".")
	quoted := func(s string) string { return quote + strings.ReplaceAll(s, quote, quote+quote) + quote }
	if !ok {
		return quoted(name)
	}
	return quoted(schema) + "." + quoted(table)
}
