package files_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/files"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	commas     = "message_id,conversation_id,created_at,sender_role,merchant_id\n1,1,2026-03-01 10:00,c,7\n"
	semicolons = "message_id;conversation_id;created_at;sender_role;merchant_id\n2;1;2026-03-01 10:01;m;7\n"
	lines      = `{"message_id":3,"conversation_id":1,"created_at":"2026-03-01 10:02","sender_role":"c","merchant_id":7}` + "\n"
	array      = "[" + `{"message_id":4,"conversation_id":1,"created_at":"2026-03-01 10:03","sender_role":"m","merchant_id":7}` + "]"
	parquet    = "../../internal/source/parquetfile/testdata/duckdb.parquet"
)

// put makes files in a new folder, and returns it.
func put(t testing.TB, texts map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range texts {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	return dir
}

// ids reads the message ids of a source, in the order of the input.
func ids(t testing.TB, s source.Source) (ids []string) {
	t.Helper()
	var mu sync.Mutex
	bySeq := make(map[int64][]string)
	dict := source.NewDict()
	last := int64(0)
	require.NoError(t, s.Read(context.Background(), &source.Receiver{Dict: dict, Batch: func(b *source.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		for _, id := range b.MessageID {
			bySeq[b.Seq] = append(bySeq[b.Seq], dict.IDText(id))
		}
		last = max(last, b.Seq)
		return nil
	}}))
	for seq := range last + 1 {
		ids = append(ids, bySeq[seq]...)
	}
	return ids
}

// Files of all kinds are one input, in the order in which they are named.
func TestMixture(t *testing.T) {
	t.Parallel()
	dir := put(t, map[string]string{"a": commas, "b": semicolons, "c": lines, "d": array, "none": "[]"})
	var names []string
	for _, name := range []string{"none", "c", "a", "d", "b"} {
		names = append(names, filepath.Join(dir, name))
	}
	names = append(names, files.Stdin)
	var mu sync.Mutex
	var done, total int64
	s, err := files.Open(context.Background(), names,
		files.Options{Stdin: strings.NewReader(strings.ReplaceAll(commas, "\n1,", "\n5,")),
			Progress: func(d, of int64) {
				mu.Lock()
				defer mu.Unlock()
				done, total = max(done, d), of
			}})
	require.NoError(t, err)
	defer s.Close()
	require.Equal(t, names, s.Names())
	require.Len(t, s.Headers(), len(names))
	require.True(t, s.Columns().Has(source.MessageID))
	require.Zero(t, s.EstimateRows(), "of a stream it is not known")
	require.Equal(t, []string{"3", "1", "4", "2", "5"}, ids(t, s))
	require.EqualValues(t, -1, total)
	require.Positive(t, done)
}

// The progress in a part of the files is that in all.
func TestProgress(t *testing.T) {
	t.Parallel()
	dir := put(t, map[string]string{"a": commas, "b": lines, "c": semicolons})
	var mu sync.Mutex
	var done, total int64
	s, err := files.Open(context.Background(), []string{dir}, files.Options{Progress: func(d, of int64) {
		mu.Lock()
		defer mu.Unlock()
		done, total = max(done, d), of
	}})
	require.NoError(t, err)
	defer s.Close()
	require.Equal(t, []string{"1", "3", "2"}, ids(t, s))
	require.EqualValues(t, len(commas)+len(lines)+len(semicolons), total)
	require.Equal(t, total, done)
	require.Positive(t, s.EstimateRows())
}

// Parquet stands beside the others.
func TestParquet(t *testing.T) {
	t.Parallel()
	s, err := files.Open(context.Background(), []string{parquet}, files.Options{})
	require.NoError(t, err)
	require.NotEmpty(t, ids(t, s))
	require.NoError(t, s.Close())
	dir := put(t, map[string]string{"a": "created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id\n"})
	_, err = files.Open(context.Background(), []string{filepath.Join(dir, "a"), parquet}, files.Options{})
	require.ErrorContains(t, err, "duckdb.parquet: has conversation_id")
}

// What cannot be opened leaves nothing open, and an error that says why.
func TestOpenErrors(t *testing.T) {
	t.Parallel()
	dir := put(t, map[string]string{"a": commas, "b": "x,y\n", "c": "%PDF-1.7", "d": strings.Replace(lines,
		`"message_id":3,`, "", 1), "e": "[{]"})
	for name, want := range map[string]string{"b": "lacks created_at", "c": "is a PDF document",
		"d": "lacks message_id, unlike", "e": "the array is broken", "none": "no such file"} {
		_, err := files.Open(context.Background(), []string{filepath.Join(dir, "a"), filepath.Join(dir, name)},
			files.Options{})
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, filepath.Join(dir, name))
	}
	for _, names := range [][]string{nil, {}} {
		_, err := files.Open(context.Background(), names, files.Options{})
		require.ErrorContains(t, err, "no file to read")
	}
	stop := errors.New("stop")
	s, err := files.Open(context.Background(), []string{filepath.Join(dir, "a")}, files.Options{})
	require.NoError(t, err)
	defer s.Close()
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(stop)
	require.ErrorIs(t, s.Read(ctx, &source.Receiver{Dict: source.NewDict(),
		Batch: func(*source.Batch) error { return nil }}), stop)
}

// Any export of messages is one source.
func Example() {
	dir, _ := os.MkdirTemp("", "")
	defer os.RemoveAll(dir)
	os.WriteFile(filepath.Join(dir, "january.csv"), []byte(semicolons), 0o600)
	os.WriteFile(filepath.Join(dir, "february.jsonl"), []byte(lines), 0o600)
	s, err := files.Open(context.Background(), []string{dir}, files.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	for _, name := range s.Names() {
		fmt.Println(filepath.Base(name))
	}
	// Output:
	// february.jsonl
	// january.csv
}

// Messages from standard input, with local times and a column of another name.
func ExampleOpen() {
	zone, err := source.NewZone("Europe/Paris")
	if err != nil {
		log.Fatal(err)
	}
	messages, err := files.Open(context.Background(), []string{files.Stdin}, files.Options{
		Stdin: strings.NewReader(`written,sender_user_id,client_user_id,merchant_user_id,merchant_id
2026-07-01 10:00,100,100,900,7
2026-07-01 10:30,900,100,900,7
`),
		Rules: source.Rules{Override: map[source.Field]string{source.CreatedAt: "written"}, Zone: zone},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer messages.Close()
	result, err := analysis.Run(context.Background(), messages, analysis.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Conversations, "conversation, as of", result.AsOf)
	// Output:
	// 1 conversation, as of 2026-07-01 08:30:00 +0000 UTC
}
