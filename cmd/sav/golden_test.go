package main

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/sink/rundir"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The report of the committed sample is the committed one, to the byte.
func TestSampleReport(t *testing.T) {
	const dir = "../../testdata"
	out := t.TempDir()
	status, _, stderr := command(t, "analyze", "--input", filepath.Join(dir, "messages.csv"), "--out", out)
	require.Equal(t, statusDone, status, stderr)
	got, err := os.ReadFile(filepath.Join(out, rundir.ReportName))
	require.NoError(t, err)
	golden := filepath.Join(dir, "report.csv")
	if *update {
		require.NoError(t, os.WriteFile(golden, got, 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.True(t, string(want) == string(got),
		"%s is not the sample's report; see the difference with -update and git diff", golden)
}
