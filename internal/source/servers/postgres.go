package servers

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// A postgresConn speaks to pgx's lower half: values come as the server's text,
// where they lie in the connection's buffer.
type postgresConn struct {
	*pgconn.PgConn
}

func connectPostgres(ctx context.Context, dsn DSN) (conn, error) {
	config, err := postgresConfig(dsn)
	if err != nil {
		return nil, err
	}
	c, err := pgconn.ConnectConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	return &postgresConn{c}, nil
}

func (c *postgresConn) quote(name string) string { return quoteWith(`"`, name) }
func (c *postgresConn) asText(column string) string {
	return "CAST(" + column + ` AS text) COLLATE "C"`
}
func (c *postgresConn) asInteger(column string) string { return column } // prints as 0s and 1s
func (c *postgresConn) instant(literal string) string  { return literal + " AT TIME ZONE 'UTC'" }

// close ends what the server still does for the connection, and waits for that,
// since a process that ends takes its requests along.
func (c *postgresConn) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	if c.IsBusy() {
		// Whatever comes of it, the connection is closed.
		_ = c.CancelRequest(ctx)
	}
	err := c.Close(ctx)
	select {
	case <-c.CleanupDone(): // an interrupted statement is cancelled beside us
	case <-ctx.Done():
	}
	return err
}

func (c *postgresConn) begin(ctx context.Context) error {
	return c.exec(ctx, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
}

func (c *postgresConn) exec(ctx context.Context, statement string) error {
	_, err := c.ExecParams(ctx, statement, nil, nil, nil, nil).Close()
	return err
}

func (c *postgresConn) query(ctx context.Context, statement string) (rows, error) {
	return c.start(ctx, statement), nil
}

// start sends a statement. The extended protocol takes one and no more, whatever
// is in its text.
func (c *postgresConn) start(ctx context.Context, statement string) *postgresRows {
	return &postgresRows{result: c.ExecParams(ctx, statement, nil, nil, nil, nil)}
}

func (c *postgresConn) tables(ctx context.Context) ([]table, error) {
	return scanTables(
		c.start(
			ctx,
			`SELECT n.nspname, c.relname, pg_catalog.pg_table_is_visible(c.oid)::int, greatest(c.reltuples, 0)::bigint
		FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`,
		),
	)
}

func (c *postgresConn) names(ctx context.Context, t table) ([]string, error) {
	return scanNames(&postgresRows{result: c.ExecParams(ctx, `SELECT a.attname FROM pg_catalog.pg_attribute a
		JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
		[][]byte{[]byte(t.schema), []byte(t.name)}, nil, nil, nil)})
}

func (c *postgresConn) columns(ctx context.Context, statement string) ([]column, error) {
	r := c.start(ctx, statement)
	var columns []column
	var oids []string
	for _, f := range r.result.FieldDescriptions() {
		columns = append(columns, column{name: f.Name})
		oids = append(oids, strconv.FormatUint(uint64(f.DataTypeOID), 10))
	}
	if err := r.close(); err != nil || len(columns) == 0 {
		return nil, err
	}
	types := c.start(ctx,
		"SELECT oid, typname, typcategory FROM pg_catalog.pg_type WHERE oid IN ("+strings.Join(oids, ", ")+")")
	err := eachRow(types, func(v [][]byte) {
		for i := range columns {
			if oids[i] == string(v[0]) {
				columns[i].typ, columns[i].kind = string(v[1]), postgresKind(string(v[1]), string(v[2]))
			}
		}
	})
	return columns, err
}

// planRows is where EXPLAIN says how many rows a step of the plan gives.
var planRows = regexp.MustCompile(` rows=([0-9]+) `)

func (c *postgresConn) share(ctx context.Context, part, all string) (float64, error) {
	var rows [2]float64
	for i, statement := range []string{part, all} {
		plan, err := scanNames(c.start(ctx, "EXPLAIN "+statement))
		if err != nil {
			return 0, err
		}
		if len(plan) > 0 { // the first step is the one that gives the answer
			if match := planRows.FindStringSubmatch(plan[0]); match != nil {
				rows[i], _ = strconv.ParseFloat(match[1], 64)
			}
		}
	}
	if rows[1] == 0 {
		return 0, nil
	}
	return rows[0] / rows[1], nil
}

// postgresKind returns the kind of a type, by its name and category in pg_type. That
// of a domain is its base type's.
func postgresKind(name, category string) kind {
	switch name {
	case "int2", "int4", "int8":
		return integer
	case "numeric":
		return decimal
	case "uuid":
		return uuid
	case "bool":
		return boolean
	case "bit":
		return bits
	case "date", "timestamp":
		return naive
	case "timestamptz":
		return instant
	}
	if category == "S" || category == "E" { // strings, enums
		return text
	}
	return other
}

type postgresRows struct {
	result *pgconn.ResultReader
}

func (r *postgresRows) next(b *block) error {
	if !r.result.NextRow() {
		return cmp.Or(r.close(), io.EOF)
	}
	for _, v := range r.result.Values() {
		if v == nil {
			b.addNull()
		} else {
			b.addText(v)
		}
	}
	return nil
}

// slow is false: the driver is faster than the server. If it did nothing but read, it would
// sleep and be woken for each packet of 8 KiB, which takes longer than to parse in between.
func (r *postgresRows) slow() bool { return false }

func (r *postgresRows) close() error {
	_, err := r.result.Close()
	return err
}

// load relies on COPY, in a transaction.
func (c *postgresConn) load(ctx context.Context, table string, columns []newColumn, csv io.Reader) error {
	var define []string
	for _, column := range columns {
		define = append(define, c.quote(column.name)+" "+column.postgres)
	}
	quoted := c.quote(table)
	for _, statement := range []string{"BEGIN", fmt.Sprintf("CREATE TABLE %s (%s)", quoted,
		strings.Join(define, ", "))} {
		if err := c.exec(ctx, statement); err != nil {
			return err
		}
	}
	if _, err := c.CopyFrom(ctx, csv, "COPY "+quoted+" FROM STDIN WITH (FORMAT csv, HEADER)"); err != nil {
		return err
	}
	for _, statement := range []string{
		"CREATE INDEX ON " + quoted + " (created_at, conversation_id)",
		"CREATE INDEX ON " + quoted + " (conversation_id)",
		"ANALYZE " + quoted, "COMMIT",
	} {
		if err := c.exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
