package delivery_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sav-analytics/sav/internal/analysis/schema"
	"github.com/sav-analytics/sav/internal/sink/delivery/receiver"
	"github.com/sav-analytics/sav/internal/sink/rundir"
	"github.com/sav-analytics/sav/sink/delivery"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(helperDir); dir != "" {
		helper(dir) // this process is one that another test kills
	}
	goleak.VerifyTestMain(m)
}

// header is the report's first line.
func header() string {
	return strings.Join(schema.Schema{}.Names(), ",") + "\n"
}

// row is a report's row of one merchant, whose id is n.
func row(n int) string {
	return fmt.Sprintf("merchant,,%d,,3,2,1,2,1,1800.5,,,,1800,1800,,,1800,1800,1801,1800,0.5,0.1,0.9,3600,1,1800\n", n)
}

// rowsUpTo are the rows 0 to n-1.
func rowsUpTo(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(row(i))
	}
	return b.String()
}

// newReport makes a folder as an analysis leaves it: a report with so many
// rows, and its run.json.
func newReport(t testing.TB, rows int) (dir string) {
	dir = t.TempDir()
	writeReport(t, dir, header()+rowsUpTo(rows))
	return dir
}

func writeReport(t testing.TB, dir, report string) { require.NoError(t, writeFolder(dir, report)) }

func writeFolder(dir, report string) error {
	sum := sha256.Sum256([]byte(report))
	return errors.Join(
		os.WriteFile(filepath.Join(dir, rundir.ReportName), []byte(report), 0o644),
		rundir.WriteRun(dir, &rundir.Run{
			Version: "test", AsOf: "2024-03-02T00:00:00Z", ReportSHA256: hex.EncodeToString(sum[:]),
			Window: rundir.Window{From: "2024-03-01T00:00:00Z", To: "2024-03-02T00:00:00Z"},
		}))
}

// exampleFolder is newReport for examples.
func exampleFolder(rows int) string {
	dir, err := os.MkdirTemp("", "delivery")
	if err = errors.Join(err, writeFolder(dir, header()+rowsUpTo(rows))); err != nil {
		panic(err)
	}
	return dir
}

// quick are options with short waits.
func quick(url string) delivery.Options {
	return delivery.Options{URL: url, MinBackoff: time.Millisecond, MaxBackoff: 5 * time.Millisecond,
		Timeout: 10 * time.Second}
}

// A request is what an api got.
type request struct {
	number int // 1 for the first, over all batches
	path   string
	header http.Header
	body   []byte
}

func (r request) batch() string { return r.header.Get("Sav-Batch") }
func (r request) key() string   { return r.header.Get("Idempotency-Key") }

// An api is a real server on this machine. Each request goes to script, which
// answers it, or has the receiver do so.
type api struct {
	*httptest.Server
	receiver *receiver.Receiver
	effects  string // the receiver's file

	mu       sync.Mutex
	script   script
	requests []request
	conns    map[string]bool // by the client's address
	open     atomic.Int64    // connections
}

// Tests that wait for something look for it so often, and give up long after
// it should have happened.
const (
	tick     = 5 * time.Millisecond
	waitLong = 30 * time.Second
)

func readCloserOf(b []byte) readCloser { return readCloser{bytes.NewReader(b)} }

type script func(w http.ResponseWriter, r *http.Request, got request, effect http.Handler)

// accept has every request answered by the receiver.
func accept(w http.ResponseWriter, r *http.Request, _ request, effect http.Handler) {
	effect.ServeHTTP(w, r)
}

// status answers with a status and no effect.
func status(code int) script {
	return func(w http.ResponseWriter, _ *http.Request, _ request, _ http.Handler) { w.WriteHeader(code) }
}

// first plays one script for the first attempt of each batch, another after.
func first(s, then script) script { return times(1, s, then) }

// times plays s for the first n attempts of each batch.
func times(n int, s, then script) script {
	var mu sync.Mutex
	seen := make(map[string]int)
	return func(w http.ResponseWriter, r *http.Request, got request, effect http.Handler) {
		mu.Lock()
		seen[got.key()]++
		early := seen[got.key()] <= n
		mu.Unlock()
		if early {
			s(w, r, got, effect)
		} else {
			then(w, r, got, effect)
		}
	}
}

// on plays one script for a batch, another for the others.
func on(batch string, s, others script) script {
	return func(w http.ResponseWriter, r *http.Request, got request, effect http.Handler) {
		if got.batch() == batch {
			s(w, r, got, effect)
		} else {
			others(w, r, got, effect)
		}
	}
}

func newAPI(t testing.TB, s script) *api { return newFaultyAPI(t, receiver.Faults{}, s) }

func newFaultyAPI(t testing.TB, faults receiver.Faults, s script) *api {
	return startAPI(t, faults, s, (*httptest.Server).Start)
}

func startAPI(t testing.TB, faults receiver.Faults, s script, start func(*httptest.Server)) *api {
	a := &api{script: s, effects: filepath.Join(t.TempDir(), "effects.jsonl"), conns: make(map[string]bool)}
	var err error
	a.receiver, err = receiver.Open(a.effects, receiver.Options{Faults: faults})
	require.NoError(t, err)
	a.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body bytes.Buffer
		if _, err := body.ReadFrom(r.Body); err != nil {
			return // the client went away
		}
		r2 := r.Clone(r.Context())
		r2.Body = readCloserOf(body.Bytes())
		a.mu.Lock()
		got := request{len(a.requests) + 1, r.URL.Path, r.Header.Clone(), body.Bytes()}
		a.requests = append(a.requests, got)
		a.conns[r.RemoteAddr] = true
		s := a.script
		a.mu.Unlock()
		s(w, r2, got, a.receiver)
	}))
	a.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			a.open.Add(1)
		case http.StateClosed, http.StateHijacked:
			a.open.Add(-1)
		}
	}
	start(a.Server)
	t.Cleanup(func() {
		a.Server.CloseClientConnections()
		a.Server.Close()
		require.NoError(t, a.receiver.Close())
	})
	return a
}

type readCloser struct{ *bytes.Reader }

func (readCloser) Close() error { return nil }

// got is a copy of what came so far.
func (a *api) got() []request {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]request(nil), a.requests...)
}

// merchants are the ids of the entries that had their effect, in order of it,
// each as often as it did.
func merchants(t testing.TB, effects string) (ids []string) {
	data, err := os.ReadFile(effects)
	require.NoError(t, err)
	for line := range strings.Lines(string(data)) {
		var entry struct {
			ID string `json:"merchant_id"`
		}
		require.NoError(t, json.Unmarshal([]byte(line), &entry))
		ids = append(ids, entry.ID)
	}
	return ids
}

// requireEffects makes sure that the entries of these batches, and no others,
// had their effect, once each.
func requireEffects(t testing.TB, effects string, rows int, batches ...int) {
	t.Helper()
	want := []string{}
	for _, batch := range batches {
		for n := (batch - 1) * 10; n < min(batch*10, rows); n++ {
			want = append(want, fmt.Sprint(n))
		}
	}
	got := merchants(t, effects)
	slices.Sort(want)
	slices.Sort(got)
	require.True(t, slices.Equal(want, got), "want %v\ngot  %v", want, got)
}

// A line is one of the journal's, as a reader of the file sees it.
type line struct {
	Batch    int
	Key      string
	Outcome  string
	Status   int
	Attempts int
	Error    string
}

// journalOf reads the outcomes of batches in the one journal in dir.
func journalOf(t testing.TB, dir string) (lines []line) {
	data, err := os.ReadFile(stateFile(t, dir, delivery.JournalName))
	require.NoError(t, err)
	for text := range strings.Lines(string(data)) {
		var l line
		require.NoError(t, json.Unmarshal([]byte(text), &l), "%q", text)
		if l.Batch > 0 {
			lines = append(lines, l)
		}
	}
	return lines
}

// stateFile is the path of a file of the one delivery in dir.
func stateFile(t testing.TB, dir, name string) string {
	folders, err := filepath.Glob(filepath.Join(dir, "delivery", "*", "manifest.json"))
	require.NoError(t, err)
	require.Len(t, folders, 1)
	return filepath.Join(filepath.Dir(folders[0]), name)
}

// outcomes are the journal's last word on each batch.
func outcomes(lines []line) map[int]string {
	last := make(map[int]string)
	for _, l := range lines {
		last[l.Batch] = l.Outcome
	}
	return last
}

// requireWhole makes sure that every row had its effect once and that every
// batch is acknowledged in the journal.
func requireWhole(t testing.TB, dir, effects string, rows int) {
	t.Helper()
	batches := make([]int, (rows+9)/10)
	for i := range batches {
		batches[i] = i + 1
	}
	requireEffects(t, effects, rows, batches...)
	last := outcomes(journalOf(t, dir))
	require.Len(t, last, len(batches))
	for batch, outcome := range last {
		require.Equal(t, "acknowledged", outcome, "batch %d", batch)
	}
}

// deliverQuick delivers and makes sure that the counts add up.
func deliverQuick(t testing.TB, dir string, opts delivery.Options) (delivery.Progress, error) {
	t.Helper()
	d, err := delivery.Deliver(context.Background(), dir, opts)
	require.Equal(t, d.Batches, d.Acknowledged+d.Dead+d.Pending)
	return d, err
}
