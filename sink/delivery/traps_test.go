package delivery_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/sink/delivery"
)

// The tests of this file hold what the retrying client and net/http would do
// on their own; TestFaults has the rest of it.

// TestNoSilentReplay: net/http sends a request with an Idempotency-Key again by
// itself when a kept connection turns out dead. Each request is to be counted.
func TestNoSilentReplay(t *testing.T) {
	dir := newReport(t, 30)
	api := newAPI(t, on("2/3", first(raw(""), accept), accept))
	opts := quick(api.URL)
	opts.Concurrency, opts.Attempts = 1, 1
	got, err := deliverQuick(t, dir, opts)
	require.ErrorIs(t, err, delivery.ErrIncomplete)
	require.EqualValues(t, 2, got.Acknowledged)
	require.Len(t, api.got(), 3, "one request for each attempt")
}

// TestConnectionsAreKept: a batch whose retries are spent costs no other batch
// its connection.
func TestConnectionsAreKept(t *testing.T) {
	dir := newReport(t, 200)
	api := newAPI(t, func(w http.ResponseWriter, r *http.Request, got request, effect http.Handler) {
		number, _, _ := strings.Cut(got.batch(), "/")
		switch number[len(number)-1] {
		case '2', '6':
			w.WriteHeader(500)
		case '4', '8':
			w.WriteHeader(400)
		default:
			effect.ServeHTTP(w, r)
		}
	})
	opts := quick(api.URL)
	opts.Concurrency, opts.Attempts = 1, 4
	_, err := deliverQuick(t, dir, opts)
	require.ErrorIs(t, err, delivery.ErrIncomplete)
	require.LessOrEqual(t, len(api.conns), 3,
		"of 20 batches, 8 of which fail; a transport gives up one whose writer a slow machine lets wait")

	dir = newReport(t, 3000)
	api = newAPI(t, accept)
	_, err = deliverQuick(t, dir, quick(api.URL))
	require.NoError(t, err)
	require.LessOrEqual(t, len(api.conns), 30,
		"of 300 batches, 10 at a time; a transport dials one or the other in vain")
}

// TestEarlyAnswer: an API that answers before it has read the body gets the
// same bytes again.
func TestEarlyAnswer(t *testing.T) {
	dir := newReport(t, 10)
	api := newAPI(t, first(status(503), first(raw("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"), accept)))
	_, err := deliverQuick(t, dir, quick(api.URL))
	require.NoError(t, err)
	requireWhole(t, dir, api.effects, 10)
	requireSameBytes(t, api)
}

func requireSameBytes(t *testing.T, api *api) {
	bodies := make(map[string]string)
	for _, r := range api.got() {
		if body, seen := bodies[r.key()]; seen {
			require.Equal(t, body, string(r.body))
		}
		bodies[r.key()] = string(r.body)
	}
}

// TestGzip compresses what the API can unpack to the same bytes, retries too.
func TestGzip(t *testing.T) {
	dir := newReport(t, 21)
	api := newAPI(t, first(status(503), accept))
	plain := newAPI(t, accept)
	opts := quick(api.URL)
	opts.Gzip = true
	_, err := deliverQuick(t, dir, opts)
	require.NoError(t, err)
	requireEffects(t, api.effects, 21, 1, 2, 3)
	requireSameBytes(t, api)
	_, err = deliverQuick(t, dir, quick(plain.URL))
	require.NoError(t, err)
	bodies := make(map[string]string)
	for _, r := range plain.got() {
		bodies[r.batch()] = string(r.body)
	}
	for _, r := range api.got() {
		require.Equal(t, "gzip", r.header.Get("Content-Encoding"))
		zip, err := gzip.NewReader(readCloserOf(r.body))
		require.NoError(t, err)
		body, err := io.ReadAll(zip)
		require.NoError(t, err)
		require.Equal(t, bodies[r.batch()], string(body))
	}
}

// TestNothingIsLeft: no descriptor stays open after a delivery; TestMain looks
// for goroutines.
func TestNothingIsLeft(t *testing.T) {
	descriptors := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		require.NoError(t, err)
		return len(entries)
	}
	if runtime.GOOS != "linux" {
		t.Skip("descriptors are counted in /proc")
	}
	api := newAPI(t, on("3/50", status(400), first(status(503), accept)))
	var after []int
	for range 3 { // the first may open what the process keeps, such as the poller
		_, err := deliverQuick(t, newReport(t, 500), quick(api.URL))
		require.ErrorIs(t, err, delivery.ErrDead)
		api.CloseClientConnections() // the server's ends
		require.Eventually(t, func() bool { return api.open.Load() == 0 }, waitLong, tick)
		after = append(after, descriptors())
	}
	// A connection that was dialled in vain may be closed a little later.
	require.Eventually(t, func() bool { return descriptors() <= after[1] }, waitLong, tick)
}

// TestConcurrencyIsACeiling: never more than so many at once, and as many when
// all goes well.
func TestConcurrencyIsACeiling(t *testing.T) {
	const ceiling = 4
	dir := newReport(t, 400)
	full := make(chan struct{})
	var inside, most int
	api := newAPI(t, nil)
	api.script = func(w http.ResponseWriter, r *http.Request, got request, effect http.Handler) {
		api.mu.Lock()
		inside++
		if most = max(most, inside); inside == ceiling && most == ceiling {
			select {
			case <-full:
			default:
				close(full)
			}
		}
		api.mu.Unlock()
		if got.number > 20 {
			<-full // by now the limit has grown: this many are let in
		}
		effect.ServeHTTP(w, r)
		api.mu.Lock()
		inside--
		api.mu.Unlock()
	}
	opts := quick(api.URL)
	opts.Concurrency = ceiling
	_, err := deliverQuick(t, dir, opts)
	require.NoError(t, err)
	require.Equal(t, ceiling, most)
}
