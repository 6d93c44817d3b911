package parquetfile_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/naive"
	"github.com/sav-analytics/sav/internal/source/parquetfile"
	"github.com/sav-analytics/sav/internal/source/readtest"
	filestamp "github.com/sav-analytics/sav/internal/stamp"
	"github.com/sav-analytics/sav/source"
)

// Files by other writers hold what the CSV file that they were made from holds.
func TestOtherWriters(t *testing.T) {
	text, err := os.ReadFile("testdata/messages.csv")
	require.NoError(t, err)
	want := readCSV(t, nil, string(text))
	require.Len(t, want.Messages, 195)
	paths, err := filepath.Glob("testdata/*.parquet")
	require.NoError(t, err)
	require.Len(t, paths, 6)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			got, err := read(ctx, cut(50, 2), path)
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
}

// A file that is changed while it is read gives an error that is not one of the input.
func TestChangedFile(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(path string) error{
		"shorter": func(path string) error { return os.Truncate(path, 50) },
		"touched": func(path string) error {
			later := time.Now().Add(time.Second)
			return os.Chtimes(path, later, later)
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "m.parquet")
			require.NoError(t, os.WriteFile(path, file(t, rows(1000)), 0o600))
			src, err := open(parquetfile.Options{}, path)
			require.NoError(t, err)
			defer src.Close()
			require.NoError(t, change(path))
			err = src.Read(ctx, &source.Receiver{Dict: source.NewDict(),
				Batch: func(*source.Batch) error { return nil }})
			var inputErr *source.InputError
			require.False(t, errors.As(err, &inputErr), "%v", err)
			require.ErrorIs(t, err, filestamp.ErrChanged)
			require.ErrorContains(t, err, path)
		})
	}
}

// A row is what the helpers below write: needed columns of the plainest types.
type row struct {
	CreatedAt    string `parquet:"created_at"`
	Sender       *int64 `parquet:"sender_user_id,optional"`
	Client       int64  `parquet:"client_user_id"`
	MerchantUser int64  `parquet:"merchant_user_id"`
	Merchant     int64  `parquet:"merchant_id"`
	Body         string `parquet:"body"`
}

func file[T any](t require.TestingT, rows []T, options ...parquet.WriterOption) []byte {
	var b bytes.Buffer
	w := parquet.NewGenericWriter[T](&b, options...)
	_, err := w.Write(rows)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

// rows are n rows of which each tenth has no time that can be read.
func rows(n int) []row {
	all := make([]row, n)
	for i := range all {
		sender := int64(7)
		all[i] = row{"2026-03-01 10:00", &sender, 7, 9, 1, "body"}
		if i%10 == 3 {
			all[i].CreatedAt = "yesterday, or so"
		}
		if i%10 == 5 {
			all[i].Sender = nil
		}
	}
	return all
}

// What makes a file unusable is said with its name, and the column where it is one.
func TestUnusableFiles(t *testing.T) {
	type nested struct {
		CreatedAt struct{ Day, Hour int64 } `parquet:"created_at"`
		Sender    int64                     `parquet:"sender_user_id"`
		Client    int64                     `parquet:"client_user_id"`
		User      int64                     `parquet:"merchant_user_id"`
		Merchant  int64                     `parquet:"merchant_id"`
	}
	type listed struct {
		CreatedAt string  `parquet:"created_at"`
		Sender    []int64 `parquet:"sender_user_id"`
		Client    int64   `parquet:"client_user_id"`
		User      int64   `parquet:"merchant_user_id"`
		Merchant  int64   `parquet:"merchant_id"`
	}
	type flagged struct {
		CreatedAt string `parquet:"created_at"`
		Sender    int64  `parquet:"sender_user_id"`
		Client    bool   `parquet:"client_user_id"`
		User      int64  `parquet:"merchant_user_id"`
		Merchant  int64  `parquet:"merchant_id"`
	}
	type fixed struct {
		CreatedAt string   `parquet:"created_at"`
		Sender    [16]byte `parquet:"sender_user_id"`
		Client    int64    `parquet:"client_user_id"`
		User      int64    `parquet:"merchant_user_id"`
		Merchant  int64    `parquet:"merchant_id"`
	}
	whole := file(t, rows(100))
	for _, test := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "is CSV, not Parquet"},
		{"text", []byte("created_at,sender_user_id\n2026-03-01,7\n"), "is CSV, not Parquet"},
		{"magic alone", []byte("PAR1PAR1"), "is damaged, or no Parquet file"},
		{"footer before the file", []byte("PAR1\xff\xff\xff\x7fPAR1"), "is damaged, or no Parquet file"},
		{"cut off", whole[:len(whole)-1], "is damaged, or no Parquet file"},
		{"beginning", whole[:len(whole)/2], "is damaged, or no Parquet file"},
		{"end", whole[len(whole)/2:], "is a binary file of an unknown kind"},
		{"missing column", file(t, []struct{ A, B int64 }{{1, 2}}),
			`lacks created_at, sender_user_id, client_user_id, merchant_user_id and merchant_id; a column sender_role can stand in place of the user ids; the columns are "A", "B"`},
		{"nested", file(t, []nested{{}}), `column "created_at" is nested, so it cannot be created_at`},
		{"list", file(t, []listed{{}}), `column "sender_user_id" is nested, so it cannot be sender_user_id`},
		{"boolean", file(t, []flagged{{}}),
			`column "client_user_id" is of type BOOLEAN, which cannot be client_user_id`},
		{"fixed bytes", file(t, []fixed{{}}),
			`column "sender_user_id" is of type FIXED_LEN_BYTE_ARRAY(16), which cannot be sender_user_id`},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := readtest.File(t, "m.parquet", test.data)
			_, err := open(parquetfile.Options{}, path)
			var inputErr *source.InputError
			require.ErrorAs(t, err, &inputErr)
			require.Equal(t, path, inputErr.Input)
			require.ErrorContains(t, err, test.want)
		})
	}
	_, err := open(parquetfile.Options{}, t.TempDir())
	require.ErrorContains(t, err, "is a directory")
	_, err = open(parquetfile.Options{}, filepath.Join(t.TempDir(), "none.parquet"))
	require.ErrorIs(t, err, fs.ErrNotExist)
}

// Columns are found by the names and overrides that CSV has.
func TestColumnNames(t *testing.T) {
	path := readtest.File(t, "m.parquet", file(t, rows(20)))
	got, err := read(ctx, parquetfile.Options{Rules: source.Rules{Override: map[source.Field]string{source.ConversationID: "Body", source.Country: "body"}}}, path)
	require.NoError(t, err)
	require.Len(t, got.Messages, 16)
	require.Equal(t, "body", got.Messages[0].Shown)
	require.Equal(t, "body", got.Messages[0].Country)
	require.Equal(t, `"yesterday, or so",7,7,9,1,body`, got.Rejects[0].Record,
		"a column that is two things is written once")
	_, err = read(ctx, parquetfile.Options{Rules: source.Rules{Override: map[source.Field]string{source.Country: "land"}}}, path)
	require.ErrorContains(t, err, `no column "land" for country`)

	other := readtest.File(t, "other.parquet", file(t, []struct {
		row
		ID int64 `parquet:"id"`
	}{}))
	_, err = open(parquetfile.Options{}, path, other)
	require.ErrorContains(t, err, other+": has message_id, unlike "+path)
}

// Rejected rows come in the order of the input, one at a time, each with its
// place in its file and the columns that were read.
func TestRejects(t *testing.T) {
	n := 5000
	path := readtest.File(t, "m.parquet", file(t, rows(n), parquet.MaxRowsPerRowGroup(70)))
	var want []naive.Reject
	for range 2 {
		for i := 3; i < n; i += 10 {
			want = append(want, naive.Reject{Input: path, Line: i + 1, Reason: "bad_timestamp",
				Record: `"yesterday, or so",7,7,9,1`})
		}
	}
	for _, workers := range []int{1, 4} {
		got, err := read(ctx, cut(16, workers), path, path)
		require.NoError(t, err)
		require.Equal(t, want, got.Rejects)
		require.EqualValues(t, n/5, got.Counts["other_sender"])
		require.EqualValues(t, 2*n, got.Counts["rows_read"])
	}
}

// A reading that is called off, or that fails on the way, ends with the cause
// and leaves no goroutine behind (TestMain looks).
func TestReadEnds(t *testing.T) {
	path := readtest.File(t, "m.parquet", file(t, rows(5000), parquet.MaxRowsPerRowGroup(70)))
	readtest.Ends(t, func() (source.Source, error) { return open(cut(20, 3), path) })
}

// Progress ends with the whole of all files.
func TestProgress(t *testing.T) {
	a, b := file(t, rows(1000), parquet.MaxRowsPerRowGroup(70)), file(t, rows(10))
	total := int64(len(a) + len(b))
	var last int64
	_, err := read(ctx, parquetfile.Options{Progress: func(done, of int64) {
		require.Equal(t, total, of)
		require.Greater(t, done, last)
		last = done
	}}, readtest.File(t, "a.parquet", a), readtest.File(t, "b.parquet", b))
	require.NoError(t, err)
	require.Equal(t, total, last)
}

// A file without rows is an input without messages; no file at all is none.
func TestNoRows(t *testing.T) {
	got, err := read(ctx, parquetfile.Options{}, readtest.File(t, "m.parquet", file(t, rows(0))))
	require.NoError(t, err)
	require.Equal(t, readtest.Reading{Counts: map[string]int64{}}, got)
	_, err = read(ctx, parquetfile.Options{})
	require.ErrorContains(t, err, "no file")
}
