package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/sink"
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
	newer, err := sink.ReadRun(t.Context(), out)
	require.NoError(t, err)
	require.Nil(t, newer.Delivery)
	require.EqualValues(t, 1, newer.ReportRows)
}

// What net/http writes to the standard logger goes the way of every log, and an
// API's bytes in it are without the token.
func TestStandardLogger(t *testing.T) {
	const token = "T0ken-secret"
	t.Setenv("SAV_TOKEN", token)
	out := filepath.Join(t.TempDir(), "out")
	input := filepath.Join("..", "..", "testdata", "messages.csv")
	status, _, failed := command(t, "analyze", "--input", input, "--out", out, "--levels", "all")
	require.Equal(t, statusDone, status, failed)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		if r, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
			io.Copy(io.Discard, r.Body)
		}
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 500 %s\r\n\r\n", token)
		io.Copy(io.Discard, conn)
	}()
	var stdout bytes.Buffer
	var stderr syncBuffer
	args := []string{"--log-format", "json", "deliver", "--out", out, "--url", "http://" + listener.Addr().String()}
	require.Equal(t, statusDone, run(t.Context(), args, strings.NewReader(""), &stdout, &stderr), &stderr)
	require.Eventually(t, func() bool { return stderr.String() != "" }, 10*time.Second, time.Millisecond)
	var line struct{ Level, Msg string }
	require.NoError(t, json.Unmarshal([]byte(stderr.String()), &line), stderr.String())
	require.Equal(t, "WARN", line.Level)
	require.Contains(t, line.Msg, "Unsolicited response")
	require.Contains(t, line.Msg, "[redacted]")
	require.NotContains(t, stderr.String(), token)
}

// A syncBuffer is a buffer for several goroutines.
type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
