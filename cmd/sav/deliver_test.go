package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/sink/rundir"
)

// A report that takes the place of the one that is being delivered keeps its own
// run.json: the delivery does not write what it has done into that.
func TestNewerReportDuringADelivery(t *testing.T) {
	out, _ := older(t)
	var once sync.Once
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		once.Do(func() {
			status, _, stderr := command(t, "analyze", "--input", filepath.Join("..", "..", "testdata", "messages.csv"),
				"--out", out, "--levels", "all")
			if status != statusDone {
				t.Error(stderr)
			}
		})
	}))
	defer api.Close()
	status, stdout, stderr := command(t, "deliver", "--out", out, "--url", api.URL)
	require.Equal(t, statusDone, status, stderr)
	require.Contains(t, stdout, "38: 38 acknowledged, 0 dead, 0 pending")
	newer, err := rundir.ReadRun(t.Context(), out)
	require.NoError(t, err)
	require.Nil(t, newer.Delivery)
	require.EqualValues(t, 1, newer.ReportRows)
}

// What net/http writes to the standard logger goes the way of every log, and an
// API's bytes in it are without the token.
func TestStandardLogger(t *testing.T) {
	const token = "T0ken-secret"
	t.Setenv("SAV_TOKEN", token)
	messages := messagesHeader
	for merchant := range 25 {
		messages += fmt.Sprintf("2026-03-01,1,1,2,%d,\n", merchant+1)
	}
	input, out := filepath.Join(t.TempDir(), "m.csv"), filepath.Join(t.TempDir(), "out")
	require.NoError(t, os.WriteFile(input, []byte(messages), 0o600))
	status, _, failed := command(t, "analyze", "--input", input, "--out", out, "--levels", "merchant")
	require.Equal(t, statusDone, status, failed)

	// After the first batch, two are under way at once. The answer to one has another after it, and
	// the other is answered when that was logged: the delivery cannot end before.
	stderr := syncBuffer{written: make(chan struct{})}
	var requests atomic.Int32
	both := make(chan struct{})
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		switch requests.Add(1) {
		case 2:
			<-both
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 500 %s\r\n\r\n", token)
			io.Copy(io.Discard, conn)
		case 3:
			close(both)
			select {
			case <-stderr.written:
			case <-r.Context().Done():
			}
		}
	}))
	defer api.Close()
	var stdout bytes.Buffer
	args := []string{"--log-format", "json", "deliver", "--out", out, "--url", api.URL}
	require.Equal(t, statusDone, run(t.Context(), args, strings.NewReader(""), &stdout, &stderr), &stderr)
	require.EqualValues(t, 3, requests.Load())
	var line struct{ Level, Msg string }
	require.NoError(t, json.Unmarshal([]byte(stderr.String()), &line), stderr.String())
	require.Equal(t, "WARN", line.Level)
	require.Contains(t, line.Msg, "Unsolicited response")
	require.Contains(t, line.Msg, "[redacted]")
	require.NotContains(t, stderr.String(), token)
}

// A syncBuffer is a buffer for several goroutines. It closes written at the first Write.
type syncBuffer struct {
	mu      sync.Mutex
	buf     bytes.Buffer
	written chan struct{}
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.buf.Len() == 0 && len(p) > 0 {
		defer close(b.written)
	}
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
