package frameio_test

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
	"github.com/sav-analytics/sav/frame/frameio"
)

// An answer is what every query gets from a database that is none.
type answer struct {
	names, types []string
	rows         [][]driver.Value
	err          error // behind the rows
	at           int
}

func (a *answer) Connect(context.Context) (driver.Conn, error) { return a, nil }
func (a *answer) Driver() driver.Driver                        { return nil }
func (a *answer) Prepare(string) (driver.Stmt, error)          { return a, nil }
func (a *answer) Close() error                                 { return nil }
func (a *answer) Begin() (driver.Tx, error)                    { return nil, errors.New("none") }
func (a *answer) NumInput() int                                { return 0 }
func (a *answer) Exec([]driver.Value) (driver.Result, error)   { return nil, errors.New("none") }
func (a *answer) Query([]driver.Value) (driver.Rows, error)    { a.at = 0; return a, nil }
func (a *answer) Columns() []string                            { return a.names }
func (a *answer) ColumnTypeDatabaseTypeName(i int) string      { return a.types[i] }
func (a *answer) Next(dest []driver.Value) error {
	if a.at == len(a.rows) {
		if a.err != nil {
			return a.err
		}
		return io.EOF
	}
	copy(dest, a.rows[a.at])
	a.at++
	return nil
}

func query(t *testing.T, a *answer, o frameio.ReadOptions) (*frame.Frame, error) {
	db := sql.OpenDB(a)
	t.Cleanup(func() { db.Close() })
	rows, err := db.Query("")
	require.NoError(t, err)
	return frameio.FromRows(rows, o)
}

func TestFromRows(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 5, 31, 12, 0, 0, 0, time.FixedZone("", 7200))
	a := &answer{
		names: []string{"id", "price", "at", "ok", "note", "x", "nothing"},
		types: []string{"BIGINT", "DECIMAL", "DATETIME", "BOOL", "VARCHAR", "DOUBLE", "VARCHAR"},
		rows: [][]driver.Value{
			{int64(1), nil, at, true, nil, 0.5, nil},
			{int64(9007199254740993), []byte("12.50"), nil, false, []byte("a"), nil, nil},
		},
	}
	f, err := query(t, a, frameio.ReadOptions{})
	require.NoError(t, err)
	require.Equal(t, a.names, f.Names())
	require.Equal(t, []any{int64(1), nil, at.UTC(), true, nil, 0.5, nil}, f.Row(0))
	require.Equal(t, []any{int64(9007199254740993), 12.5, nil, false, "a", nil, nil}, f.Row(1))
	require.Equal(t, frame.Text, f.Columns()[6].Type(), "nothing but nulls")

	f, err = query(
		t, a,
		frameio.ReadOptions{Types: map[string]frame.Type{"price": frame.Text, "ok": frame.Int64},
			Columns: []string{"price"}},
	)
	require.ErrorContains(t, err, `row 0, column "ok": "true" is not an integer`)
	require.Nil(t, f)
	f, err = query(
		t, a, frameio.ReadOptions{Types: map[string]frame.Type{"price": frame.Text, "id": frame.Text,
			"at": frame.Text}},
	)
	require.NoError(t, err)
	require.Equal(t, []any{"9007199254740993", "12.50", nil}, f.Row(1)[:3])
	require.Equal(t, "2026-05-31T10:00:00Z", f.Row(0)[2])
}

func TestFromRowsErrors(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	one := func(typ string, values ...driver.Value) *answer {
		a := &answer{names: []string{"v"}, types: []string{typ}}
		for _, v := range values {
			a.rows = append(a.rows, []driver.Value{v})
		}
		return a
	}
	failed := one("", int64(1))
	failed.err = cause
	typed := frameio.ReadOptions{Types: map[string]frame.Type{"v": frame.Float64}}
	for name, c := range map[string]struct {
		a    *answer
		o    frameio.ReadOptions
		want string
	}{
		"the connection": {failed, frameio.ReadOptions{}, "from rows: cause"},
		"a long decimal": {one("NUMERIC", []byte("1234567890.1234567")), frameio.ReadOptions{},
			`row 0, column "v": decimal 1234567890.1234567 has more digits than a float: name the type Text`},
		"text among integers": {one("", int64(1), "x"), frameio.ReadOptions{},
			`row 1, column "v": "x" is not an integer of 64 bits`},
		"a long integer": {one("", int64(1<<53+1)), typed, "9007199254740993 has more digits than a float"},
		"no such column": {one("", int64(1)), frameio.ReadOptions{Columns: []string{"w"}},
			`no column "w" in ["v"]`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := query(t, c.a, c.o)
			require.ErrorContains(t, err, c.want)
		})
	}
}
