package servers

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"

	"github.com/go-sql-driver/mysql"
)

// A mysqlConn speaks to the driver itself. Package database/sql would copy each
// value once more, and could come back with another connection, which would not
// be in the transaction.
type mysqlConn struct {
	driver.Conn
	packets *packetConn // what the driver reads from
	dsn     DSN
	id      string // the server's number of the connection
	busy    bool   // a statement may still run on the server
}

func connectMySQL(ctx context.Context, dsn DSN) (conn, error) {
	c, err := dialMySQL(ctx, dsn)
	if err != nil {
		return nil, err
	}
	if err := c.identify(ctx); err != nil {
		c.Conn.Close()
		return nil, err
	}
	return c, nil
}

func dialMySQL(ctx context.Context, dsn DSN) (*mysqlConn, error) {
	config, err := mysqlConfig(dsn)
	if err != nil {
		return nil, err
	}
	packets := &packetConn{encrypted: config.TLS != nil}
	config.DialFunc = packets.dial
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, err
	}
	c, err := connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &mysqlConn{Conn: c, packets: packets, dsn: dsn}, nil
}

func mysqlConfig(dsn DSN) (*mysql.Config, error) {
	config := mysql.NewConfig()
	config.User, config.Passwd, config.DBName = dsn.user, dsn.password, dsn.name
	config.Net, config.Addr = "tcp", net.JoinHostPort(dsn.host, dsn.port)
	if socket := dsn.params.Get("socket"); socket != "" {
		config.Net, config.Addr = "unix", socket
	}
	var err error
	if config.TLS, config.AllowFallbackToPlaintext, err = mysqlTLS(dsn.params); err != nil {
		return nil, err
	}
	config.Logger = &mysql.NopLogger{} // what it logs, it returns too
	if err := config.Apply(mysql.Charset("utf8mb4", "")); err != nil {
		return nil, err
	}
	return config, nil
}

// mysqlTLS returns how a connection is encrypted, nil if not at all, and whether it
// may be plain where the server has no TLS.
func mysqlTLS(params url.Values) (_ *tls.Config, fallback bool, _ error) {
	config := &tls.Config{}
	switch mode := params.Get("tls"); {
	case mode == "preferred" || mode == "skip-verify":
		config.InsecureSkipVerify = true
		fallback = mode == "preferred"
	case mode == "false" || mode == "" && !params.Has("ssl-ca") && !params.Has("ssl-cert"):
		return nil, false, nil
	}
	if file := params.Get("ssl-ca"); file != "" {
		pem, err := os.ReadFile(file)
		if err != nil {
			return nil, false, err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, false, fmt.Errorf("%s: no certificate in PEM form", file)
		}
	}
	if file := params.Get("ssl-cert"); file != "" {
		pair, err := tls.LoadX509KeyPair(file, params.Get("ssl-key"))
		if err != nil {
			return nil, false, err
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, fallback, nil
}

// identify asks for the server's number of the connection.
func (c *mysqlConn) identify(ctx context.Context) error {
	r, err := c.query(ctx, "SELECT CONNECTION_ID()")
	if err != nil {
		return err
	}
	ids, err := scanNames(r)
	if err == nil && len(ids) == 1 {
		c.id = ids[0]
	}
	return err
}

// close ends what the server still does for the connection: it would notice late,
// or never, that nobody waits for the answer.
func (c *mysqlConn) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	c.cancel(ctx)
	return c.Conn.Close()
}

// cancel has the statement cancelled that still runs on the server, if there is one.
// That takes another connection, and may not succeed: there is nobody to tell.
func (c *mysqlConn) cancel(ctx context.Context) {
	if !c.busy || c.id == "" {
		return
	}
	other, err := dialMySQL(ctx, c.dsn)
	if err != nil {
		return
	}
	_ = other.exec(ctx, "KILL QUERY "+c.id) // an error: it has ended by itself
	other.Conn.Close()
	c.busy = false
}

// ended notes whether a statement that gave err still runs on the server.
func (c *mysqlConn) ended(err error) {
	var answer *mysql.MySQLError
	c.busy = err != nil && err != io.EOF && !errors.As(err, &answer)
}

func (c *mysqlConn) quote(name string) string       { return quoteWith("`", name) }
func (c *mysqlConn) asText(column string) string    { return column }
func (c *mysqlConn) asInteger(column string) string { return column + " + 0" }
func (c *mysqlConn) instant(literal string) string  { return literal } // the session's zone is UTC

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
	c.busy = true
	_, err := c.Conn.(driver.ExecerContext).ExecContext(ctx, statement, nil)
	c.ended(err)
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
	c.busy = true
	prepared, err := c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, statement)
	if err != nil {
		c.ended(err)
		return nil, err
	}
	r, err := prepared.(driver.StmtQueryContext).QueryContext(ctx, nil)
	if err != nil {
		c.ended(err)
		return nil, errors.Join(err, prepared.Close())
	}
	return &mysqlRows{conn: c, statement: prepared, rows: r, columns: mysqlColumns(r),
		values: make([]driver.Value, len(r.Columns()))}, nil
}

func (c *mysqlConn) tables(ctx context.Context) ([]table, error) {
	r, err := c.query(ctx,
		`SELECT table_schema, table_name, table_schema = DATABASE(), table_rows FROM information_schema.tables
		WHERE table_schema NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys')`)
	if err != nil {
		return nil, err
	}
	return scanTables(r)
}

func (c *mysqlConn) names(ctx context.Context, t table) ([]string, error) {
	r, err := c.query(ctx, "SHOW COLUMNS FROM "+c.quote(t.schema)+"."+c.quote(t.name))
	if err != nil {
		return nil, err
	}
	return scanNames(r)
}

func (c *mysqlConn) columns(ctx context.Context, statement string) ([]column, error) {
	r, err := c.start(ctx, statement)
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

// mysqlKind returns the kind of a type, by the driver's name for it.
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
