package delivery_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/thorough"
	"github.com/sav-analytics/sav/sink/delivery"
)

// TestDamagedJournal flips each byte of a journal in turn, drops and doubles its
// lines: nothing that the API does not have is ever taken for acknowledged.
func TestDamagedJournal(t *testing.T) {
	dir := newReport(t, 21)
	api := newAPI(t, accept)
	opts := quick(api.URL)
	_, err := deliverQuick(t, dir, opts)
	require.NoError(t, err)
	path := stateFile(t, dir, delivery.JournalName)
	journal, err := os.ReadFile(path)
	require.NoError(t, err)
	opts.DryRun = true
	for i, c := range journal {
		for _, flip := range []byte{1, 4, 0x20, 0x80} {
			if !thorough.On() && i%17 != int(flip)%17 && c != '\n' && !strings.HasSuffix(string(journal[:i]),
				`"batch":`) {
				continue
			}
			damaged := bytes.Clone(journal)
			damaged[i] ^= flip
			require.NoError(t, os.WriteFile(path, damaged, 0o600))
			line := bytes.Count(journal[:i], []byte("\n"))
			want := []int{}
			for batch := range 3 { // the first line says that the run began, the last that it ended
				hit := line == batch+1 || journal[i] == '\n' && line == batch // two lines become one
				if hit {
					want = append(want, batchOf(t, journal, batch+1))
				}
			}
			got := []int{}
			for _, r := range pending(t, dir, opts) {
				got = append(got, r.Number)
			}
			require.ElementsMatch(t, want, got, "byte %d of line %d", i, line)
		}
	}
}

// batchOf returns the batch of a line of a journal.
func batchOf(t *testing.T, journal []byte, line int) (batch int) {
	_, err := fmt.Sscanf(strings.Split(string(journal), "\n")[line], `{"batch":%d`, &batch)
	require.NoError(t, err)
	return batch
}

// TestOthersJournal: the journal of another endpoint, in the place of this one's,
// acknowledges nothing.
func TestOthersJournal(t *testing.T) {
	dir := newReport(t, 21)
	one, two := newAPI(t, accept), newAPI(t, accept)
	_, err := deliverQuick(t, dir, quick(one.URL))
	require.NoError(t, err)
	foreign := stateFile(t, dir, delivery.JournalName)
	journal, err := os.ReadFile(foreign)
	require.NoError(t, err)
	require.NoError(t, os.RemoveAll(filepath.Dir(foreign)))

	d, err := delivery.Open(t.Context(), dir, quick(two.URL))
	require.NoError(t, err)
	require.NoError(t, d.Close())
	require.NoError(t, os.WriteFile(stateFile(t, dir, delivery.JournalName), journal, 0o600))
	var log bytes.Buffer
	opts := quick(two.URL)
	opts.Log = logTo(func(text string) { log.WriteString(text) })
	opts.Concurrency = 1
	got, err := deliverQuick(t, dir, opts)
	require.NoError(t, err)
	require.EqualValues(t, 3, got.Acknowledged)
	require.Len(t, two.got(), 3)
	require.Contains(t, log.String(), "damaged or of another delivery")
}

// TestOlderFormat: a delivery that an older version began goes on.
func TestOlderFormat(t *testing.T) {
	dir := newReport(t, 41)
	api := newAPI(t, accept)
	opts := quick(api.URL)
	opts.Concurrency = 1
	_, err := deliverQuick(t, dir, opts)
	require.NoError(t, err)
	manifest := stateFile(t, dir, "manifest.json")
	data, err := os.ReadFile(manifest)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(manifest, bytes.Replace(data, []byte(`"format": 2`), []byte(`"format": 1`), 1),
		0o600))
	var older strings.Builder
	for _, l := range journalOf(t, dir)[:2] {
		fmt.Fprintf(&older, `{"batch":%d,"key":%q,"outcome":"acknowledged","status":200,"attempts":1,"at":"2024-03-02T00:00:00Z"}`+"\n", l.Batch, l.Key)
	}
	wrong := strings.Replace(older.String(), `"batch":2`, `"batch":3`, 1) // a damaged line, whose key tells
	for _, test := range []struct {
		name, journal string
		sent          int
	}{{"whole", older.String(), 3}, {"damaged", wrong, 4}} {
		t.Run(test.name, func(t *testing.T) {
			require.NoError(t, os.WriteFile(stateFile(t, dir, delivery.JournalName), []byte(test.journal), 0o600))
			before := len(api.got())
			got, err := deliverQuick(t, dir, opts)
			require.NoError(t, err)
			require.EqualValues(t, 5, got.Acknowledged)
			require.Len(t, api.got(), before+test.sent)
			_, err = deliverQuick(t, dir, opts)
			require.NoError(t, err, "and once more: lines of both forms")
			require.Len(t, api.got(), before+test.sent)
		})
	}
}

// TestEditedDuringDelivery: a report that is changed in place is not sent under
// the keys of what it was; what was sent before stays acknowledged.
func TestEditedDuringDelivery(t *testing.T) {
	for name, edit := range map[string]func(f *os.File, size int64) error{
		"a cell":    func(f *os.File, size int64) error { _, err := f.WriteAt([]byte("9"), size-2); return err },
		"cut":       func(f *os.File, size int64) error { return f.Truncate(size - int64(len(row(20000)))*10) },
		"cut a row": func(f *os.File, size int64) error { return f.Truncate(size - int64(len(row(20000)))) },
		"a row more": func(f *os.File, size int64) error {
			_, err := f.WriteAt([]byte(row(20001)), size)
			return err
		},
		"no quote's end": func(f *os.File, size int64) error {
			_, err := f.WriteAt([]byte(`"`), size-int64(len(row(20000))))
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			var rows strings.Builder
			for n := range 3000 { // far more than is read ahead
				rows.WriteString(row(10000 + n))
			}
			writeReport(t, dir, header()+rows.String())
			var once sync.Once
			api := newAPI(t, func(w http.ResponseWriter, r *http.Request, got request, effect http.Handler) {
				once.Do(func() {
					f, err := os.OpenFile(filepath.Join(dir, "report.csv"), os.O_RDWR, 0)
					if err == nil {
						defer f.Close()
						info, _ := f.Stat()
						err = edit(f, info.Size())
					}
					if err != nil {
						t.Error(err)
					}
				})
				effect.ServeHTTP(w, r)
			})
			got, err := deliverQuick(t, dir, quick(api.URL))
			require.ErrorIs(t, err, delivery.ErrReport)
			require.ErrorContains(t, err, "report.csv")
			require.Less(t, got.Acknowledged, int64(301))
			for _, r := range api.got() {
				require.NotContains(t, string(r.body), "20001")
				require.NotContains(t, string(r.body), "turn_dt_mean_s\":9")
			}
		})
	}
}

// TestConflictAfterKill: a batch that was under way when a process was killed may
// still be at work at the API. Its 409 is no refusal.
func TestConflictAfterKill(t *testing.T) {
	dir := newReport(t, 31)
	var busy atomic.Bool
	busy.Store(true)
	arrived := make(chan struct{}, 1)
	var conflicts atomic.Int64
	api := newAPI(t, on("2/4", first(func(_ http.ResponseWriter, r *http.Request, _ request, _ http.Handler) {
		arrived <- struct{}{}
		<-r.Context().Done()
	}, func(w http.ResponseWriter, r *http.Request, _ request, effect http.Handler) {
		if busy.Load() {
			if conflicts.Add(1) == 2 {
				busy.Store(false)
			}
			w.WriteHeader(http.StatusConflict)
			return
		}
		effect.ServeHTTP(w, r)
	}), accept))
	process, wait := start(t, dir, api.URL, "")
	<-arrived
	require.NoError(t, process.Kill())
	require.True(t, wait())
	got, err := deliverQuick(t, dir, quick(api.URL))
	require.NoError(t, err)
	require.EqualValues(t, 4, got.Acknowledged)
	require.EqualValues(t, 2, conflicts.Load())
	requireWhole(t, dir, api.effects, 31)
}

// TestConflictAfterUnknown: so is one whose retries were spent by an earlier
// process, even if that ended well, and a run in between never came to it.
func TestConflictAfterUnknown(t *testing.T) {
	dir := newReport(t, 31)
	api := newAPI(t, on("4/4", times(2, commitThenReset, times(2, status(409), accept)), accept))
	opts := quick(api.URL)
	opts.Attempts = 2
	_, err := deliverQuick(t, dir, opts)
	require.ErrorIs(t, err, delivery.ErrIncomplete)

	stopped, stop := context.WithCancel(context.Background())
	stop()
	_, err = delivery.Deliver(stopped, dir, opts)
	require.ErrorIs(t, err, delivery.ErrIncomplete)

	got, err := deliverQuick(t, dir, opts)
	require.ErrorIs(t, err, delivery.ErrIncomplete, "409 twice, and the retries are spent")
	require.EqualValues(t, 0, got.Dead)
	_, err = deliverQuick(t, dir, opts)
	require.NoError(t, err)
	requireWhole(t, dir, api.effects, 31)
}

// TestAllRefused: when the address or the form is wrong, ten batches tell; after
// it is mended a plain second delivery sends everything.
func TestAllRefused(t *testing.T) {
	dir := newReport(t, 1000)
	var wrong atomic.Bool
	wrong.Store(true)
	api := newAPI(t, func(w http.ResponseWriter, r *http.Request, _ request, effect http.Handler) {
		if wrong.Load() {
			w.WriteHeader(404)
			return
		}
		effect.ServeHTTP(w, r)
	})
	opts := quick(api.URL)
	opts.Concurrency = 3
	for range 2 { // the second time it is wrong still, and stops again
		before := len(api.got())
		got, err := deliverQuick(t, dir, opts)
		require.ErrorIs(t, err, delivery.ErrDead)
		require.NotErrorIs(t, err, delivery.ErrIncomplete)
		require.ErrorContains(t, err, "address or the form is wrong")
		require.GreaterOrEqual(t, got.Dead, int64(10))
		require.LessOrEqual(t, len(api.got())-before, 10+2, "and those that were under way")
		require.Positive(t, got.Pending)
	}
	wrong.Store(false)
	opts.DryRun = true
	require.Len(t, pending(t, dir, opts), 100)
	opts.DryRun = false
	got, err := deliverQuick(t, dir, opts)
	require.NoError(t, err)
	require.EqualValues(t, 100, got.Acknowledged)
	requireWhole(t, dir, api.effects, 1000)
	require.NoFileExists(t, stateFile(t, dir, delivery.DeadName))
}

// TestSomeRefused: where one batch was acknowledged, all others are tried.
func TestSomeRefused(t *testing.T) {
	dir := newReport(t, 300)
	api := newAPI(t, on("1/30", accept, status(422)))
	opts := quick(api.URL)
	opts.Concurrency = 1
	got, err := deliverQuick(t, dir, opts)
	require.ErrorIs(t, err, delivery.ErrDead)
	require.EqualValues(t, 29, got.Dead)
	require.Zero(t, got.Pending)
}

// TestBadRun: what run.json says goes into headers, and is looked at before
// anything is sent.
func TestBadRun(t *testing.T) {
	for _, field := range []string{"as_of", "from", "to"} {
		for _, value := range []string{`2024-03-02T00:00:00Z\nX: 1`, `\r\n`, "yesterday", "2024-03-02", "\u2028"} {
			t.Run(field+" "+value, func(t *testing.T) {
				dir := newReport(t, 10)
				path := filepath.Join(dir, "run.json")
				data, err := os.ReadFile(path)
				require.NoError(t, err)
				lines := strings.Split(string(data), "\n")
				for i, line := range lines {
					if name, _, ok := strings.Cut(line, ": "); ok && strings.Trim(name, ` "`) == field {
						lines[i] = fmt.Sprintf(`%s: "%s"%s`, name, value, map[bool]string{true: ",",
							false: ""}[strings.HasSuffix(line, ",")])
					}
				}
				require.NoError(t, os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o644))
				_, err = delivery.Open(t.Context(), dir, quick("http://127.0.0.1:1"))
				require.ErrorIs(t, err, delivery.ErrReport)
				require.ErrorContains(t, err, "not a time in RFC 3339")
				require.NotContains(t, err.Error(), "\n")
			})
		}
	}
}
