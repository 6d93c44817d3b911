package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/thorough"
)

// explained is the summary of sav explain, without the places of rows.
func explained(t *testing.T, args ...string) explanation {
	t.Helper()
	var x explanation
	summarized(t, &x, append([]string{"explain"}, args...)...)
	for i := range x.Rows {
		require.Positive(t, x.Rows[i].Line)
		x.Rows[i].Input, x.Rows[i].Line = "", 0
	}
	return x
}

// firstConversation is the conversation_id of a file's first row.
func firstConversation(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	r := csv.NewReader(f)
	header, err := r.Read()
	require.NoError(t, err)
	row, err := r.Read()
	require.NoError(t, err)
	for i, name := range header {
		if name == "conversation_id" {
			return row[i]
		}
	}
	require.Fail(t, "no conversation_id")
	return ""
}

// A conversation of the sample is explained as its pair shows it.
func TestExplainAsPairs(t *testing.T) {
	const messages = "../../testdata/messages.csv"
	out := t.TempDir()
	pairs := out + "/pairs.csv"
	status, _, stderr := command(t, "analyze", "--input", messages, "--out", out, "--pairs", pairs)
	require.Equal(t, statusDone, status, stderr)
	f, err := os.Open(pairs)
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	for i := 1; i < len(rows); i += len(rows) / thorough.Or(3, 20) {
		x := explained(t, "--input", messages, "--conversation", rows[i][0])
		got := []string{x.Conversation, x.Country, x.Merchant, x.Client, x.State, x.OpenedAt, x.RespondedAt,
			string(x.Dt), "", number(t, x.Turns)}
		if x.ExchNr != nil {
			got[8] = number(t, *x.ExchNr)
		} else {
			require.Equal(t, "null", got[7])
			got[7] = ""
		}
		want := slices.Delete(slices.Clone(rows[i]), 8, 9) // waited_s, which follows from the others
		require.Equal(t, want, got)
	}
}

func number(t *testing.T, n int64) string {
	text, err := json.Marshal(n)
	require.NoError(t, err)
	return string(text)
}
