package load

import (
	"bytes"
	"context"
	"io"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sav-analytics/sav/internal/source/servers"
)

// A postgres is a connection to PostgreSQL.
type postgres struct{ conn *pgconn.PgConn }

func openPostgres(ctx context.Context, dsn servers.DSN) (server, error) {
	conn, err := servers.OpenPostgres(ctx, dsn)
	if err != nil {
		return nil, err
	}
	return postgres{conn}, nil
}

// closeTimeout bounds how long the end of a connection is waited for.
const closeTimeout = 5 * time.Second

func (p postgres) close() {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	p.conn.Close(ctx)
}

// postgresQuote quotes a table's name, or schema.name.
func postgresQuote(name string) string { return quoteTable(name, `"`) }

// ask runs a statement with parameters, nil for NULL, and returns its rows.
func (p postgres) ask(ctx context.Context, statement string, params ...[]byte) *pgconn.Result {
	return p.conn.ExecParams(ctx, statement, params, nil, nil, nil).Read()
}

func (p postgres) columns(ctx context.Context, table string) (names []string, err error) {
	result := p.ask(ctx, `SELECT attname FROM pg_catalog.pg_attribute
		WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped`, []byte(postgresQuote(table)))
	for _, row := range result.Rows {
		names = append(names, string(row[0]))
	}
	return names, result.Err
}

var postgresTypes = map[kind]string{
	text: "text", count: "bigint", number: "double precision", instant: "timestamptz", hash256: "char(64)",
}

func (p postgres) create(ctx context.Context, table string, columns []column) error {
	if there, err := p.columns(ctx, table); err != nil || len(there) > 0 {
		return err
	}
	var define []string
	for _, c := range columns {
		notNull := ""
		if c.kind == count || c.name == "source" {
			notNull = " NOT NULL"
		}
		define = append(define, postgresQuote(c.name)+" "+postgresTypes[c.kind]+notNull)
	}
	quoted := postgresQuote(table)
	// One string of statements is one transaction.
	return p.conn.Exec(ctx, "CREATE TABLE "+quoted+" ("+strings.Join(define, ", ")+"); "+
		"CREATE INDEX ON "+quoted+" (source, window_from, window_to, as_of)").Close()
}

func (p postgres) begin(ctx context.Context, tables []string) error {
	statements := []string{"SET TIME ZONE 'UTC'", "BEGIN"}
	for _, table := range inOrder(tables) {
		statements = append(statements, "LOCK TABLE "+postgresQuote(table)+" IN SHARE ROW EXCLUSIVE MODE")
	}
	for _, statement := range statements {
		if err := p.ask(ctx, statement).Err; err != nil {
			return err
		}
	}
	return nil
}

const postgresSubject = "source = $1 AND window_from IS NOT DISTINCT FROM $2 AND window_to IS NOT DISTINCT FROM $3"

func (s subject) postgresParams() [][]byte {
	return [][]byte{[]byte(s.source), postgresTime(s.from), postgresTime(s.to)}
}

func postgresTime(t time.Time) []byte {
	if t.IsZero() {
		return nil
	}
	return []byte(timeText(t))
}

func (p postgres) later(ctx context.Context, table string, s subject) (time.Time, error) {
	statement := `SELECT to_char(max(as_of), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') FROM ` + postgresQuote(table) +
		" WHERE " + postgresSubject + " AND (as_of > $4 OR $4 IS NULL AND as_of IS NOT NULL)"
	result := p.ask(ctx, statement, append(s.postgresParams(), postgresTime(s.asOf))...)
	if result.Err != nil || result.Rows[0][0] == nil {
		return time.Time{}, result.Err
	}
	return time.Parse(time.RFC3339, string(result.Rows[0][0]))
}

func (p postgres) remove(ctx context.Context, table string, s subject) (int64, error) {
	result := p.ask(ctx, "DELETE FROM "+postgresQuote(table)+" WHERE "+postgresSubject, s.postgresParams()...)
	return result.CommandTag.RowsAffected(), result.Err
}

func (p postgres) insert(ctx context.Context, table string, rows *rows) error {
	var names []string
	for _, c := range rows.columns {
		names = append(names, postgresQuote(c.name))
	}
	statement := "COPY " + postgresQuote(table) + " (" + strings.Join(names, ", ") + ") FROM STDIN WITH (FORMAT csv)"
	_, err := p.conn.CopyFrom(ctx, &copyReader{rows: rows}, statement)
	return err
}

func (p postgres) commit(ctx context.Context) error { return p.ask(ctx, "COMMIT").Err }

// A copyReader gives rows as COPY reads CSV: every text quoted, since an empty one
// without quotes is NULL.
type copyReader struct {
	rows *rows
	buf  bytes.Buffer
}

func (c *copyReader) Read(p []byte) (int, error) {
	for c.buf.Len() < len(p) {
		cells := c.rows.next()
		if cells == nil {
			break
		}
		for i, cell := range cells {
			if i > 0 {
				c.buf.WriteByte(',')
			}
			if len(cell) == 0 && !c.rows.isSource(i) {
				continue
			}
			c.buf.WriteByte('"')
			for _, b := range cell {
				if b == '"' {
					c.buf.WriteByte('"')
				}
				c.buf.WriteByte(b)
			}
			c.buf.WriteByte('"')
		}
		c.buf.WriteByte('\n')
	}
	if c.rows.err != nil {
		return 0, c.rows.err // ends the COPY without its rows
	}
	if c.buf.Len() == 0 {
		return 0, io.EOF
	}
	return c.buf.Read(p)
}
