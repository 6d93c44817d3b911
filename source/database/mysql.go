package database

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/go-sql-driver/mysql"

	"github.com/sav-analytics/sav/source"
)

// A mysqlConn speaks to the driver itself. Package database/sql would copy each
// value once more, and could come back with another connection, which would not
// be in the transaction.
type mysqlConn struct {
	driver.Conn
}

func connectMySQL(ctx context.Context, dsn DSN) (conn, error) {
	connector, err := mysqlConnector(dsn)
	if err != nil {
		return nil, err
	}
	c, err := connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &mysqlConn{c}, nil
}

func mysqlConnector(dsn DSN) (driver.Connector, error) {
	config := mysql.NewConfig()
	config.User, config.Passwd, config.DBName = dsn.user, dsn.password, dsn.name
	config.Net, config.Addr = "tcp", net.JoinHostPort(dsn.host, dsn.port)
	if socket := dsn.params.Get("socket"); socket != "" {
		config.Net, config.Addr = "unix", socket
	}
	config.TLSConfig = dsn.params.Get("tls")
	config.Logger = &mysql.NopLogger{} // what it logs, it returns too
	if err := config.Apply(mysql.Charset("utf8mb4", "")); err != nil {
		return nil, err
	}
	return mysql.NewConnector(config)
}

func (c *mysqlConn) quote(name string) string       { return quoteWith("`", name) }
func (c *mysqlConn) asText(column string) string    { return column }
func (c *mysqlConn) asInteger(column string) string { return column + " + 0" }
func (c *mysqlConn) instant(literal string) string  { return literal } // the session's zone is UTC
func (c *mysqlConn) close() error                   { return c.Close() }

func (c *mysqlConn) begin(ctx context.Context) error {
	for _, statement := range []string{
		"SET time_zone = '+00:00'",
		"SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
		"START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
	} {
		if err := c.exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

func (c *mysqlConn) exec(ctx context.Context, statement string) error {
	_, err := c.Conn.(driver.ExecerContext).ExecContext(ctx, statement, nil)
	return err
}

func (c *mysqlConn) query(ctx context.Context, statement string) (rows, error) {
	r, err := c.start(ctx, statement)
	if err != nil {
		return nil, err
	}
	return r, nil
}

// start prepares a statement and runs it: the rows of a prepared one hold numbers
// as such, and no text that the server makes and the driver reads again.
func (c *mysqlConn) start(ctx context.Context, statement string) (*mysqlRows, error) {
	prepared, err := c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, statement)
	if err != nil {
		return nil, err
	}
	r, err := prepared.(driver.StmtQueryContext).QueryContext(ctx, nil)
	if err != nil {
		return nil, errors.Join(err, prepared.Close())
	}
	return &mysqlRows{statement: prepared, rows: r, values: make([]driver.Value, len(r.Columns()))}, nil
}

func (c *mysqlConn) tables(ctx context.Context) ([]table, error) {
	r, err := c.query(ctx, `SELECT table_schema, table_name, table_schema = DATABASE(), table_rows FROM information_schema.tables
		WHERE table_schema NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys')`)
	if err != nil {
		return nil, err
	}
	return scanTables(r)
}

func (c *mysqlConn) columns(ctx context.Context, relation string) ([]column, error) {
	r, err := c.start(ctx, "SELECT * FROM "+relation+" m LIMIT 0")
	if err != nil {
		return nil, err
	}
	types := r.rows.(driver.RowsColumnTypeDatabaseTypeName)
	var columns []column
	for i, name := range r.rows.Columns() {
		typ := types.ColumnTypeDatabaseTypeName(i)
		columns = append(columns, column{name, strings.ToLower(typ), mysqlKind(typ)})
	}
	return columns, r.close()
}

// mysqlKind is the kind of a type by the driver's name for it.
func mysqlKind(typ string) kind {
	switch typ = strings.TrimPrefix(typ, "UNSIGNED "); typ {
	case "TINYINT", "SMALLINT", "MEDIUMINT", "INT", "BIGINT":
		return integer
	case "DECIMAL":
		return decimal
	case "CHAR", "VARCHAR", "TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT", "ENUM":
		return text
	case "BIT":
		return bits
	case "DATE", "DATETIME":
		return naive
	case "TIMESTAMP":
		return instant
	}
	return other
}

// mysqlRows reads what the driver makes of a row: int64 and uint64, []byte for
// anything else, nil.
type mysqlRows struct {
	message   source.Message
	statement driver.Stmt
	rows      driver.Rows
	values    []driver.Value
	text      [][]byte
	numbers   []byte // the text of integers
}

func (r *mysqlRows) next() error  { return r.rows.Next(r.values) }
func (r *mysqlRows) close() error { return errors.Join(r.rows.Close(), r.statement.Close()) }

func (r *mysqlRows) texts() [][]byte {
	r.text, r.numbers = r.text[:0], r.numbers[:0]
	for _, v := range r.values {
		r.text = append(r.text, r.asText(v))
	}
	return r.text
}

// asText is a value's text. That of an integer is appended to r.numbers.
func (r *mysqlRows) asText(v driver.Value) []byte {
	from := len(r.numbers)
	switch v := v.(type) {
	case []byte:
		return v
	case int64:
		r.numbers = strconv.AppendInt(r.numbers, v, 10)
	case uint64:
		r.numbers = strconv.AppendUint(r.numbers, v, 10)
	case nil:
		return nil
	default: // a type that resolve lets through never comes so
		r.numbers = fmt.Append(r.numbers, v)
	}
	return r.numbers[from:]
}

// add does what [source.Parser.Add] does, without making text of integers.
func (r *mysqlRows) add(p *source.Parser, b *source.Batch) source.Reason {
	r.numbers = r.numbers[:0]
	m := &r.message
	p.Start(m)
	for f, i := range p.Header().Index {
		if i >= 0 {
			r.set(p, m, source.Field(f), r.values[i])
		}
	}
	return b.Append(m)
}

// set gives m the value of a field.
func (r *mysqlRows) set(p *source.Parser, m *source.Message, f source.Field, v driver.Value) {
	if f.IsID() {
		switch v := v.(type) {
		case int64:
			m.SetID(f, p.Dict().Int(v))
			return
		case uint64:
			m.SetID(f, p.Dict().Uint(v))
			return
		}
	}
	p.Set(m, f, r.asText(v))
}

// loads numbers the readers that were given to the driver, which knows them by name.
var loads atomic.Int64

// load relies on LOAD DATA LOCAL, some ten times as fast as INSERT.
func (c *mysqlConn) load(ctx context.Context, table string, columns []newColumn, csv io.Reader) error {
	name := fmt.Sprintf("sav-%d", loads.Add(1))
	mysql.RegisterReaderHandler(name, func() io.Reader { return csv })
	defer mysql.DeregisterReaderHandler(name)

	var define, names, set []string
	for _, column := range columns {
		quoted := c.quote(column.name)
		define = append(define, quoted+" "+column.mysql)
		names = append(names, "@"+quoted)
		// Without LOCAL's help an empty field would be 0, and not NULL.
		value := "NULLIF(@" + quoted + ", '')"
		if column.field.IsFlag() {
			value += " = 'true'"
		}
		set = append(set, quoted+" = "+value)
	}
	quoted := c.quote(table)
	if err := c.exec(ctx, fmt.Sprintf("CREATE TABLE %s (%s) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4", quoted, strings.Join(define, ", "))); err != nil {
		return err
	}
	err := c.exec(ctx, fmt.Sprintf("LOAD DATA LOCAL INFILE 'Reader::%s' INTO TABLE %s CHARACTER SET utf8mb4 "+
		"FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"' ESCAPED BY '' LINES TERMINATED BY '\\n' IGNORE 1 LINES (%s) SET %s",
		name, quoted, strings.Join(names, ", "), strings.Join(set, ", ")))
	if err == nil {
		err = c.exec(ctx, "ALTER TABLE "+quoted+" ADD INDEX (created_at, conversation_id), ADD INDEX (conversation_id)")
	}
	if err == nil {
		err = c.analyze(ctx, quoted)
	}
	if err != nil {
		// MySQL ends a transaction at CREATE TABLE: what was made is unmade by hand.
		err = errors.Join(err, c.exec(context.WithoutCancel(ctx), "DROP TABLE "+quoted))
	}
	return err
}

// analyze lets the server count the table, so that it finds the indexes good.
func (c *mysqlConn) analyze(ctx context.Context, quoted string) error {
	r, err := c.query(ctx, "ANALYZE TABLE "+quoted)
	if err != nil {
		return err
	}
	return r.close()
}
