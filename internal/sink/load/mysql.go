package load

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sav-analytics/sav/internal/source/servers"
)

// A mysql is one connection to MySQL or MariaDB.
type mysql struct {
	db   *sql.DB
	conn *sql.Conn
	tx   *sql.Tx
}

func openMySQL(ctx context.Context, dsn servers.DSN) (server, error) {
	db, err := servers.OpenMySQL(ctx, dsn)
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		db.Close()
		return nil, &servers.Error{Where: dsn.String(), Doing: "connect", Err: err}
	}
	return &mysql{db: db, conn: conn}, nil
}

func (m *mysql) close() {
	if m.tx != nil {
		m.tx.Rollback()
	}
	m.conn.Close()
	m.db.Close() // and with the session its locks end
}

// mysqlQuote quotes a table's name, or schema.name.
func mysqlQuote(name string) string { return quoteTable(name, "`") }

// mysqlName returns what information_schema knows a table by; no schema is that of
// the connection.
func mysqlName(table string) (schema sql.NullString, name string) {
	before, after, ok := strings.Cut(table, ".")
	if !ok {
		return schema, table
	}
	return sql.NullString{String: before, Valid: true}, after
}

func (m *mysql) columns(ctx context.Context, table string) (names []string, err error) {
	schema, name := mysqlName(table)
	rows, err := m.conn.QueryContext(ctx, `SELECT column_name FROM information_schema.columns
		WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ?`, schema, name)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

var mysqlTypes = map[kind]string{
	text: "text", count: "bigint NOT NULL", number: "double", instant: "datetime(6)", hash256: "char(64)",
}

func (m *mysql) create(ctx context.Context, table string, columns []column) error {
	var define []string
	for _, c := range columns {
		typ := mysqlTypes[c.kind]
		if c.name == "source" {
			typ = "varchar(191) NOT NULL" // short enough for a key of any engine
		}
		define = append(define, mysqlQuote(c.name)+" "+typ)
	}
	define = append(define, "KEY (source, window_from, window_to, as_of)")
	_, err := m.conn.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS "+mysqlQuote(table)+" ("+strings.Join(define, ", ")+
		") ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
	return err
}

// lockPatience is the number of seconds for which another load is waited for.
const lockPatience = 60

func (m *mysql) begin(ctx context.Context, tables []string) error {
	for _, statement := range []string{"SET SESSION sql_mode = 'TRADITIONAL'", "SET time_zone = '+00:00'"} {
		if _, err := m.conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	for _, table := range inOrder(tables) {
		if err := m.checkEngine(ctx, table); err != nil {
			return err
		}
		var got sql.NullInt64
		err := m.conn.QueryRowContext(ctx,
			"SELECT GET_LOCK(CONCAT('sav load ', MD5(CONCAT(COALESCE(?, DATABASE()), '.', ?))), ?)",
			append(mysqlNameArgs(table), lockPatience)...).Scan(&got)
		if err == nil && got.Int64 != 1 {
			err = fmt.Errorf("another load into the table took longer than %d s", lockPatience)
		}
		if err != nil {
			return err
		}
	}
	tx, err := m.conn.BeginTx(ctx, nil)
	m.tx = tx
	return err
}

func mysqlNameArgs(table string) []any {
	schema, name := mysqlName(table)
	return []any{schema, name}
}

// checkEngine returns an error if a table cannot be changed in a transaction.
func (m *mysql) checkEngine(ctx context.Context, table string) error {
	var engine, transactions sql.NullString
	err := m.conn.QueryRowContext(ctx, `SELECT t.engine, e.transactions FROM information_schema.tables t
		LEFT JOIN information_schema.engines e ON e.engine = t.engine
		WHERE t.table_schema = COALESCE(?, DATABASE()) AND t.table_name = ?`, mysqlNameArgs(table)...).Scan(&engine, &transactions)
	if err == nil && engine.Valid && transactions.String != "YES" {
		err = fmt.Errorf("its engine %s has no transactions; InnoDB has", engine.String)
	}
	return err
}

const mysqlSubject = "source = ? AND window_from <=> ? AND window_to <=> ?"

func (s subject) mysqlArgs() []any { return []any{s.source, mysqlTime(s.from), mysqlTime(s.to)} }

// mysqlTime returns a time in the form of datetime(6), or nil for the zero time.
func mysqlTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02 15:04:05.000000")
}

func (m *mysql) later(ctx context.Context, table string, s subject) (time.Time, error) {
	var at sql.NullString
	asOf := mysqlTime(s.asOf)
	err := m.tx.QueryRowContext(ctx, "SELECT DATE_FORMAT(MAX(as_of), '%Y-%m-%dT%H:%i:%s.%fZ') FROM "+mysqlQuote(table)+
		" WHERE "+mysqlSubject+" AND (as_of > ? OR ? IS NULL AND as_of IS NOT NULL)", append(s.mysqlArgs(), asOf,
		asOf)...).Scan(&at)
	if err != nil || !at.Valid {
		return time.Time{}, err
	}
	return time.Parse(time.RFC3339, at.String)
}

func (m *mysql) remove(ctx context.Context, table string, s subject) (int64, error) {
	result, err := m.tx.ExecContext(ctx, "DELETE FROM "+mysqlQuote(table)+" WHERE "+mysqlSubject, s.mysqlArgs()...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// A statement inserts up to rowsAtOnce rows, and fewer where they are longer than
// bytesAtOnce: a server takes no statement of any length.
const (
	rowsAtOnce  = 500
	bytesAtOnce = 1 << 19
)

func (m *mysql) insert(ctx context.Context, table string, rows *rows) error {
	var names []string
	for _, c := range rows.columns {
		names = append(names, mysqlQuote(c.name))
	}
	into := "INSERT INTO " + mysqlQuote(table) + " (" + strings.Join(names, ", ") + ") VALUES "
	row := "(" + strings.Repeat("?, ", len(names)-1) + "?)"
	statement := func(n int) string { return into + strings.Repeat(row+", ", n-1) + row }
	full, err := m.tx.PrepareContext(ctx, statement(rowsAtOnce))
	if err != nil {
		return err
	}
	defer full.Close()
	for {
		args, n, err := mysqlRows(rows)
		switch {
		case err != nil || rows.err != nil || n == 0:
			return err
		case n == rowsAtOnce:
			_, err = full.ExecContext(ctx, args...)
		default:
			_, err = m.tx.ExecContext(ctx, statement(n), args...)
		}
		if err != nil {
			return err
		}
	}
}

// mysqlRows returns the values of the next rows, up to what one statement takes.
func mysqlRows(rows *rows) (args []any, n int, err error) {
	for size := 0; n < rowsAtOnce && size < bytesAtOnce; n++ {
		cells := rows.next()
		if cells == nil {
			break
		}
		for i, cell := range cells {
			size += len(cell)
			arg, err := mysqlArg(rows.columns[i].kind, cell)
			if err != nil {
				return nil, 0, fmt.Errorf("%s is %q: %w", rows.columns[i].name, cell, err)
			}
			if arg == nil && rows.isSource(i) {
				arg = ""
			}
			args = append(args, arg)
		}
	}
	return args, n, nil
}

// mysqlArg returns the value of a cell; an empty one is NULL.
func mysqlArg(k kind, cell []byte) (any, error) {
	if len(cell) == 0 {
		return nil, nil
	}
	switch k {
	case count:
		return strconv.ParseInt(string(cell), 10, 64)
	case number:
		return strconv.ParseFloat(string(cell), 64)
	case instant:
		t, err := time.Parse(time.RFC3339, string(cell))
		return mysqlTime(t), err
	}
	return string(cell), nil
}

func (m *mysql) commit(context.Context) error {
	err := m.tx.Commit()
	m.tx = nil
	return err
}

// inOrder returns the tables, each once, in one order for all loads, so that none
// waits for another that waits for it.
func inOrder(tables []string) []string { return slices.Compact(slices.Sorted(slices.Values(tables))) }
