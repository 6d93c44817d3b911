package sqldb_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/sourcetest"
	"github.com/sav-analytics/sav/source/sqldb"
)

// A fake is a database that gives the same rows to every query.
type fake struct {
	columns []string
	rows    [][]driver.Value
	refuse  error // of a query
	last    error // after the rows
	args    []driver.NamedValue
	closed  atomic.Int64 // rows that were closed
}

func (f *fake) Connect(context.Context) (driver.Conn, error) { return f, nil }
func (f *fake) Driver() driver.Driver                        { return nil }
func (f *fake) Prepare(string) (driver.Stmt, error)          { return nil, errors.ErrUnsupported }
func (f *fake) Begin() (driver.Tx, error)                    { return nil, errors.ErrUnsupported }
func (f *fake) Close() error                                 { return nil }
func (f *fake) QueryContext(_ context.Context, _ string, args []driver.NamedValue) (driver.Rows, error) {
	f.args = args
	return &fakeRows{fake: f}, f.refuse
}

type fakeRows struct {
	*fake
	next int
}

func (r *fakeRows) Columns() []string { return r.columns }
func (r *fakeRows) Close() error      { r.closed.Add(1); return nil }
func (r *fakeRows) Next(to []driver.Value) error {
	if r.next == len(r.rows) {
		if r.last != nil {
			return r.last
		}
		return io.EOF
	}
	copy(to, r.rows[r.next])
	r.next++
	return nil
}

var columns = []string{"created_at", "sender_user_id", "client_user_id", "merchant_user_id", "merchant_id"}

// message is a row of columns that can be used.
func message(at any) []driver.Value { return []driver.Value{at, int64(1), int64(1), int64(2), "7"} }

func open(t *testing.T, f *fake, opts sqldb.Options, args ...any) (*sqldb.Source, error) {
	db := sql.OpenDB(f)
	t.Cleanup(func() { db.Close() })
	return sqldb.Open(t.Context(), db, "SELECT", opts, args...)
}

// read returns the times of the messages, and the rows that are rejected.
func read(ctx context.Context, s *sqldb.Source) (at []int64, rejects []source.Reject, err error) {
	err = s.Read(ctx, &source.Receiver{Dict: source.NewDict(),
		Batch: func(b *source.Batch) error { at = append(at, b.At...); return nil },
		Reject: func(r *source.Reject) error {
			reject := *r
			reject.Record, reject.Value = append([]byte(nil), r.Record...), append([]byte(nil), r.Value...)
			rejects = append(rejects, reject)
			return nil
		}})
	return at, rejects, err
}

func TestValues(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		at   any
		want int64
	}{
		{"time", noon, noon.UnixMicro()},
		{"time in another zone", noon.In(time.FixedZone("", 7200)), noon.UnixMicro()},
		{"text", "2026-03-01 12:00:00", noon.UnixMicro()},
		{"bytes", []byte("2026-03-01T12:00:00Z"), noon.UnixMicro()},
		{"seconds", noon.Unix(), noon.UnixMicro()},
		{"seconds as a float", float64(noon.Unix()) + 0.5, noon.UnixMicro() + 500_000},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, err := open(t, &fake{columns: columns, rows: [][]driver.Value{message(c.at)}}, sqldb.Options{})
			require.NoError(t, err)
			at, rejects, err := read(t.Context(), s)
			require.NoError(t, err)
			require.Empty(t, rejects)
			require.Equal(t, []int64{c.want}, at)
		})
	}
}

func TestRejects(t *testing.T) {
	t.Parallel()
	f := &fake{columns: append(columns, "is_public"), rows: [][]driver.Value{
		append(message("2026-03-01 12:00:00"), true),
		append(message(nil), true),
		append(message("a, b"), false),
	}}
	s, err := open(t, f, sqldb.Options{Name: "shop.db"})
	require.NoError(t, err)
	at, rejects, err := read(t.Context(), s)
	require.NoError(t, err)
	require.Len(t, at, 1)
	require.Len(t, rejects, 2)
	require.Equal(t, source.Reject{Input: "shop.db", Line: 2, Reason: rejects[0].Reason,
		Record: []byte(",1,1,2,7,true"),
		Column: "created_at"}, rejects[0])
	require.Equal(t, `"a, b",1,1,2,7,false`, string(rejects[1].Record))
	require.Equal(t, "a, b", string(rejects[1].Value))
}

func TestManyBatches(t *testing.T) {
	t.Parallel()
	f := &fake{columns: columns}
	const rows = 20_000
	for i := range int64(rows) {
		f.rows = append(f.rows, message(1_700_000_000+i))
	}
	told := []int64{}
	s, err := open(t, f, sqldb.Options{Progress: func(n int64) { told = append(told, n) }})
	require.NoError(t, err)
	at, _, err := read(t.Context(), s)
	require.NoError(t, err)
	require.Len(t, at, rows)
	require.IsIncreasing(t, at)
	require.Equal(t, []int64{8192, 16384, rows}, told)
	_, _, err = read(t.Context(), s)
	require.ErrorIs(t, err, source.ErrReadTwice)
}

func TestArguments(t *testing.T) {
	t.Parallel()
	f := &fake{columns: columns}
	_, err := open(t, f, sqldb.Options{}, "FR", 7)
	require.NoError(t, err)
	require.Len(t, f.args, 2)
}

func TestColumnsOfOtherNames(t *testing.T) {
	t.Parallel()
	f := &fake{columns: []string{"sent", "who", "client_user_id", "merchant_user_id", "merchant_id", ""},
		rows: [][]driver.Value{append(message("2026-03-01"), nil)}}
	rules := source.Rules{Override: map[source.Field]string{source.CreatedAt: "sent", source.SenderUserID: "who"}}
	s, err := open(t, f, sqldb.Options{Rules: rules})
	require.NoError(t, err)
	at, rejects, err := read(t.Context(), s)
	require.NoError(t, err)
	require.Empty(t, rejects)
	require.Len(t, at, 1)
}

func TestErrors(t *testing.T) {
	t.Parallel()
	gone := errors.New("the server is gone")
	var failed *sqldb.Error
	var unusable *source.InputError

	_, err := sqldb.Open(t.Context(), nil, "SELECT", sqldb.Options{})
	require.EqualError(t, err, "sqldb: no database was given")

	_, err = open(t, &fake{refuse: gone}, sqldb.Options{})
	require.ErrorAs(t, err, &failed)
	require.ErrorIs(t, err, gone)
	require.EqualError(t, err, "database: query: the server is gone")

	f := &fake{columns: []string{"a", "b"}}
	_, err = open(t, f, sqldb.Options{Name: "shop"})
	require.ErrorAs(t, err, &unusable)
	require.ErrorContains(t, err, "shop: lacks created_at")
	require.EqualValues(t, 1, f.closed.Load(), "the query was ended")

	s, err := open(t, &fake{columns: columns, rows: [][]driver.Value{message("2026-03-01")}, last: gone},
		sqldb.Options{})
	require.NoError(t, err)
	_, _, err = read(t.Context(), s)
	require.EqualError(t, err, "database: read after row 1: the server is gone")

	s, err = open(t, &fake{columns: columns, rows: [][]driver.Value{message("2026-03-01")}}, sqldb.Options{})
	require.NoError(t, err)
	require.Error(t, s.Read(t.Context(), nil))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err = read(ctx, s)
	require.ErrorIs(t, err, context.Canceled)

	s = nil
	require.NoError(t, s.Close())
	require.Error(t, s.Read(t.Context(), nil))
	require.Zero(t, s.Columns())
	require.Empty(t, s.Headers())
	require.Empty(t, s.Names())
}

func TestContract(t *testing.T) {
	t.Parallel()
	f := &fake{columns: columns}
	for i := range int64(20_000) {
		f.rows = append(f.rows, message(1_700_000_000+i))
	}
	f.rows[7], f.rows[9_000] = message(nil), message("soon")
	read := func(t *testing.T) source.Source {
		s, err := open(t, f, sqldb.Options{})
		require.NoError(t, err)
		return s
	}
	want, err := sourcetest.Read(t.Context(), read(t))
	require.NoError(t, err)
	require.Len(t, want.Rejects, 2)
	sourcetest.Test(t, read, want)
}
