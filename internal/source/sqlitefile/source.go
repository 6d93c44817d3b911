package sqlitefile

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/sqldb"
)

// Options say what is read: a table or a query, and not both.
type Options struct {
	// Table is the table or view.
	Table string
	// Query is one SELECT, such as a join.
	Query string
	// Rules say how columns are found and values are read.
	source.Rules
	// Progress, if not nil, is called with the number of rows read. It is called by the
	// goroutine that reads.
	Progress func(rows int64)
}

// A Source is a table or a query. It can be read once.
type Source struct {
	*sqldb.Source
	db *sql.DB
}

// Scheme is what the name of a file of SQLite begins with where it stands among names of databases.
const Scheme = "sqlite:"

// Open opens the file, which must be there, and finds the columns. A table, a query or
// a column that cannot be used is a [source.InputError]; what SQLite fails at is an
// [sqldb.Error]. Close closes the file.
func Open(ctx context.Context, path string, opts Options) (*Source, error) {
	name := Scheme + path
	if (opts.Table == "") == (opts.Query == "") {
		return nil, &source.InputError{Input: name, Err: errors.New("expected a table or a query")}
	}
	info, err := os.Stat(path) // SQLite does not say why it cannot open a file
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &source.InputError{Input: name, Err: errors.New("not a regular file")}
	}
	uri, err := uriOf(path)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", uri)
	if err != nil {
		return nil, &sqldb.Error{Input: name, Doing: "open", Err: err}
	}
	src, err := open(ctx, db, name, opts)
	if err != nil {
		db.Close()
		return nil, err
	}
	return &Source{src, db}, nil
}

// uriOf returns the URI by which SQLite opens a file to read it alone.
func uriOf(path string) (string, error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	full = filepath.ToSlash(full)
	if !strings.HasPrefix(full, "/") { // a drive of Windows
		full = "/" + full
	}
	// A writer may hold the file for a moment.
	return "file://" + (&url.URL{Path: full}).EscapedPath() +
		"?mode=ro&_pragma=busy_timeout(10000)&_pragma=query_only(1)", nil
}

func open(ctx context.Context, db *sql.DB, name string, opts Options) (*sqldb.Source, error) {
	relation := "(" + strings.TrimRight(opts.Query, " \t\r\n;") + "\n)"
	if opts.Table != "" {
		relation = quote(opts.Table)
		if err := findTable(ctx, db, name, opts.Table); err != nil {
			return nil, err
		}
		name += ", table " + opts.Table
	} else {
		name += ", query"
	}
	names, err := columns(ctx, db, relation)
	if err != nil {
		return nil, &sqldb.Error{Input: name, Doing: "find the columns", Err: cmp.Or(context.Cause(ctx), err)}
	}
	header, err := intake.ResolveHeader(names, &opts.Rules)
	if err != nil {
		return nil, &source.InputError{Input: name, Err: err}
	}
	// Only the columns that are used are asked for. The driver would turn values of a column
	// that is declared as a time into instants in UTC; an expression, even of one sign, has
	// no declared type.
	var asked []string
	for i, column := range names {
		if slices.Contains(header.Index[:], i) {
			asked = append(asked, "+"+quote(column)+" AS "+quote(column))
		}
	}
	return sqldb.Open(ctx, db, "SELECT "+strings.Join(asked, ", ")+" FROM "+relation,
		sqldb.Options{Name: name, Rules: opts.Rules, Progress: opts.Progress})
}

// columns returns the names of the columns of a relation.
func columns(ctx context.Context, db *sql.DB, relation string) ([]string, error) {
	rows, err := db.QueryContext(ctx, "SELECT * FROM "+relation+" LIMIT 0")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	return names, errors.Join(err, rows.Err())
}

// findTable returns an error that names the tables and views there are, if the one that is asked for is not among them.
func findTable(ctx context.Context, db *sql.DB, name, table string) error {
	rows, err := db.QueryContext(ctx, "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name")
	if err != nil {
		return &sqldb.Error{Input: name, Doing: "list the tables", Err: cmp.Or(context.Cause(ctx), err)}
	}
	defer rows.Close()
	var found []string
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			return &sqldb.Error{Input: name, Doing: "list the tables", Err: cmp.Or(context.Cause(ctx), err)}
		}
		if strings.EqualFold(one, table) {
			return nil
		}
		found = append(found, one)
	}
	if err := rows.Err(); err != nil {
		return &sqldb.Error{Input: name, Doing: "list the tables", Err: cmp.Or(context.Cause(ctx), err)}
	}
	const most = 30
	if len(found) > most {
		found = append(found[:most], fmt.Sprintf("and %d more", len(found)-most))
	}
	return &source.InputError{Input: name, Err: fmt.Errorf("no table %.80q; there are: %s", table,
		strings.Join(found, ", "))}
}

// quote returns a name as SQL has it.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// Close ends the query and closes the file.
func (s *Source) Close() error {
	if s == nil || s.db == nil {
		return nil
	}
	return errors.Join(s.Source.Close(), s.db.Close())
}
