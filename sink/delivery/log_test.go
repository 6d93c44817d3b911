package delivery_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/sink/delivery"
)

// logTo gives each record's text, with its attributes, to f.
func logTo(f func(text string)) *slog.Logger {
	return slog.New(slog.NewTextHandler(writerFunc(f), &slog.HandlerOptions{Level: slog.LevelDebug}))
}

type writerFunc func(string)

func (f writerFunc) Write(p []byte) (int, error) { f(string(p)); return len(p), nil }

// TestLogSaysEachFateOnce: one record a batch above the level of retries.
func TestLogSaysEachFateOnce(t *testing.T) {
	dir := newReport(t, 41)
	api := newAPI(t, on("2/5", status(400), on("3/5", status(500), first(status(503), accept))))
	opts := quick(api.URL)
	opts.Attempts = 3
	var log bytes.Buffer
	opts.Log = slog.New(slog.NewTextHandler(&log, nil))
	_, err := deliverQuick(t, dir, opts)
	require.ErrorIs(t, err, delivery.ErrIncomplete)
	text := log.String()
	require.Equal(t, 5, strings.Count(text, "\n"), text)
	for _, want := range []string{
		`level=INFO msg="batch acknowledged" batch=1 of=5 attempts=2 status=200`,
		`level=WARN msg="batch dead" batch=2 of=5 attempts=1 status=400`,
		`level=WARN msg="batch unknown" batch=3 of=5 attempts=3 status=500`,
		`level=INFO msg="batch acknowledged" batch=4 of=5 attempts=2 status=200`,
		`level=INFO msg="batch acknowledged" batch=5 of=5 attempts=2 status=200`,
	} {
		require.Contains(t, text, want)
	}
}

// TestProgress counts up to the result, and never backwards.
func TestProgress(t *testing.T) {
	dir := newReport(t, 200)
	api := newAPI(t, on("7/20", status(400), first(status(503), accept)))
	opts := quick(api.URL)
	var calls []delivery.Progress
	opts.Progress = func(d delivery.Progress) { calls = append(calls, d) }
	got, err := deliverQuick(t, dir, opts)
	require.ErrorIs(t, err, delivery.ErrDead)
	require.Len(t, calls, 20+19, "one for each outcome and each retry")
	require.Equal(t, got, calls[len(calls)-1])
	for i, call := range calls {
		require.Equal(t, call.Batches, call.Acknowledged+call.Dead+call.Pending)
		if i > 0 {
			require.GreaterOrEqual(t, call.Retried, calls[i-1].Retried)
			require.GreaterOrEqual(t, call.Acknowledged+call.Dead, calls[i-1].Acknowledged+calls[i-1].Dead)
		}
	}
}

// TestCutAnswer: a secret at the place where an answer is cut leaves no part of
// itself in the dead letter.
func TestCutAnswer(t *testing.T) {
	const token = "T0ken-secret"
	dir := newReport(t, 1)
	api := newAPI(t, func(w http.ResponseWriter, _ *http.Request, _ request, _ http.Handler) {
		w.WriteHeader(http.StatusBadRequest)
		// which a dead letter has 2,048 bytes of
		fmt.Fprint(w, strings.Repeat("é", 1021), token, strings.Repeat("\xff", 3000))
	})
	opts := quick(api.URL)
	opts.Token = token
	d, err := delivery.Open(t.Context(), dir, opts)
	require.NoError(t, err)
	defer d.Close()
	require.ErrorIs(t, d.Run(t.Context()), delivery.ErrDead)
	letters, err := os.ReadFile(filepath.Join(d.Folder(), delivery.DeadName))
	require.NoError(t, err)
	require.Contains(t, string(letters), "é[redac\"", "cut behind what is hidden")
	require.NotContains(t, string(letters), token[:4])
}

// TestSecretsStayHidden lets everything go wrong with credentials everywhere,
// at an API that shows them back, and looks for them in all that is left.
func TestSecretsStayHidden(t *testing.T) {
	const token, user, password, query = "T0ken-secret", "user-name", "p4ssw0rd-secret", "qu3ry-secret"
	dir := newReport(t, 61)
	echo := func(code int) script {
		return func(w http.ResponseWriter, r *http.Request, _ request, _ http.Handler) {
			w.Header().Set("Location", "https://"+password+"@elsewhere.example/?"+r.URL.RawQuery)
			w.WriteHeader(code)
			fmt.Fprintln(w, r.Header, r.URL, token, password)
		}
	}
	api := newAPI(t, on("1/7", echo(400),
		on("2/7", echo(302), on("3/7", echo(503), on("4/7", raw(""), on("5/7", echo(401), accept))))))
	url := strings.Replace(api.URL, "http://", "http://"+user+":"+password+"@", 1) + "/v1?key=" + query + "#" + query
	var out strings.Builder
	for range 2 {
		opts := quick(url)
		opts.Token, opts.Attempts, opts.Concurrency = token, 2, 1
		opts.Log = logTo(func(text string) { out.WriteString(text) })
		d, err := delivery.Deliver(context.Background(), dir, opts)
		require.ErrorIs(t, err, delivery.ErrUnauthorized)
		fmt.Fprintln(&out, d, err)
	}
	require.Equal(t, "Bearer "+token, api.got()[0].header.Get("Authorization"))
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		require.NoError(t, err)
		if strings.Contains(path, "delivery") {
			require.Zero(t, info.Mode().Perm()&0o077, "%s is its owner's alone", path)
		}
		data, err := os.ReadFile(path)
		out.WriteString(path)
		out.Write(data)
		return err
	}))
	require.Contains(t, out.String(), "[redacted]")
	for _, secret := range []string{token, password, query} {
		require.NotContains(t, out.String(), secret)
	}
}
