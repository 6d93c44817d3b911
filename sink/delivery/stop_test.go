package delivery_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/sink/delivery/receiver"
	"github.com/sav-analytics/sav/sink/delivery"
)

// TestUnauthorizedMidway: the delivery stops, what is left stays pending, and
// a later one with the right to do so sends it.
func TestUnauthorizedMidway(t *testing.T) {
	for _, code := range []int{401, 403} {
		t.Run(http.StatusText(code), func(t *testing.T) {
			dir := newReport(t, 100)
			allowed := false
			api := newAPI(t, on("3/10", func(w http.ResponseWriter, r *http.Request, got request, effect http.Handler) {
				if !allowed {
					w.WriteHeader(code)
					return
				}
				effect.ServeHTTP(w, r)
			}, accept))
			opts := quick(api.URL)
			opts.Concurrency = 1
			got, err := deliverQuick(t, dir, opts)
			require.ErrorIs(t, err, delivery.ErrUnauthorized)
			require.EqualValues(t, 2, got.Acknowledged)
			require.EqualValues(t, 8, got.Pending)
			require.Len(t, api.got(), 3, "nothing is sent after the refusal")
			requireEffects(t, api.effects, 100, 1, 2)
			require.Equal(t, map[int]string{1: "acknowledged", 2: "acknowledged", 3: "unauthorized"},
				outcomes(journalOf(t, dir)))

			allowed = true
			_, err = deliverQuick(t, dir, opts)
			require.NoError(t, err)
			require.Len(t, api.got(), 3+8)
			requireWhole(t, dir, api.effects, 100)
		})
	}
}

// TestUnauthorizedWins: 77 before 75 before 76.
func TestUnauthorizedWins(t *testing.T) {
	dir := newReport(t, 30)
	api := newAPI(t, on("1/3", status(400), on("2/3", status(500), status(401))))
	opts := quick(api.URL)
	opts.Concurrency, opts.Attempts = 1, 2
	got, err := deliverQuick(t, dir, opts)
	require.ErrorIs(t, err, delivery.ErrUnauthorized)
	require.False(t, errors.Is(err, delivery.ErrIncomplete))
	require.EqualValues(t, 1, got.Dead)
	require.EqualValues(t, 2, got.Pending)
}

// TestStopMidway is what SIGTERM does: the batch under way is finished, no
// other begins, and the next delivery sends only what is left.
func TestStopMidway(t *testing.T) {
	dir := newReport(t, 100)
	ctx, stop := context.WithCancelCause(context.Background())
	api := newAPI(t, on("4/10", func(w http.ResponseWriter, r *http.Request, _ request, effect http.Handler) {
		stop(errors.New("stopped by hand"))
		effect.ServeHTTP(w, r)
	}, accept))
	opts := quick(api.URL)
	opts.Concurrency = 1
	got, err := delivery.Deliver(ctx, dir, opts)
	require.ErrorIs(t, err, delivery.ErrIncomplete)
	require.ErrorContains(t, err, "stopped by hand")
	require.EqualValues(t, 4, got.Acknowledged)
	require.EqualValues(t, 6, got.Pending)
	requireEffects(t, api.effects, 100, 1, 2, 3, 4)

	_, err = deliverQuick(t, dir, opts)
	require.NoError(t, err)
	require.Len(t, api.got(), 10, "each batch was sent once")
	requireWhole(t, dir, api.effects, 100)
}

// TestStopWhileWaiting: a delivery that waits for a retry does not wait on.
func TestStopWhileWaiting(t *testing.T) {
	dir := newReport(t, 10)
	ctx, stop := context.WithCancel(context.Background())
	api := newAPI(t, with(503, "Retry-After", "3600"))
	opts := quick(api.URL)
	opts.MaxBackoff = time.Hour
	opts.Log = logTo(func(message string) {
		if strings.Contains(message, "will be retried") {
			stop()
		}
	})
	got, err := delivery.Deliver(ctx, dir, opts)
	require.ErrorIs(t, err, delivery.ErrIncomplete)
	require.EqualValues(t, 1, got.Pending)
	lines := journalOf(t, dir)
	require.Len(t, lines, 1)
	require.Equal(t, line{Batch: 1, Key: lines[0].Key, Outcome: "unknown", Status: 503, Attempts: 1}, lines[0])
}

// TestDeadline ends the attempts under way too.
func TestDeadline(t *testing.T) {
	dir := newReport(t, 30)
	api := newAPI(t, silent)
	opts := quick(api.URL)
	opts.Timeout, opts.Deadline = time.Hour, 100*time.Millisecond
	got, err := deliverQuick(t, dir, opts)
	require.ErrorIs(t, err, delivery.ErrIncomplete)
	require.ErrorContains(t, err, "deadline of 100ms")
	require.EqualValues(t, 3, got.Pending)
}

// TestGivesUp: an API that is not there is not asked for every batch.
func TestGivesUp(t *testing.T) {
	dir := newReport(t, 1000)
	api := newAPI(t, status(502))
	opts := quick(api.URL)
	opts.Concurrency, opts.Attempts = 2, 2
	got, err := deliverQuick(t, dir, opts)
	require.ErrorIs(t, err, delivery.ErrIncomplete)
	require.ErrorContains(t, err, "10 batches in a row")
	require.EqualValues(t, 100, got.Pending)
	require.LessOrEqual(t, len(api.got()), 2*(10+1),
		"two attempts each of ten batches, and of the other that was under way")
}

// TestNotThere: connections that never come about.
func TestNotThere(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	for name, url := range map[string]string{
		"refused":        "http://" + closed.Addr().String() + "/v1?key=hidden",
		"no such name":   "http://no-such-host.invalid/v1?key=hidden",
		"no such scheme": "https://" + plainServer(t) + "/v1?key=hidden",
	} {
		t.Run(name, func(t *testing.T) {
			dir := newReport(t, 21)
			opts := quick(url)
			opts.Attempts, opts.Timeout = 2, 5*time.Second
			got, err := deliverQuick(t, dir, opts)
			require.ErrorIs(t, err, delivery.ErrIncomplete)
			require.NotContains(t, err.Error(), "hidden")
			require.EqualValues(t, 3, got.Pending)
			for _, l := range journalOf(t, dir) {
				require.Equal(t, "unknown", l.Outcome)
				require.NotEmpty(t, l.Error)
				require.NotContains(t, l.Error, "hidden")
			}
		})
	}
}

// plainServer is the address of a server that does not speak TLS.
func plainServer(t *testing.T) string {
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

// TestSlowAccept: a server that lets connections wait until an attempt has
// run out of time.
func TestSlowAccept(t *testing.T) {
	dir := newReport(t, 21)
	open := make(chan struct{})
	api := startAPI(t, receiver.Faults{}, accept, func(s *httptest.Server) {
		s.Listener = &slowListener{Listener: s.Listener, open: open}
		s.Start()
	})
	opts := quick(api.URL)
	opts.Timeout = time.Second
	var once sync.Once
	opts.Log = logTo(func(message string) {
		if strings.Contains(message, "will be retried") {
			once.Do(func() { close(open) })
		}
	})
	got, err := deliverQuick(t, dir, opts)
	require.NoError(t, err)
	require.EqualValues(t, 3, got.Acknowledged)
	require.Positive(t, got.Retried)
	requireWhole(t, dir, api.effects, 21)
}

type slowListener struct {
	net.Listener
	open chan struct{}
}

func (l *slowListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err == nil {
		<-l.open
	}
	return conn, err
}
