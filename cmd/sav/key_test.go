package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/quirks"
	"github.com/sav-analytics/sav/internal/thorough"
)

// A savFrame is what sav key and sav shard write.
type savFrame struct {
	kind        byte
	part, place int64
	data        []byte
}

// frames runs a command and takes apart what it writes, as docs/scale.md tells.
func frames(t *testing.T, stdin []byte, summary any, args ...string) (all []savFrame) {
	var stdout, stderr bytes.Buffer
	require.Equal(t, statusDone, run(t.Context(), args, bytes.NewReader(stdin), &stdout, &stderr), stderr.String())
	b := stdout.Bytes()
	for b[0] != '{' {
		var head [4]int64
		for i := range head {
			head[i] = int64(binary.LittleEndian.Uint64(b[8*i:]))
		}
		data := b[32:][:head[3]]
		all = append(all, savFrame{byte(head[0]), head[1], head[2], data})
		b = b[32+len(data):]
	}
	require.NoError(t, json.Unmarshal(b, summary))
	return all
}

// distributed is one report by way of parts: every block goes to that of its messages.
func distributed(t *testing.T, dir string, parts int, inputs []string, args ...string) {
	require.NoError(t, os.MkdirAll(dir, 0o755))
	rejects := "input,line,reason,record\n"
	merge := []string{"merge", "--rejects", filepath.Join(dir, "shards-rejects.csv"), "--max-reject-rate", "1", "--out",
		dir}
	keep := func(state []byte) {
		name := filepath.Join(dir, fmt.Sprintf("%d.state", len(merge)))
		require.NoError(t, os.WriteFile(name, state, 0o600))
		merge = append(merge, name)
	}
	of := make([][]byte, parts)
	for i, input := range inputs {
		var summary keySummary
		given := append([]string{"key", "--input", input, "--partitions", fmt.Sprint(parts), "--number", fmt.Sprint(i)},
			args...)
		for _, f := range frames(t, nil, &summary, given...) {
			switch f.kind {
			case rejectFrame:
				rejects += string(f.data)
			case stateFrame:
				keep(f.data)
			default:
				of[f.part] = append(slices.Clone(f.data), of[f.part]...) // their order is of no effect
			}
		}
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "shards-rejects.csv"), []byte(rejects), 0o600))
	for _, part := range of {
		var summary shardSummary
		state := frames(t, part, &summary, append([]string{"shard"}, args...)...)
		require.Len(t, state, 1)
		keep(state[0].data)
	}
	status, _, stderr := command(t, merge...)
	require.Equal(t, statusDone, status, stderr)
}

// The whole way of a cluster in small: the files are those of one run.
func TestKeyedShardsAreOneRun(t *testing.T) {
	texts := rapid.Custom(func(t *rapid.T) string { return quirks.Draw(t, quirks.Options{Rejects: true}).CSV(t, true) })
	for i := range thorough.Or(4, 20) {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			dir := t.TempDir()
			input := filepath.Join(dir, "messages.csv")
			require.NoError(t, os.WriteFile(input, []byte(texts.Example(i)), 0o600))
			args := [][]string{nil, {"--tz", "Europe/Paris"}, {"--as-of", "2026-03-01T12:00:00Z"}}[i%3]
			one, shards := filepath.Join(dir, "one"), filepath.Join(dir, "shards")
			status, _, stderr := command(t, append([]string{"analyze", "--input", input, "--out", one,
				"--max-reject-rate", "1"}, args...)...)
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
	status, _, stderr := command(t, "analyze", "--input", sample, "--out", one)
	require.Equal(t, statusDone, status, stderr)
	distributed(t, shards, 3, []string{sample})
	requireSameResult(t, one, shards)

	var summary, only keySummary
	blocks := frames(t, nil, &summary, "key", "--input", sample, "--name", "messages")
	require.Equal(t, []string{"messages"}, summary.Inputs)
	require.Equal(t, []string{"conversation_id", "message_id"}, summary.Columns)
	require.Len(t, blocks, 64+1, "a block a part, and the state")
	require.Empty(t, frames(t, nil, &only, "key", "--input", sample, "--header"))
	require.Equal(t, summary.Columns, only.Columns)
}

// A part that lacks a block, has it twice, or has one of another part or one that is
// damaged, is found out: the report is whole or there is none.
func TestShardsThatAreNotWhole(t *testing.T) {
	const sample = "../../testdata/messages.csv"
	dir := t.TempDir()
	var summary keySummary
	var part, other, state []byte
	for _, f := range frames(t, nil, &summary, "key", "--input", sample, "--partitions", "2") {
		switch {
		case f.kind == stateFrame:
			state = f.data
		case f.part == 0:
			part = append(part, f.data...)
		default:
			other = append(other, f.data...)
		}
	}
	write := func(name string, data []byte) string {
		name = filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(name, data, 0o600))
		return name
	}
	shard := func(name string, blocks ...[]byte) string {
		var summary shardSummary
		return write(name, frames(t, bytes.Join(blocks, nil), &summary, "shard")[0].data)
	}
	fails := func(stdin []byte, want string, args ...string) {
		var stdout, stderr bytes.Buffer
		require.Equal(t, statusInput, run(t.Context(), args, bytes.NewReader(stdin), &stdout, &stderr), stdout.String())
		require.Contains(t, stderr.String(), want)
	}
	damaged := bytes.Clone(part)
	damaged[len(damaged)/2] ^= 1
	fails(damaged, "standard input: the block at byte 0 is damaged", "shard")
	fails(part[:len(part)-1], "is cut off", "shard")
	fails(append(slices.Clone(part), other...), "is of another bucket, or has other columns, than the first", "shard")
	fails(part, "is without clients", "shard", "--levels", "merchant_client")

	rows, a, b := write("rows", state), shard("a", part), shard("b", other)
	out := filepath.Join(dir, "out")
	fails(nil, "that were spread over them", "merge", rows, a, "--out", out)
	fails(nil, "that were spread over them", "merge", a, b, "--out", out)
	fails(nil, "that were spread over them", "merge", rows, a, shard("twice", other, other), "--out", out)
	fails(nil, "overlap: both hold bucket", "merge", rows, a, a, "--out", out)
	one := filepath.Join(dir, "one.state")
	status, _, stderr := command(t, "analyze", "--input", sample, "--out", filepath.Join(dir, "one"), "--state", one)
	require.Equal(t, statusDone, status, stderr)
	fails(nil, "holds a bucket, ", "merge", rows, a, b, one, "--out", out)
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
		delete(run, "columns")  // which states do not tell,
		delete(run, "warnings") // some of which are of columns, and of the order of rows
		return run
	}
	require.Equal(t, counts(want), counts(got))
}
