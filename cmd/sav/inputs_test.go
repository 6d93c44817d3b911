package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// One report comes from a CSV file and from a Parquet file with its messages,
// and from any mixture of the two kinds.
func TestMixedInputs(t *testing.T) {
	const rows, columns, others = "../../internal/source/parquetfile/testdata/messages.csv",
		"../../internal/source/parquetfile/testdata/duckdb.parquet",
		"../../internal/source/parquetfile/testdata/pandas.parquet"
	report := func(inputs ...string) string {
		out := t.TempDir()
		args := []string{"analyze", "--out", out}
		for _, input := range inputs {
			args = append(args, "--input", input)
		}
		csv, err := os.Open(rows)
		require.NoError(t, err)
		defer csv.Close()
		var stderr strings.Builder
		require.Equal(t, statusDone, run(context.Background(), args, csv, io.Discard, &stderr), stderr)
		data, err := os.ReadFile(filepath.Join(out, "report.csv"))
		require.NoError(t, err)
		return string(data)
	}
	text, err := os.ReadFile(rows)
	require.NoError(t, err)
	var copies []string
	for _, name := range []string{"a.csv", "b.csv"} {
		copies = append(copies, filepath.Join(t.TempDir(), name))
		require.NoError(t, os.WriteFile(copies[len(copies)-1], text, 0o600))
	}
	once, thrice := report(rows), report(rows, copies[0], copies[1])
	require.Equal(t, once, report(columns))
	require.Equal(t, thrice, report(rows, columns, copies[0]))
	require.Equal(t, thrice, report(columns, others, "-"))
	require.Equal(t, thrice, report("-", rows, columns))
}

// Files of different kinds must agree on their optional columns too, and an
// error leaves none of them open (Windows would not let the folder be removed).
func TestMixedInputsThatDisagree(t *testing.T) {
	plain := filepath.Join(t.TempDir(), "m.csv")
	require.NoError(t, os.WriteFile(plain,
		[]byte("created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id\n"), 0o600))
	status, _, stderr := command(t, "analyze", "--out", t.TempDir(), "--input", plain,
		"--input", "../../internal/source/parquetfile/testdata/duckdb.parquet")
	require.Equal(t, statusInput, status)
	require.Contains(t, stderr, "duckdb.parquet: has conversation_id and has message_id, unlike "+plain+
		": all inputs must have the column, or none")
}
