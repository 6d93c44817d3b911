package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/sink/rundir"
)

// What an analysis wrote is loaded into each kind of database, and loaded again in
// its own place; what is older than that changes nothing.
func TestDatabaseLoad(t *testing.T) {
	dir := t.TempDir()
	input := filepath.Join("..", "..", "testdata", "messages.csv")
	newer, older := filepath.Join(dir, "newer"), filepath.Join(dir, "older")
	analyze := func(out, asOf string) *rundir.Run {
		return sav(t, 0, "analyze", "--input", input, "--out", out, "--pairs", filepath.Join(out, "pairs.csv"),
			"--as-of", asOf)
	}
	run := analyze(newer, "2026-12-01")
	analyze(older, "2026-11-01")
	for _, variable := range []string{"SAV_TEST_MYSQL_DSN", "SAV_TEST_POSTGRES_DSN"} {
		t.Run(variable, func(t *testing.T) {
			dsn := os.Getenv(variable)
			if dsn == "" {
				t.Skipf("no server: %s is not set (make test-databases)", variable)
			}
			table := newTable("loaded")
			load := func(out string) (s loadSummary) {
				summarized(t, &s, "load", "--out", out, "--dsn", dsn, "--table", table,
					"--pairs-table", table+"_pairs", "--create")
				return s
			}
			for _, replaced := range []int64{0, run.ReportRows} {
				got := load(newer)
				require.Equal(t, run.ReportRows, got.Rows)
				require.Equal(t, replaced, got.Replaced)
				require.Equal(t, run.Conversations, got.PairsRows)
				require.Empty(t, got.Later)
			}
			got := load(older)
			require.Zero(t, got.Rows)
			require.Equal(t, "2026-12-01T00:00:00Z", got.Later)
		})
	}
}
