package sourcetest_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/blocks"
	"github.com/sav-analytics/sav/internal/source/readtest"
	"github.com/sav-analytics/sav/internal/source/verdict"
	"github.com/sav-analytics/sav/internal/thorough"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/files"
	"github.com/sav-analytics/sav/source/memory"
	"github.com/sav-analytics/sav/source/records"
	"github.com/sav-analytics/sav/source/sourcetest"
)

// A row has the values of a table's columns.
type row struct {
	MessageID      string `parquet:"message_id,optional" json:"message_id"`
	ConversationID string `parquet:"conversation_id,optional" json:"conversation_id"`
	CreatedAt      string `parquet:"created_at,optional" json:"created_at"`
	SenderUserID   string `parquet:"sender_user_id,optional" json:"sender_user_id"`
	ClientUserID   string `parquet:"client_user_id,optional" json:"client_user_id"`
	MerchantUserID string `parquet:"merchant_user_id,optional" json:"merchant_user_id"`
	MerchantID     string `parquet:"merchant_id,optional" json:"merchant_id"`
	Country        string `parquet:"country,optional" json:"country"`
	IsPublic       string `parquet:"is_public,optional" json:"is_public"`
	NeedsReply     string `parquet:"needs_reply,optional" json:"needs_reply"`
}

var columns = []string{"message_id", "conversation_id", "created_at", "sender_user_id", "client_user_id",
	"merchant_user_id",
	"merchant_id", "country", "is_public", "needs_reply"}

func (r *row) values() []string {
	return []string{r.MessageID, r.ConversationID, r.CreatedAt, r.SenderUserID, r.ClientUserID, r.MerchantUserID,
		r.MerchantID,
		r.Country, r.IsPublic, r.NeedsReply}
}

// table returns n rows of all kinds: messages, and rows that are put aside or rejected.
func table(n int) []row {
	rows := make([]row, n)
	for i := range rows {
		r := row{MessageID: fmt.Sprint(i), ConversationID: fmt.Sprint("c", i%97),
			CreatedAt: stamp(1772359200 + int64(i)), ClientUserID: "100",
			MerchantUserID: "900", MerchantID: fmt.Sprint(i % 7), Country: []string{"fr", "DE", "", "Elbonia"}[i%4],
			IsPublic: "true", NeedsReply: "1"}
		r.SenderUserID = []string{r.ClientUserID, r.MerchantUserID}[i/2%2]
		switch i % 23 {
		case 3:
			r.MerchantID = ""
		case 7:
			r.CreatedAt = "1980-01-01"
		case 9:
			r.MerchantUserID, r.SenderUserID = r.ClientUserID, r.ClientUserID
		case 11:
			r.IsPublic = "0"
		case 13:
			r.SenderUserID = "5"
		case 15:
			r.NeedsReply = "no"
		}
		rows[i] = r
	}
	return rows
}

func stamp(seconds int64) string { return time.Unix(seconds, 0).UTC().Format(time.DateTime) }

// expected returns what a source of the rows yields, by the rules; the first row is on
// that line.
func expected(t *testing.T, rows []row, line int64) sourcetest.Reading {
	dict := source.NewDict()
	header, err := intake.ResolveHeader(columns, nil)
	require.NoError(t, err)
	batch := intake.NewBatch(header.Columns(), source.Needs{Client: true}, dict)
	parser := intake.NewParser(header, nil, dict)
	var want sourcetest.Reading
	for i := range rows {
		var record [][]byte
		for _, value := range rows[i].values() {
			record = append(record, []byte(value))
		}
		if reason := parser.Add(batch, record); reason != verdict.Accepted {
			want.Rejects = append(want.Rejects, sourcetest.Reject{Line: line + int64(i), Reason: reason.String()})
		}
	}
	want.Counts = batch.Counts
	for i := range batch.At {
		want.Messages = append(want.Messages, sourcetest.Message{At: batch.At[i], Role: batch.Role[i],
			Conversation: dict.IDText(batch.Conversation[i]),
			MessageID:    dict.IDText(batch.MessageID[i]), Merchant: dict.IDText(batch.Merchant[i]),
			Client:  dict.IDText(batch.Client[i]),
			Country: dict.TextOf(batch.Country[i])})
	}
	return want
}

// A kind is a way to have messages.
type kind struct {
	name string
	line int64 // of the first row
	open func(t *testing.T, rows []row) source.Source
	kept bool // only messages come, without the rows that are none
}

func (k *kind) want(t *testing.T, rows []row) sourcetest.Reading {
	want := expected(t, rows, k.line)
	if k.kept {
		want.Rejects, want.Counts = nil, source.Counts{Rows: int64(len(want.Messages))}
	}
	return want
}

var kinds = []kind{
	{"csv", 2, func(t *testing.T, rows []row) source.Source {
		return closing(t)(files.Open(context.Background(), []string{write(t, "m.csv", csvOf(t, rows))},
			files.Options{}))
	}, false},
	{"csv, gzip", 2, func(t *testing.T, rows []row) source.Source {
		return closing(t)(files.Open(context.Background(), []string{write(t, "m.csv.gz", readtest.Gzip(t, csvOf(t, rows)))},
			files.Options{}))
	}, false},
	{"csv, standard input", 2, func(t *testing.T, rows []row) source.Source {
		return closing(t)(files.Open(context.Background(), []string{files.Stdin},
			files.Options{Stdin: bytes.NewReader(csvOf(t, rows))}))
	}, false},
	{"json", 1, func(t *testing.T, rows []row) source.Source {
		return closing(t)(files.Open(context.Background(), []string{write(t, "m.jsonl", jsonOf(t, rows))},
			files.Options{}))
	}, false},
	{"parquet", 1, func(t *testing.T, rows []row) source.Source {
		return closing(t)(files.Open(context.Background(), []string{write(t, "m.parquet", parquetOf(t, rows))},
			files.Options{}))
	}, false},
	{"files of two kinds", 0, func(t *testing.T, rows []row) source.Source {
		half := len(rows) / 2
		return closing(t)(files.Open(context.Background(), []string{write(t, "a.parquet", parquetOf(t, rows[:half])),
			write(t, "b.csv", csvOf(t, rows[half:]))}, files.Options{}))
	}, false},
	{"memory", 1, func(t *testing.T, rows []row) source.Source { return memory.New(messages(t, rows)) }, false},
	{"records", 1, func(t *testing.T, rows []row) source.Source {
		src, err := records.New(columns, func(_ context.Context, add func(row [][]byte) error) error {
			for _, row := range rows {
				var record [][]byte
				for _, value := range row.values() {
					record = append(record, []byte(value))
				}
				if err := add(record); err != nil {
					return err
				}
			}
			return nil
		}, records.Options{})
		require.NoError(t, err)
		return src
	}, false},
	{"one batch, counted on", 1, func(_ *testing.T, rows []row) source.Source { return countsOn(rows) }, false},
	{"blocks", 0, openBlocks, true},
}

// countsOn yields rows in one batch that it fills again and again, and numbers it on
// from the number that it has.
type countsOn []row

func (countsOn) header() *source.Header {
	header, err := intake.ResolveHeader(columns, nil)
	if err != nil {
		panic(err)
	}
	return header
}

func (c countsOn) Columns() source.Columns { return c.header().Columns() }

func (c countsOn) Read(ctx context.Context, r *source.Receiver) error {
	if err := r.Check(); err != nil {
		return err
	}
	parser := intake.NewParser(c.header(), nil, r.Dict)
	batch := intake.NewBatch(c.Columns(), r.Needs, r.Dict)
	batch.Reset(0)
	for i := range c {
		var record [][]byte
		for _, value := range c[i].values() {
			record = append(record, []byte(value))
		}
		reason := parser.Add(batch, record)
		batch.Place("rows", int64(i)+1)
		if reason != verdict.Accepted && r.Reject != nil {
			if err := r.Reject(&source.Reject{Input: "rows", Line: int64(i) + 1, Reason: reason}); err != nil {
				return err
			}
		}
		if batch.Counts.Rows < 100 && i < len(c)-1 {
			continue
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := r.Batch(&batch.Batch); err != nil {
			return err
		}
		batch.Reset(batch.Seq + 1)
	}
	return nil
}

// closing returns a function that hands on a source, closed at the end, if there is no error.
func closing(t *testing.T) func(src interface {
	source.Source
	Close() error
}, err error) source.Source {
	return func(src interface {
		source.Source
		Close() error
	}, err error) source.Source {
		require.NoError(t, err)
		t.Cleanup(func() { src.Close() })
		return src
	}
}

func write(t *testing.T, name string, data []byte) string {
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

func csvOf(t *testing.T, rows []row) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	require.NoError(t, w.Write(columns))
	for i := range rows {
		require.NoError(t, w.Write(rows[i].values()))
	}
	w.Flush()
	return b.Bytes()
}

func jsonOf(t *testing.T, rows []row) []byte {
	if len(rows) == 0 {
		return []byte("[]") // nothing at all would be a file of no kind
	}
	var b bytes.Buffer
	for i := range rows {
		require.NoError(t, json.NewEncoder(&b).Encode(&rows[i]))
	}
	return b.Bytes()
}

func parquetOf(t *testing.T, rows []row) []byte {
	var b bytes.Buffer
	w := parquet.NewGenericWriter[row](&b, parquet.MaxRowsPerRowGroup(100))
	_, err := w.Write(rows)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

func messages(t *testing.T, rows []row) (all []memory.Message) {
	for i := range rows {
		r := &rows[i]
		at, err := time.Parse(time.DateTime, r.CreatedAt)
		if err != nil {
			at, err = time.Parse(time.DateOnly, r.CreatedAt)
		}
		require.NoError(t, err)
		public, err := strconv.ParseBool(r.IsPublic)
		require.NoError(t, err)
		all = append(all, memory.Message{CreatedAt: at, SenderUserID: r.SenderUserID, ClientUserID: r.ClientUserID,
			MerchantUserID: r.MerchantUserID,
			MerchantID:     r.MerchantID, ConversationID: r.ConversationID, MessageID: r.MessageID, Country: r.Country,
			Private: !public,
			NoReply: r.NeedsReply == "no"})
	}
	return all
}

// openBlocks makes blocks of the rows, all in one bucket, and returns the source of them.
func openBlocks(t *testing.T, rows []row) source.Source {
	src, dict := memory.New(messages(t, rows)), source.NewDict()
	var made bytes.Buffer
	w := blocks.NewWriter(blocks.Options{Columns: src.Columns(), Dict: dict, Client: true, Buckets: 1,
		Block: func(_ int, block []byte) error {
			_, err := made.Write(block)
			return err
		}})
	require.NoError(t, src.Read(t.Context(), &source.Receiver{Dict: dict, Needs: source.Needs{Client: true},
		Batch: w.Add}))
	require.NoError(t, w.Flush())
	opened, err := blocks.Open(t.Context(), &made, "blocks")
	require.NoError(t, err)
	return opened
}

// Every source keeps the contract, with many rows and with none.
func TestSources(t *testing.T) {
	t.Parallel()
	for _, k := range kinds {
		for _, n := range []int{0, 1, thorough.Or(1000, 5000)} {
			t.Run(fmt.Sprintf("%s, %d rows", k.name, n), func(t *testing.T) {
				t.Parallel()
				rows := table(n)
				want := k.want(t, rows)
				if k.line == 0 && !k.kept { // of several files
					first := expected(t, rows[:n/2], 1)
					second := expected(t, rows[n/2:], 2)
					want.Rejects = append(first.Rejects, second.Rejects...)
				}
				sourcetest.Test(t, func(t *testing.T) source.Source { return k.open(t, rows) }, want)
			})
		}
	}
}

// So does each two of them, one after the other.
func TestConcat(t *testing.T) {
	t.Parallel()
	rows, more := table(250), table(500)[250:]
	for i, a := range kinds {
		for j, b := range kinds {
			if a.line == 0 && !a.kept || b.line == 0 && !b.kept {
				continue
			}
			t.Run(a.name+" and "+b.name, func(t *testing.T) {
				t.Parallel()
				want, second := a.want(t, rows), b.want(t, more)
				want.Messages = append(want.Messages, second.Messages...)
				want.Rejects = append(want.Rejects, second.Rejects...)
				want.Counts.Add(&second.Counts)
				open := func(t *testing.T) source.Source { return source.Concat(a.open(t, rows), b.open(t, more)) }
				if (i+1)%len(kinds) == j || i == j {
					sourcetest.Test(t, open, want)
					return
				}
				got, err := sourcetest.Read(t.Context(), open(t))
				require.NoError(t, err)
				require.Equal(t, want, got)
			})
		}
	}
}

// absurd is a source that estimates wrongly.
type absurd struct {
	source.Source
	rows int64
}

func (a absurd) EstimateRows() int64 { return a.rows }

// An estimate that is absurd is no estimate of several.
func TestAbsurdEstimates(t *testing.T) {
	t.Parallel()
	src := memory.New(messages(t, table(10)))
	for want, rows := range map[int64][]int64{
		20: {10, 10}, 0: {math.MaxInt64, 1}, math.MaxInt64: {math.MaxInt64},
	} {
		var parts []source.Source
		for _, n := range rows {
			parts = append(parts, absurd{src, n})
		}
		require.Equal(t, want, source.Concat(parts...).(source.Sizer).EstimateRows(), rows)
	}
	require.Zero(t, source.Concat(absurd{src, -1}, src).(source.Sizer).EstimateRows())
}
