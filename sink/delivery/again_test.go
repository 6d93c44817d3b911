package delivery_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/sink/rundir"
	"github.com/sav-analytics/sav/sink/delivery"
)

// TestSecondDelivery sends nothing of what was acknowledged, nor what is dead.
func TestSecondDelivery(t *testing.T) {
	dir := newReport(t, 45)
	api := newAPI(t, on("2/5", status(422), accept))
	want, err := deliverQuick(t, dir, quick(api.URL))
	require.ErrorIs(t, err, delivery.ErrDead)
	got, err := deliverQuick(t, dir, quick(api.URL))
	require.ErrorIs(t, err, delivery.ErrDead)
	require.Equal(t, want, got)
	require.Len(t, api.got(), 5)
}

// TestReplay sends the dead letters again, and keeps those that are still dead.
func TestReplay(t *testing.T) {
	dir := newReport(t, 45)
	refuse := map[string]bool{"2/5": true, "4/5": true}
	api := newAPI(t, func(w http.ResponseWriter, r *http.Request, got request, effect http.Handler) {
		if refuse[got.batch()] {
			w.WriteHeader(422)
			w.Write([]byte("no <such> merchant\xff" + strings.Repeat("!", 1<<16)))
			return
		}
		effect.ServeHTTP(w, r)
	})
	opts := quick(api.URL)
	_, err := deliverQuick(t, dir, opts)
	require.ErrorIs(t, err, delivery.ErrDead)
	letters := lettersOf(t, dir)
	require.Len(t, letters, 2)
	sent := map[string]request{}
	for _, r := range api.got() {
		sent[r.key()] = r
	}
	for _, l := range letters {
		require.Equal(t, 422, l.Status)
		require.Equal(t, 5, l.Batches)
		require.Equal(t, string(sent[l.Key].body), string(l.Body), "the letter holds the bytes that were sent")
		require.True(t, strings.HasPrefix(l.Answer, "no <such> merchant\uFFFD!!!"), l.Answer)
		require.LessOrEqual(t, len(l.Answer), 4096, "cut")
	}

	opts.Replay = true
	refuse["4/5"] = false
	got, err := deliverQuick(t, dir, opts)
	require.ErrorIs(t, err, delivery.ErrDead)
	require.EqualValues(t, 4, got.Acknowledged)
	require.Len(t, api.got(), 5+2)
	letters = lettersOf(t, dir)
	require.Len(t, letters, 1)
	require.Equal(t, 2, letters[0].Batch)

	refuse["2/5"] = false
	_, err = deliverQuick(t, dir, opts)
	require.NoError(t, err)
	require.NoFileExists(t, stateFile(t, dir, delivery.DeadName))
	requireWhole(t, dir, api.effects, 45)
}

type deadLetter struct {
	Batch, Batches, Status int
	Key, Answer            string
	Body                   json.RawMessage
}

func lettersOf(t *testing.T, dir string) (letters []deadLetter) {
	data, err := os.ReadFile(stateFile(t, dir, delivery.DeadName))
	require.NoError(t, err)
	for text := range strings.Lines(string(data)) {
		var l deadLetter
		require.NoError(t, json.Unmarshal([]byte(text), &l))
		letters = append(letters, l)
	}
	return letters
}

// TestReplayWithoutAnswer: a dead batch that is sent again and has no answer
// is pending, for nobody knows.
func TestReplayWithoutAnswer(t *testing.T) {
	dir := newReport(t, 10)
	api := newAPI(t, first(status(400), first(commitThenReset, accept)))
	opts := quick(api.URL)
	opts.Attempts, opts.Replay = 1, true
	_, err := deliverQuick(t, dir, opts)
	require.ErrorIs(t, err, delivery.ErrDead)
	_, err = deliverQuick(t, dir, opts)
	require.ErrorIs(t, err, delivery.ErrIncomplete)
	opts.Replay = false
	_, err = deliverQuick(t, dir, opts)
	require.NoError(t, err)
	requireWhole(t, dir, api.effects, 10)
}

// TestDryRun shows the requests that a delivery then makes, and leaves the
// folder as it was.
func TestDryRun(t *testing.T) {
	dir := newReport(t, 21)
	api := newAPI(t, on("2/3", status(500), accept))
	opts := quick(api.URL)
	opts.Token, opts.Attempts = "secret", 1
	opts.DryRun = true
	shown := pending(t, dir, opts)
	require.Len(t, shown, 3)
	require.NoDirExists(t, filepath.Join(dir, "delivery"))
	require.Empty(t, api.got())

	opts.DryRun = false
	_, err := deliverQuick(t, dir, opts)
	require.ErrorIs(t, err, delivery.ErrIncomplete)
	for _, r := range api.got() {
		for _, s := range shown {
			if s.Key == r.key() {
				require.Equal(t, string(s.Body), string(r.body))
				require.Empty(t, s.Header.Get("Authorization"))
				for name := range s.Header {
					require.Equal(t, s.Header.Get(name), r.header.Get(name))
				}
			}
		}
	}
	opts.DryRun = true
	shown = pending(t, dir, opts)
	require.Len(t, shown, 1)
	require.Equal(t, 2, shown[0].Number)

	d, err := delivery.Open(t.Context(), dir, opts)
	require.NoError(t, err)
	require.ErrorIs(t, d.Run(context.Background()), delivery.ErrConfig)
	require.NoError(t, d.Close())
}

func pending(t *testing.T, dir string, opts delivery.Options) (requests []delivery.Request) {
	d, err := delivery.Open(t.Context(), dir, opts)
	require.NoError(t, err)
	for r, err := range d.Pending() {
		require.NoError(t, err)
		requests = append(requests, r)
	}
	require.NoError(t, d.Close())
	return requests
}

// TestTwoAtOnce: the second is refused, and the first is not disturbed.
func TestTwoAtOnce(t *testing.T) {
	dir := newReport(t, 10)
	first, err := delivery.Open(t.Context(), dir, quick("http://127.0.0.1:1"))
	require.NoError(t, err)
	for _, url := range []string{"http://127.0.0.1:1", "http://127.0.0.1:2"} {
		_, err = delivery.Open(t.Context(), dir, quick(url))
		require.ErrorIs(t, err, delivery.ErrLocked)
	}
	require.NoError(t, first.Close())
	second, err := delivery.Open(t.Context(), dir, quick("http://127.0.0.1:1"))
	require.NoError(t, err)
	require.NoError(t, second.Close())
}

// TestAnotherReport is another delivery under other keys; the older journal
// stays, and going back to the older report goes on with it.
func TestAnotherReport(t *testing.T) {
	api := newAPI(t, accept)
	dir := newReport(t, 21)
	_, err := deliverQuick(t, dir, quick(api.URL))
	require.NoError(t, err)
	older := stateFile(t, dir, delivery.JournalName)
	journal, err := os.ReadFile(older)
	require.NoError(t, err)

	writeReport(t, dir, header()+row(1000))
	got, err := deliverQuick(t, dir, quick(api.URL))
	require.NoError(t, err)
	require.EqualValues(t, 1, got.Batches)
	require.Len(t, api.got(), 3+1)
	kept, err := os.ReadFile(older)
	require.NoError(t, err)
	require.Equal(t, string(journal), string(kept))

	writeReport(t, dir, header()+rowsUpTo(21))
	_, err = deliverQuick(t, dir, quick(api.URL))
	require.NoError(t, err)
	require.Len(t, api.got(), 3+1, "nothing is sent twice")
}

// TestRefused: what is not the report that run.json names is not sent.
func TestRefused(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(dir string) error
	}{
		{"no folder", func(dir string) error { return os.RemoveAll(dir) }},
		{"no run.json", func(dir string) error { return os.Remove(filepath.Join(dir, rundir.RunName)) }},
		{"no report.csv", func(dir string) error { return os.Remove(filepath.Join(dir, rundir.ReportName)) }},
		{"run.json is not JSON", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, rundir.RunName),
				[]byte("{"), 0o644)
		}},
		{"run.json is empty", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, rundir.RunName), nil,
				0o644)
		}},
		{"run.json is of other types", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, rundir.RunName), []byte(`{"as_of":1}`), 0o644)
		}},
		{"report.csv has a row more", func(dir string) error {
			f, err := os.OpenFile(filepath.Join(dir, rundir.ReportName), os.O_APPEND|os.O_WRONLY, 0)
			require.NoError(t, err)
			_, err = f.WriteString(row(99))
			require.NoError(t, err)
			return f.Close()
		}},
		{"report.csv is empty", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, rundir.ReportName), nil,
				0o644)
		}},
		{"its hash fits, but it is not a report", func(dir string) error {
			writeReport(t, dir,
				"a,b\n1,2\n")
			return nil
		}},
		{"its hash fits, but a cell far down is no number", func(dir string) error {
			writeReport(t, dir, header()+rowsUpTo(1000)+strings.Replace(row(1000), "1800.5", "=1+1", 1))
			return nil
		}},
		{"its hash fits, but a row is short", func(dir string) error {
			writeReport(t, dir, header()+
				"merchant,1\n")
			return nil
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			api := newAPI(t, accept)
			dir := newReport(t, 21)
			require.NoError(t, test.spoil(dir))
			_, err := delivery.Deliver(context.Background(), dir, quick(api.URL))
			require.ErrorIs(t, err, delivery.ErrReport)
			require.Empty(t, api.got())
		})
	}
}

// TestOtherManifest: a journal that counts other batches is not gone on with.
func TestOtherManifest(t *testing.T) {
	api := newAPI(t, accept)
	dir := newReport(t, 21)
	_, err := deliverQuick(t, dir, quick(api.URL))
	require.NoError(t, err)
	path := stateFile(t, dir, "manifest.json")
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, bytes.Replace(data, []byte(`"batch_size": 10`), []byte(`"batch_size": 5`), 1),
		0o600))
	_, err = delivery.Deliver(context.Background(), dir, quick(api.URL))
	require.ErrorIs(t, err, delivery.ErrReport)
}

// TestFullDisk: what cannot be journalled stops the delivery, is not called
// acknowledged, and is sent again under the same key.
func TestFullDisk(t *testing.T) {
	for _, file := range []string{delivery.JournalName, delivery.DeadName} {
		t.Run(file, func(t *testing.T) {
			dir := newReport(t, 500)
			api := newAPI(t, on("3/50", first(status(400), accept), accept))
			lines := 0
			restore := delivery.SetWriteLine(func(f *os.File, line []byte) error {
				if lines++; filepath.Base(f.Name()) == file && lines > 3 {
					f.Write(line[:3])
					return &os.PathError{Op: "write", Path: f.Name(), Err: syscall.ENOSPC}
				}
				_, err := f.Write(line)
				return err
			})
			opts := quick(api.URL)
			opts.Concurrency = 1
			got, err := deliverQuick(t, dir, opts)
			restore()
			require.ErrorIs(t, err, syscall.ENOSPC)
			require.EqualValues(t, 2, got.Acknowledged)
			require.EqualValues(t, 48, got.Pending)
			require.Len(t, api.got(), 3)
			_, err = deliverQuick(t, dir, opts)
			require.NoError(t, err)
			requireWhole(t, dir, api.effects, 500)
		})
	}
}
