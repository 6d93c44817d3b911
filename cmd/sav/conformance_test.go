package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/sink/rundir"
)

// shared is the folder of that name beside the project's own, or that named by
// variable; the test is skipped where there is none.
func shared(t *testing.T, variable, name string) string {
	t.Helper()
	dir := os.Getenv(variable)
	given := dir != ""
	if !given {
		dir = filepath.Join("..", "..", "..", "shared", name)
	}
	if _, err := os.Stat(dir); err != nil {
		if given {
			t.Fatalf("%s: %v", variable, err)
		}
		t.Skipf("skipped: %s is not there; set %s to the folder to run this", dir, variable)
	}
	return dir
}

// command runs sav with args in this process, on an empty standard input.
func command(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	status = run(t.Context(), args, strings.NewReader(""), &out, &err)
	return status, out.String(), err.String()
}

// summarized runs sav with args, which must succeed, and reads the line of JSON that it ends with.
func summarized(t *testing.T, summary any, args ...string) {
	t.Helper()
	status, stdout, stderr := command(t, args...)
	require.Equal(t, statusDone, status, stderr)
	lastLine(t, stdout, summary)
}

// lastLine reads the line of JSON that stdout ends with.
func lastLine(t *testing.T, stdout string, summary any) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	require.NoError(t, json.Unmarshal([]byte(lines[len(lines)-1]), summary))
}

// Messages of 105 companies on Twitter, and what their publisher computed of
// them: the number of answers, and their median, mean and 90th percentile.
func TestPublishedResponseTimes(t *testing.T) {
	dir := shared(t, "SAV_REAL_MESSAGES", "real")
	published := readCSV(t, filepath.Join(dir, "published.csv"), "merchant_id")
	require.NotEmpty(t, published)
	out := t.TempDir()
	status, _, stderr := command(t, "analyze", "--input", filepath.Join(dir, "messages.csv.gz"), "--levels", "merchant",
		"--out", out)
	require.Equal(t, statusDone, status, stderr)
	report := readCSV(t, filepath.Join(out, rundir.ReportName), "merchant_id")
	require.Len(t, report, len(published))
	for company, want := range published {
		got := report[company]
		require.NotNil(t, got, company)
		require.Equal(t, want["n"], got["answered"], company)
		for theirs, ours := range map[string]string{"median_s": "dt_p50_s", "mean_s": "dt_mean_s",
			"p90_s": "dt_p90_s"} {
			// Ours is rounded to 6 decimals; theirs is a float as it is printed.
			w, err := strconv.ParseFloat(want[theirs], 64)
			require.NoError(t, err)
			g, err := strconv.ParseFloat(got[ours], 64)
			require.NoError(t, err)
			require.InDelta(t, w, g, 0.5e-6+math.Abs(w)*1e-14, "%s: %s", company, ours)
		}
	}
}

// readCSV reads a file's rows by the value of a key column, each as column → value.
func readCSV(t *testing.T, path, key string) map[string]map[string]string {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	rows := make(map[string]map[string]string)
	for _, record := range records[1:] {
		row := make(map[string]string)
		for i, name := range records[0] {
			row[name] = record[i]
		}
		require.NotContains(t, rows, row[key])
		rows[row[key]] = row
	}
	return rows
}
