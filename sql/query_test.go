package sql_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	savsql "github.com/sav-analytics/sav/sql"
)

// A script is a database that answers every query with the same rows, and writes
// down what it was told.
type script struct {
	columns []string
	rows    [][]driver.Value
	err     error // of a query
	told    []string
}

func (s *script) Connect(context.Context) (driver.Conn, error) { return s, nil }
func (s *script) Driver() driver.Driver                        { return nil }
func (s *script) Prepare(string) (driver.Stmt, error)          { return nil, errors.ErrUnsupported }
func (s *script) Begin() (driver.Tx, error)                    { return nil, errors.ErrUnsupported }
func (s *script) Close() error                                 { return nil }

func (s *script) ExecContext(_ context.Context, statement string, _ []driver.NamedValue) (driver.Result, error) {
	s.told = append(s.told, statement)
	return driver.ResultNoRows, nil
}

func (s *script) QueryContext(_ context.Context, statement string, _ []driver.NamedValue) (driver.Rows, error) {
	s.told = append(s.told, statement)
	if s.err != nil {
		return nil, s.err
	}
	return &scriptRows{*s}, nil
}

type scriptRows struct{ script }

func (r *scriptRows) Columns() []string { return r.columns }

func (r *scriptRows) Next(dest []driver.Value) error {
	if len(r.rows) == 0 {
		return io.EOF
	}
	copy(dest, r.rows[0])
	r.rows = r.rows[1:]
	return nil
}

// connect opens a connection to the script.
func connect(t *testing.T, s *script) *sql.Conn {
	t.Helper()
	db := sql.OpenDB(s)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	conn, err := db.Conn(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	return conn
}

func TestQuery(t *testing.T) {
	statements := make(map[string]string)
	for _, q := range savsql.Questions() {
		statements[q.Name] = q.Text
	}
	for _, test := range []struct {
		name    string
		columns []string
		row     []driver.Value
		want    []any
	}{
		{"monthly_sales", []string{"merchant_id", "month", "volume"}, []driver.Value{int64(7), []byte("2024-02"), []byte("-12.50")}, []any{int64(7), "2024-02", int64(-1250)}},
		{"top_users", []string{"month", "user_id", "volume"}, []driver.Value{[]byte("2024-02"), []byte("9"), []byte("0")}, []any{"2024-02", int64(9), int64(0)}},
		{"attractive_products", []string{"product_id", "merchant_id", "units", "units_per_day"}, []driver.Value{int64(1), int64(2), int64(1000), []byte("10.8696")}, []any{int64(1), int64(2), int64(1000), 10.8696}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &script{columns: test.columns, rows: [][]driver.Value{test.row}}
			answer, err := savsql.Query(t.Context(), connect(t, s), test.name, time.Date(2024, 5, 31, 23, 0, 0, 0, time.UTC))
			require.NoError(t, err)
			require.Equal(t, test.columns, answer.Names())
			require.Equal(t, 1, answer.Len())
			require.Equal(t, test.want, answer.Row(0))
			require.Equal(t, []string{"SET @today = '2024-05-31'", statements[test.name], "SET @today = NULL"}, s.told)
		})
	}
}

func TestQueryOfTheServersToday(t *testing.T) {
	s := &script{columns: []string{"month", "user_id", "volume"}}
	answer, err := savsql.Query(t.Context(), connect(t, s), "top_users", time.Time{})
	require.NoError(t, err)
	require.Zero(t, answer.Len())
	require.Len(t, s.told, 1, "the statement alone")
}

func TestQueryFails(t *testing.T) {
	columns := []string{"month", "user_id", "volume"}
	refused := errors.New("refused")
	for _, test := range []struct {
		name, want string
		script     script
	}{
		{"refused", "top_users: refused", script{err: refused}},
		{"other columns", `top_users: the answer has the columns ["month" "volume"]`, script{columns: []string{"month", "volume"}}},
		{"no integer", "top_users: column user_id: ", script{columns: columns, rows: [][]driver.Value{{"2024-02", "x", "1"}}}},
		{"no price", "top_users: column volume: ", script{columns: columns, rows: [][]driver.Value{{"2024-02", int64(1), "1e10"}}}},
		{"null", "top_users: ", script{columns: columns, rows: [][]driver.Value{{"2024-02", int64(1), nil}}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := savsql.Query(t.Context(), connect(t, &test.script), "top_users", time.Date(2024, 5, 31, 0, 0, 0, 0, time.UTC))
			require.ErrorContains(t, err, test.want)
			require.Equal(t, "SET @today = NULL", test.script.told[len(test.script.told)-1], "the session is left as it was")
		})
	}
	_, err := savsql.Query(t.Context(), connect(t, &script{err: refused}), "top_users", time.Time{})
	require.ErrorIs(t, err, refused)
}

func TestQueryOfNothing(t *testing.T) {
	s := &script{}
	_, err := savsql.Query(t.Context(), connect(t, s), "schema", time.Time{})
	require.ErrorIs(t, err, savsql.ErrNoQuestion)
	require.Empty(t, s.told)
}
