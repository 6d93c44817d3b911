package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/quirks"
)

// A keyedRow is a row of a block.
type keyedRow struct {
	kind        byte
	file        int
	place       int64
	key, record string
}

// keyed runs sav key and takes apart what it writes, as docs/scale.md tells.
func keyed(t *testing.T, number int, args ...string) (rows []keyedRow, summary keySummary) {
	var stdout, stderr bytes.Buffer
	require.Equal(t, statusDone, run(t.Context(), append([]string{"key"}, args...), nil, &stdout, &stderr), stderr.String())
	b := stdout.Bytes()
	next := func(n int) []byte {
		part := b[:n]
		b = b[n:]
		return part
	}
	u32 := func(part []byte, i int) int { return int(binary.LittleEndian.Uint32(part[4*i:])) }
	for b[0] != '{' {
		head := make([]int, 4)
		for i := range head {
			head[i] = int(binary.LittleEndian.Uint64(next(8)))
		}
		n := head[1]
		places, keyEnds, keys, ends, records := next(8*n), next(4*n+4), next(head[2]), next(4*n+4), next(head[3])
		for i := range n {
			rows = append(rows, keyedRow{byte(head[0]), number, int64(binary.LittleEndian.Uint64(places[8*i:])),
				string(keys[u32(keyEnds, i):u32(keyEnds, i+1)]), string(records[u32(ends, i):u32(ends, i+1)])})
		}
	}
	require.NoError(t, json.Unmarshal(b, &summary))
	return rows, summary
}

// distributed is one report by way of shards: every message goes to that of its key.
func distributed(t *testing.T, dir string, shards int, inputs []string, args ...string) {
	require.NoError(t, os.MkdirAll(dir, 0o755))
	var rows []keyedRow
	header := ""
	for i, input := range inputs {
		of, summary := keyed(t, i, append([]string{"--input", input}, args...)...)
		rows, header = append(rows, of...), summary.Header
	}
	slices.SortFunc(rows, func(a, b keyedRow) int { // by origin
		if a.file != b.file {
			return a.file - b.file
		}
		return int(a.place - b.place)
	})
	rejects := "input,line,reason,record\n"
	parts := make([]strings.Builder, shards)
	for i := range parts {
		parts[i].WriteString(header + "\n")
	}
	merge := []string{"merge", "--rejects", filepath.Join(dir, "shards-rejects.csv"), "--max-reject-rate", "1", "--out", dir}
	state := func(name string) string {
		merge = append(merge, filepath.Join(dir, name))
		return filepath.Join(dir, name)
	}
	for i, row := range rows {
		switch row.kind {
		case rejectBlock:
			rejects += row.record
		case stateBlock:
			require.NoError(t, os.WriteFile(state(fmt.Sprintf("rows-%d.state", i)), []byte(row.record), 0o600))
		default:
			parts[int(crc32.ChecksumIEEE([]byte(row.key)))%shards].WriteString(row.record)
		}
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "shards-rejects.csv"), []byte(rejects), 0o600))
	call := func(stdin string, args ...string) {
		var stdout, stderr bytes.Buffer
		require.Equal(t, statusDone, run(t.Context(), args, strings.NewReader(stdin), &stdout, &stderr), stderr.String())
	}
	for i := range parts {
		call(parts[i].String(), append([]string{"analyze", "--input", "-", "--max-reject-rate", "0", "--out", filepath.Join(dir, "shard"),
			"--state", state(fmt.Sprintf("%d.state", i))}, args...)...)
	}
	call("", merge...)
}

// The whole way of a cluster in small: the files are those of one run.
func TestKeyedShardsAreOneRun(t *testing.T) {
	texts := rapid.Custom(func(t *rapid.T) string { return quirks.Draw(t, quirks.Options{Rejects: true}).CSV(t, true) })
	for i := range 20 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			dir := t.TempDir()
			input := filepath.Join(dir, "messages.csv")
			require.NoError(t, os.WriteFile(input, []byte(texts.Example(i)), 0o600))
			args := [][]string{nil, {"--tz", "Europe/Paris"}, {"--as-of", "2026-03-01T12:00:00Z"}}[i%3]
			one, shards := filepath.Join(dir, "one"), filepath.Join(dir, "shards")
			status, _, stderr := runAnalyze(t, append([]string{"--input", input, "--out", one, "--max-reject-rate", "1"}, args...)...)
			require.Equal(t, statusDone, status, stderr)
			distributed(t, shards, 1+i%4, []string{input}, args...)
			requireSameResult(t, one, shards)
		})
	}
}

// The sample, whose rows are known; and under a name of its own.
func TestKeyOfTheSample(t *testing.T) {
	const sample = "../../testdata/messages.csv"
	one, shards := t.TempDir(), t.TempDir()
	status, _, stderr := runAnalyze(t, "--input", sample, "--out", one)
	require.Equal(t, statusDone, status, stderr)
	distributed(t, shards, 3, []string{sample})
	requireSameResult(t, one, shards)

	rows, summary := keyed(t, 0, "--input", sample, "--name", "messages")
	require.Equal(t, []string{"messages"}, summary.Inputs)
	require.Equal(t, []string{"conversation_id", "message_id", "country", "is_public"}, summary.Columns)
	require.EqualValues(t, len(rows)-1, summary.Messages, "all but the state")

	rows, only := keyed(t, 0, "--input", sample, "--header")
	require.Empty(t, rows)
	require.Equal(t, summary.Header, only.Header)
}

// requireSameResult holds two folders to the same report, rows and counts.
func requireSameResult(t *testing.T, want, got string) {
	for _, name := range []string{"report.csv", "rejects.csv", "detail.json"} {
		a, err := os.ReadFile(filepath.Join(want, name))
		require.NoError(t, err)
		b, err := os.ReadFile(filepath.Join(got, name))
		require.NoError(t, err)
		require.Equal(t, string(a), string(b), name)
	}
	counts := func(dir string) map[string]any {
		data, err := os.ReadFile(filepath.Join(dir, "run.json"))
		require.NoError(t, err)
		var run map[string]any
		require.NoError(t, json.Unmarshal(data, &run))
		delete(run, "elapsed_s")
		delete(run, "files")
		return run
	}
	require.Equal(t, counts(want), counts(got))
}
