package questions_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/sql/questions"
)

// A script is a database that answers every query with the same rows, and writes
// down what it was told.
type script struct {
	columns []string
	types   []string // of the columns; integers without
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
	if statement == "SELECT @@SESSION.time_zone" {
		return &scriptRows{script{columns: []string{"zone"}, rows: [][]driver.Value{{"SYSTEM"}}}}, nil
	}
	s.told = append(s.told, statement)
	if s.err != nil {
		return nil, s.err
	}
	return &scriptRows{*s}, nil
}

type scriptRows struct{ script }

func (r *scriptRows) Columns() []string { return r.columns }

func (r *scriptRows) ColumnTypeDatabaseTypeName(i int) string {
	if r.types == nil {
		return "BIGINT"
	}
	return r.types[i]
}

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

// ask asks a question of a script.
func ask(t *testing.T, s *script, name string, today time.Time) (*frame.Frame, error) {
	t.Helper()
	question, err := questions.Find(name)
	require.NoError(t, err)
	return question.Ask(t.Context(), connect(t, s), today)
}

const reset = "SET time_zone = 'SYSTEM', @today = NULL"

func TestAsk(t *testing.T) {
	t.Parallel()
	top := []string{"month", "user_id", "volume"}
	for _, test := range []struct {
		name, question string
		columns, types []string
		row            []driver.Value
		want           []any
	}{
		{"money", "monthly_sales", []string{"merchant_id", "month", "volume"}, nil,
			[]driver.Value{int64(7), []byte("2024-02"), []byte("-12.50")}, []any{int64(7), "2024-02", int64(-1250)}},
		{"no money", "top_users", top, nil, []driver.Value{[]byte("2024-02"), []byte("9"), []byte("0")},
			[]any{"2024-02", int64(9), int64(0)}},
		{"numbers", "attractive_products", []string{"product_id", "merchant_id", "units", "units_per_day"}, nil,
			[]driver.Value{int64(1), int64(2), int64(1000), []byte("10.8696")}, []any{int64(1), int64(2), int64(1000),
				10.8696}},
		{"text", "top_users", top, []string{"VARCHAR", "VARCHAR", "DECIMAL"}, []driver.Value{"2024-02", "007", "1"},
			[]any{"2024-02", "007", int64(100)}},
		{"an unsigned integer", "top_users", top, []string{"VARCHAR", "UNSIGNED BIGINT", "DECIMAL"},
			[]driver.Value{"2024-02", "18446744073709551615", "1"}, []any{"2024-02", "18446744073709551615",
				int64(100)}},
		{"NULL", "monthly_sales", []string{"merchant_id", "month", "volume"}, nil, []driver.Value{nil, nil, "1"},
			[]any{nil, nil, int64(100)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := &script{columns: test.columns, types: test.types, rows: [][]driver.Value{test.row}}
			answer, err := ask(t, s, test.question, time.Date(2024, 5, 31, 23, 0, 0, 0, time.UTC))
			require.NoError(t, err)
			require.Equal(t, test.columns, answer.Names())
			require.Equal(t, 1, answer.Len())
			require.Equal(t, test.want, answer.Row(0))
			question, err := questions.Find(test.question)
			require.NoError(t, err)
			require.Equal(t, []string{"SET time_zone = '+00:00', @today = '2024-05-31'", question.Text, reset}, s.told)
		})
	}
}

func TestAskOfTheServersToday(t *testing.T) {
	t.Parallel()
	s := &script{columns: []string{"month", "user_id", "volume"}}
	answer, err := ask(t, s, "top_users", time.Time{})
	require.NoError(t, err)
	require.Zero(t, answer.Len())
	require.Equal(t, "SET time_zone = '+00:00', @today = NULL", s.told[0])
}

func TestAskFails(t *testing.T) {
	t.Parallel()
	refused := errors.New("refused")
	columns := []string{"month", "user_id", "volume"}
	for _, test := range []struct {
		name, want string
		script     script
	}{
		{"refused", "top_users: refused", script{err: refused}},
		{"other columns", `top_users: the answer has the columns ["month" "volume"]`,
			script{columns: []string{"month", "volume"}}},
		{"no integer", "top_users: column user_id: ", script{columns: columns,
			rows: [][]driver.Value{{"2024-02", "x", "1"}}}},
		{"no price", "top_users: column volume: ", script{columns: columns, rows: [][]driver.Value{{"2024-02", int64(1),
			"1e10"}}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := ask(t, &test.script, "top_users", time.Date(2024, 5, 31, 0, 0, 0, 0, time.UTC))
			require.ErrorContains(t, err, test.want)
			require.Equal(t, reset, test.script.told[len(test.script.told)-1], "the session is left as it was")
			if test.script.err != nil {
				require.ErrorIs(t, err, refused)
			}
		})
	}
}

func TestNoQuestion(t *testing.T) {
	t.Parallel()
	_, err := questions.Find("schema")
	require.EqualError(t, err, `no question "schema": there are monthly_sales, top_users, attractive_products`)
	var none questions.Question
	_, err = none.Ask(t.Context(), nil, time.Time{})
	require.Error(t, err)
	_, err = none.Answer(nil, time.Time{})
	require.Error(t, err)
	_, err = questions.All()[0].Ask(t.Context(), nil, time.Time{})
	require.Error(t, err)
	_, err = questions.All()[0].Answer(nil, time.Time{})
	require.Error(t, err)
}
