package servers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// connectTimeout bounds the time from the first packet to being let in.
const connectTimeout = 10 * time.Second

// closeTimeout bounds the time that it takes to have a statement cancelled and a
// connection closed: a server may not answer any more.
const closeTimeout = 5 * time.Second

// A conn is one connection to a database.
type conn interface {
	dialect
	// begin starts a transaction that sees one snapshot and changes nothing.
	begin(ctx context.Context) error
	// tables returns the tables and views that the user sees.
	tables(ctx context.Context) ([]table, error)
	// names returns the names of a table's columns.
	names(ctx context.Context, t table) ([]string, error)
	// columns returns the columns that a statement gives.
	columns(ctx context.Context, statement string) ([]column, error)
	// share returns the server's guess of how many of the rows that one statement
	// gives another gives, which has a condition more: 1 is all, 0 is not known.
	share(ctx context.Context, part, all string) (float64, error)
	// query starts a statement whose rows are read one by one.
	query(ctx context.Context, statement string) (rows, error)
	// exec runs a statement without rows.
	exec(ctx context.Context, statement string) error
	// load makes a table and fills it from CSV with a header, whole or not at all.
	load(ctx context.Context, table string, columns []newColumn, csv io.Reader) error
	// close ends a statement that still runs on the server, and the connection.
	close() error
}

// rows are what a statement gives, columns in the order in which it asks for them.
type rows interface {
	// next adds the values of the next row to a block. After the last row it closes the rows
	// and returns io.EOF.
	next(b *block) error
	// slow reports whether next takes so long that it is worth a goroutine of its own.
	slow() bool
	// close ends the statement; the rows left are read and dropped.
	close() error
}

// connect opens a connection.
func connect(ctx context.Context, dsn DSN) (conn, error) {
	limited, cancel := context.WithTimeoutCause(ctx, connectTimeout, fmt.Errorf("no answer within %v", connectTimeout))
	defer cancel()
	var c conn
	var err error
	switch dsn.server {
	case mysqlServer:
		c, err = connectMySQL(limited, dsn)
	case postgresServer:
		c, err = connectPostgres(limited, dsn)
	default:
		return nil, errors.New("no database: the DSN was not made by ParseDSN")
	}
	if err != nil {
		return nil, failed(limited, dsn.String(), "connect", err)
	}
	return c, nil
}

// A table is one that a database has.
type table struct {
	schema, name string
	here         bool  // the schema need not be named
	rows         int64 // an estimate; 0 is not known
}

// findTable returns the table of that name, or of that schema.name.
func findTable(tables []table, name string) (table, error) {
	var names []string
	for _, t := range tables {
		full := t.schema + "." + t.name
		if t.here && t.name == name || full == name {
			return t, nil
		}
		if t.here {
			full = t.name
		}
		names = append(names, full)
	}
	slices.Sort(names)
	const most = 30
	if len(names) > most {
		names = append(names[:most], fmt.Sprintf("and %d more", len(names)-most))
	}
	return table{}, fmt.Errorf("no table %.80q; there are: %s", name, strings.Join(names, ", "))
}

// scanTables reads what a server's list of tables gives.
func scanTables(r rows) ([]table, error) {
	var tables []table
	err := eachRow(r, func(v [][]byte) {
		t := table{schema: string(v[0]), name: string(v[1]), here: string(v[2]) == "1"}
		t.rows, _ = strconv.ParseInt(string(v[3]), 10, 64) // NULL for a view
		tables = append(tables, t)
	})
	return tables, err
}

// scanNames reads the first column of what a statement gives.
func scanNames(r rows) ([]string, error) {
	var names []string
	err := eachRow(r, func(v [][]byte) { names = append(names, string(v[0])) })
	return names, err
}
