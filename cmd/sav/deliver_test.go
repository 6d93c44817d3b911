package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

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
			status, _, stderr := runAnalyze(t, "--input", filepath.Join("..", "..", "testdata", "messages.csv"), "--out", out, "--levels", "all")
			if status != statusDone {
				t.Error(stderr)
			}
		})
	}))
	defer api.Close()
	var stdout, stderr bytes.Buffer
	status := run(t.Context(), []string{"deliver", "--out", out, "--url", api.URL}, strings.NewReader(""), &stdout, &stderr)
	require.Equal(t, statusDone, status, stderr.String())
	require.Contains(t, stdout.String(), "38: 38 acknowledged, 0 dead, 0 pending")
	newer, err := sink.ReadRun(out)
	require.NoError(t, err)
	require.Nil(t, newer.Delivery)
	require.EqualValues(t, 1, newer.ReportRows)
}
