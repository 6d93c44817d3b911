package servers

import (
	"bytes"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/parallel"
	"github.com/sav-analytics/sav/internal/source/verdict"
	"github.com/sav-analytics/sav/source"
)

// A fakeConn answers statements with rows of text, cut at their LIMIT.
type fakeConn struct {
	postgresConn
	rows  []string // fields between commas; "NULL" is none
	fails error    // after the rows
	hangs bool     // after the rows, until the query is cancelled
	fast  bool
	asked []string

	panics bool // after the rows

	windowShare float64 // what the server guesses of it
}

func (c *fakeConn) share(context.Context, string, string) (float64, error) {
	return c.windowShare, c.fails
}

type fakeRows struct {
	left  []string
	fails error
	hangs context.Context // nil: it ends
	fast  bool

	panics bool
}

func (c *fakeConn) query(ctx context.Context, statement string) (rows, error) {
	c.asked = append(c.asked, statement)
	left := c.rows
	var limit int
	if _, after, ok := strings.Cut(statement, "LIMIT "); ok {
		fmt.Sscan(after, &limit)
		left = left[:min(limit, len(left))]
	}
	r := &fakeRows{left: left, fails: c.fails, fast: c.fast, panics: c.panics}
	if c.hangs {
		r.hangs = ctx
	}
	return r, nil
}

func (r *fakeRows) next(b *block) error {
	if len(r.left) == 0 {
		if r.panics {
			panic("a packet too short")
		}
		if r.hangs != nil {
			<-r.hangs.Done()
			return r.hangs.Err()
		}
		if r.fails != nil {
			return r.fails
		}
		return io.EOF
	}
	for field := range strings.SplitSeq(r.left[0], ",") {
		if field == "NULL" {
			b.addNull()
		} else {
			b.addText([]byte(field))
		}
	}
	r.left = r.left[1:]
	return nil
}

func (r *fakeRows) slow() bool { return !r.fast }

func (r *fakeRows) close() error { return nil }

// fakeSource reads created_at, sender, client, merchant's user, merchant and
// conversation.
func fakeSource(c *fakeConn) *Source {
	s := &Source{conn: c, where: "db, table messages", statements: statements{dialect: c, relation: "t"}}
	for f := range intake.NumFields {
		s.header.Index[f] = -1
		if f <= source.ConversationID {
			s.header.Index[f] = int(f)
			s.header.Names = append(s.header.Names, f.String())
			s.statements.columns[f] = column{f.String(), "", integer}
		}
	}
	s.statements.columns[source.CreatedAt].kind = naive
	return s
}

const goodRow = "2026-03-01 10:00:00,100,100,900,1,7"

func TestRead(t *testing.T) {
	c := &fakeConn{}
	for range batchRows + 1 {
		c.rows = append(c.rows, goodRow)
	}
	c.rows[2] = "NULL,100,100,900,1,7"
	c.rows[batchRows] = `soon,1 "a" 0,100,900,NULL,7`
	s := fakeSource(c)
	var progress []int64
	s.opts.Progress = func(rows int64) { progress = append(progress, rows) }
	var rejects []source.Reject
	var counts source.Counts
	next := int64(0)
	require.NoError(t, s.Read(t.Context(), &source.Receiver{
		Dict: source.NewDict(),
		Batch: func(b *source.Batch) error {
			require.Equal(t, next, b.Seq)
			next++
			counts.Add(&b.Counts)
			return nil
		},
		Reject: func(r *source.Reject) error { rejects = append(rejects, *r); return nil },
	}))
	require.EqualValues(t, 2, next)
	require.EqualValues(t, batchRows+1, counts.Rows)
	require.Equal(t, []int64{batchRows, batchRows + 1}, progress)
	require.Equal(t, []source.Reject{
		{Input: "db, table messages", Line: 3, Reason: verdict.MissingValue, Record: []byte(",100,100,900,1,7"),
			Column: "created_at"},
		{Input: "db, table messages", Line: batchRows + 1, Reason: verdict.MissingValue,
			Record: []byte(`soon,"1 ""a"" 0",100,900,,7`), Column: "merchant_id"},
	}, rejects)
	require.ErrorIs(t, s.Read(t.Context(), nil), source.ErrReadTwice)
}

func TestReadEnds(t *testing.T) {
	lost, stop := errors.New("connection lost"), errors.New("stop")
	cancelled, cancel := context.WithCancelCause(t.Context())
	cancel(stop)
	good := func(*source.Batch) error { return nil }
	for _, c := range []struct {
		name   string
		ctx    context.Context
		fails  error
		batch  func(*source.Batch) error
		reject func(*source.Reject) error
		is     error
		want   string
	}{
		{"a lost connection", t.Context(), lost, good, nil, lost,
			"db, table messages: read after row 2: connection lost"},
		{"an interruption", cancelled, lost, good, nil, stop, "db, table messages: read after row 2: stop"},
		{"an error of the receiver", t.Context(), nil, func(*source.Batch) error { return stop }, nil, stop, "stop"},
		{"an error of the rejects", t.Context(), nil, good, func(*source.Reject) error { return stop }, stop, "stop"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, fast := range []bool{false, true} {
				s := fakeSource(&fakeConn{rows: []string{goodRow, "NULL,,,,,"}, fails: c.fails, fast: fast})
				err := s.Read(c.ctx, &source.Receiver{Dict: source.NewDict(), Batch: c.batch, Reject: c.reject})
				require.ErrorIs(t, err, c.is)
				require.EqualError(t, err, c.want)
			}
		})
	}
}

// What a receiver returns ends a query whose next row does not come.
func TestReceiverEndsQuery(t *testing.T) {
	stop := errors.New("stop")
	c := &fakeConn{hangs: true}
	for range 2 * batchRows {
		c.rows = append(c.rows, goodRow)
	}
	require.Equal(t, stop, fakeSource(c).Read(t.Context(), &source.Receiver{Dict: source.NewDict(),
		Batch: func(*source.Batch) error { return stop }}))
}

// Many long rows come in their order, and few of them wait in memory.
func TestBlocks(t *testing.T) {
	long := strings.Repeat("x", blockBytes/3)
	for name, in := range map[string]func(rows, func(*block) error) error{
		"one after the other": inBlocks,
		"ahead":               func(r rows, take func(*block) error) error { return inBlocksAhead(r, func() {}, take) },
	} {
		t.Run(name, func(t *testing.T) {
			var r fakeRows
			for i := range 1000 {
				r.left = append(r.left, fmt.Sprint(i, ",", long))
			}
			n, ended := 0, false
			require.NoError(t, in(&r, func(b *block) error {
				require.LessOrEqual(t, len(b.cells), 2*3)
				for row := range slices.Chunk(b.cells, 2) {
					require.Equal(t, fmt.Sprint(n), strings.TrimSpace(string(b.texts(row)[0])))
					n++
				}
				ended = b.err == io.EOF
				return nil
			}))
			require.Equal(t, 1000, n)
			require.True(t, ended)
		})
	}
}

func TestNarrow(t *testing.T) {
	lost := errors.New("connection lost")
	for _, c := range []struct {
		name         string
		createdAt    kind
		conversation kind
		conn         fakeConn
		open         bool // no window was asked for
		want         bool
		err          error
	}{
		{"integers", naive, integer, fakeConn{}, false, true, nil},
		{"instants", instant, uuid, fakeConn{}, false, true, nil},
		{"no window", naive, integer, fakeConn{}, true, false, nil},
		{"times as text", text, integer, fakeConn{}, false, false, nil},
		{"Unix times", integer, integer, fakeConn{}, false, false, nil},
		{"texts", naive, text, fakeConn{}, false, true, nil},
		{"texts in two spellings", naive, text, fakeConn{rows: []string{"1"}}, false, false, nil},
		{"a lost connection", naive, text, fakeConn{fails: lost}, false, false, lost},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := fakeSource(&c.conn)
			s.statements.columns[source.CreatedAt].kind = c.createdAt
			s.statements.columns[source.ConversationID].kind = c.conversation
			if !c.open {
				s.opts.From = march.from
			}
			require.ErrorIs(t, s.narrow(t.Context()), c.err)
			require.Equal(t, c.want, s.Narrowed())
		})
	}
}

// The rows by others are skipped, however many, by asking for more.
func TestAsOf(t *testing.T) {
	byStaff := "2026-05-01 10:00:00,5,100,900,1,7"
	for _, c := range []struct {
		name          string
		before, after int // rows by staff, latest first
		rows          []string
		want          string
		asked         int
	}{
		{"the first row", 0, 0, []string{goodRow}, "2026-03-01T10:00:00Z", 1},
		{"behind others' rows", 999, 10, []string{goodRow}, "2026-03-01T10:00:00Z", 1},
		{"not among the first thousand", 1000, 10, []string{goodRow}, "2026-03-01T10:00:00Z", 2},
		{"not among the first ten thousand", 10_500, 0, []string{goodRow}, "2026-03-01T10:00:00Z", 3},
		{"no messages", 0, 0, nil, "", 1},
		{"others' only", 1000, 0, nil, "", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn := &fakeConn{}
			for range c.before {
				conn.rows = append(conn.rows, byStaff)
			}
			conn.rows = append(conn.rows, c.rows...)
			for range c.after {
				conn.rows = append(conn.rows, byStaff)
			}
			s := fakeSource(conn)
			at, err := s.AsOf(t.Context())
			require.NoError(t, err)
			require.Zero(t, at, "all is read")
			s.window = march
			at, err = s.AsOf(t.Context())
			require.NoError(t, err)
			got := ""
			if !at.IsZero() {
				got = at.Format(time.RFC3339Nano)
			}
			require.Equal(t, c.want, got)
			require.Len(t, conn.asked, c.asked)
		})
	}
}

// On 29 March 2026 clocks in Paris go from 02:00 to 03:00: 02:30, which is not,
// is 01:30 UTC, and so is 03:30; 03:10 is 01:10 UTC.
func TestAsOfWhereClocksChange(t *testing.T) {
	paris, err := source.NewZone("Europe/Paris")
	require.NoError(t, err)
	conn := &fakeConn{rows: []string{"2026-03-29 03:10:00,100,100,900,1,7"}}
	for range 1000 { // by staff
		conn.rows = append(conn.rows, "2026-03-29 02:40:00,5,100,900,1,7")
	}
	conn.rows = append(conn.rows, "2026-03-29 02:30:00,100,100,900,1,7")
	s := fakeSource(conn)
	s.zone, s.window = paris, march
	at, err := s.AsOf(t.Context())
	require.NoError(t, err)
	require.Equal(t, time.Date(2026, 3, 29, 1, 30, 0, 0, time.UTC), at)
	require.Contains(t, conn.asked[1], "'2026-03-29 02:10:00.000000'")
}

// What the driver of MySQL makes of a row must be read as its text is.
func TestMySQLValuesAreReadAsText(t *testing.T) {
	const uuid = "0b2f3a44-9c1d-4e5f-8a6b-7c8d9e0f1a2b"
	h := &source.Header{}
	for f := range intake.NumFields {
		h.Index[f] = int(f)
		h.Names = append(h.Names, f.String())
	}
	ids := rapid.OneOf(
		rapid.Just[driver.Value](nil),
		rapid.Map(rapid.Int64(), func(n int64) driver.Value { return n }),
		rapid.Map(rapid.Int64Range(0, 3), func(n int64) driver.Value { return n }),
		rapid.Map(rapid.Int64Range(1e18-1, 1e18+1), func(n int64) driver.Value { return n }),
		rapid.Map(rapid.Uint64(), func(n uint64) driver.Value { return n }),
		rapid.Map(rapid.SampledFrom([]string{"", " 1", "2.0", "x", "\xff", uuid, strings.ToUpper(uuid), "g" + uuid[1:],
			uuid[:35] + " ", uuid[:35] + "\xff", strings.Repeat("7", 36), "1." + strings.Repeat("0", 30) + "e+10"}),
			func(s string) driver.Value { return []byte(s) }),
	)
	times := rapid.SampledFrom([]driver.Value{nil, []byte("2026-03-01 10:00:00.5"), []byte("0000-00-00 00:00:00"),
		int64(1772359200), []byte("2026-03-29 02:30:00")})
	flags := rapid.SampledFrom([]driver.Value{nil, int64(0), int64(1), int64(2), uint64(1), []byte("f"), []byte(" ")})
	countries := rapid.SampledFrom([]driver.Value{nil, []byte("fr"), []byte(" Elbonia "), int64(7)})
	paris, err := source.NewZone("Europe/Paris")
	require.NoError(t, err)
	dict := source.NewDict()
	needs := source.Needs{Client: true, Users: true}
	rapid.Check(t, func(t *rapid.T) {
		row := &mysqlRows{values: make([]driver.Value, intake.NumFields)}
		for f := range intake.NumFields {
			values := ids
			switch {
			case f == source.CreatedAt:
				values = times
			case intake.IsFlag(f):
				values = flags
			case f == source.Country:
				values = countries
			}
			row.values[f] = values.Draw(t, f.String())
		}
		var want [][]byte
		for _, v := range row.values {
			switch v := v.(type) {
			case nil:
				want = append(want, nil)
			case []byte:
				want = append(want, v)
			default:
				want = append(want, fmt.Append(nil, v))
			}
		}
		rows := new(block)
		row.put(rows)
		if got := rows.texts(rows.cells); !equal(got, want) {
			t.Fatalf("texts: %q, want %q", got, want)
		}
		parser := intake.NewParser(h, &source.Rules{Zone: paris}, dict)
		a, b := intake.NewBatch(h.Columns(), needs, dict), intake.NewBatch(h.Columns(), needs, dict)
		var m intake.Message
		rows.parse(parser, &m, rows.cells)
		got, expected := a.Append(&m), parser.Add(b, want)
		if got != expected {
			t.Fatalf("%v, as text %v", got, expected)
		}
		require.Equal(t, b, a)
	})
}

func equal(a, b [][]byte) bool {
	for i := range b {
		if (a[i] == nil) != (b[i] == nil) || !bytes.Equal(a[i], b[i]) {
			return false
		}
	}
	return len(a) == len(b)
}

// Where the server expects a great part of the rows in the window, all are read.
func TestWideWindow(t *testing.T) {
	for _, c := range []struct {
		name  string
		share float64
		want  bool
	}{
		{"a part", 0.1, true},
		{"nearly half", 0.44, true},
		{"half, as InnoDB says of all", 500.0 / 1001, false},
		{"all", 1, false},
		{"more than all", 2, false},
		{"not known", 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := fakeSource(&fakeConn{windowShare: c.share})
			s.opts.From, s.estimate = march.from, 7
			require.NoError(t, s.narrow(t.Context()))
			require.Equal(t, c.want, s.Narrowed())
			require.Equal(t, c.want, s.EstimateRows() == 0)
		})
	}
}

// A panic in a driver is one of the caller, who can recover from it, wherever rows are read.
func TestDriverPanics(t *testing.T) {
	for _, fast := range []bool{false, true} {
		s := fakeSource(&fakeConn{rows: []string{goodRow}, panics: true, fast: fast})
		value := func() (v any) {
			defer func() { v = recover() }()
			_ = s.Read(t.Context(), &source.Receiver{Dict: source.NewDict(), Batch: func(*source.Batch) error { return nil }})
			return nil
		}()
		if p, ok := value.(*parallel.Panic); ok {
			require.Contains(t, string(p.Stack), "fakeRows")
			value = p.Value
		}
		require.Equal(t, "a packet too short", value)
	}
}
