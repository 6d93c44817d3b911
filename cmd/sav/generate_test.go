package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/source/generate"
	"github.com/sav-analytics/sav/internal/thorough"
)

// generated is what the library makes of opts.
func generated(t *testing.T, opts generate.Options) (string, generate.Stats) {
	t.Helper()
	var want bytes.Buffer
	stats, err := generate.Write(t.Context(), &want, opts)
	require.NoError(t, err)
	return want.String(), stats
}

func TestGenerateToFile(t *testing.T) {
	opts := generate.Options{Messages: 300, Seed: 9, Body: 50, Notes: true, Shuffle: true}
	want, stats := generated(t, opts)
	for _, name := range []string{"m.csv", "new/folder/m.csv", "m.csv.gz"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			status, stdout, stderr := command(t, "generate", "--messages=300", "--seed=9", "--body=50", "--notes", "--shuffle",
				"--out", path)
			require.Equal(t, statusDone, status, stderr)
			require.Empty(t, stderr)

			file, err := os.Open(path)
			require.NoError(t, err)
			defer file.Close()
			var r io.Reader = file
			if strings.HasSuffix(name, ".gz") {
				r, err = gzip.NewReader(file)
				require.NoError(t, err)
			}
			got, err := io.ReadAll(r)
			require.NoError(t, err)
			require.Equal(t, want, string(got))

			var summary struct {
				Status int
				Out    string
				generate.Stats
			}
			require.NoError(t, json.Unmarshal([]byte(stdout), &summary))
			require.Equal(t, path, summary.Out)
			require.Equal(t, stats, summary.Stats)
			require.Equal(t, 1, strings.Count(stdout, "\n"), "one line")
		})
	}
}

func TestGenerateToStdout(t *testing.T) {
	want, _ := generated(t, generate.Options{Messages: 300, Seed: 1})
	status, stdout, stderr := command(t, "generate", "--messages=300", "--out=-")
	require.Equal(t, statusDone, status)
	require.Equal(t, want, stdout, "CSV and nothing else; the seed is 1 by default")
	require.True(t, json.Valid([]byte(stderr)), "the summary: %s", stderr)
}

func TestGenerateUsage(t *testing.T) {
	for _, test := range []struct {
		name, want string
		args       []string
	}{
		{"no messages", "missing flags", []string{"--out=x.csv"}},
		{"no out", "missing flags", []string{"--messages=1"}},
		{"negative messages", "messages: -1", []string{"--messages=-1", "--out=x.csv"}},
		{"not a number", "many", []string{"--messages=many", "--out=x.csv"}},
		{"negative seed", "-1", []string{"--messages=1", "--seed=-1", "--out=x.csv"}},
		{"negative body", "body: -5", []string{"--messages=1", "--body=-5", "--out=x.csv"}},
		{"unknown flag", "--loud", []string{"--messages=1", "--loud", "--out=x.csv"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			status, _, stderr := command(t, append([]string{"generate"}, test.args...)...)
			require.Equal(t, statusUsage, status)
			require.Contains(t, stderr, test.want)
			require.NoFileExists(t, "x.csv")
		})
	}
}

func TestGenerateKeepsTheOlderFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "m.csv")
	require.NoError(t, os.WriteFile(path, []byte("older"), 0o600))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	status := run(ctx, []string{"generate", "--messages=1000", "--out", path}, nil, &stdout, &stderr)
	require.NotEqual(t, statusDone, status)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "older", string(data))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing half-written is left")
}

func TestGenerateUnwritable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	status, _, stderr := command(t, "generate", "--messages=1", "--out", filepath.Join(file, "m.csv"))
	require.Equal(t, statusIO, status)
	require.Contains(t, stderr, file)
}

func TestGenerateHelpHasAnExample(t *testing.T) {
	status, stdout, _ := command(t, "generate", "--help")
	require.Equal(t, statusDone, status)
	require.Contains(t, stdout, "Example: sav generate")
}

// The committed sample is what the command in testdata/README.md makes.
func TestSampleIsReproducible(t *testing.T) {
	const dir = "../../testdata"
	readme, err := os.ReadFile(filepath.Join(dir, "README.md"))
	require.NoError(t, err)
	var args []string
	for line := range strings.Lines(string(readme)) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "sav generate "); ok {
			args = strings.Fields(rest)
		}
	}
	require.Greater(t, len(args), 2, "the command is recorded")
	require.Equal(t, []string{"--out", "testdata/messages.csv"}, args[len(args)-2:])

	path := filepath.Join(t.TempDir(), "messages.csv")
	status, _, stderr := command(t, append([]string{"generate"}, append(args[:len(args)-1], path)...)...)
	require.Equal(t, statusDone, status, stderr)
	want, err := os.ReadFile(filepath.Join(dir, "messages.csv"))
	require.NoError(t, err)
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, bytes.Equal(want, got), "testdata/messages.csv is not what the recorded command makes")
}

// The same messages in every dialect give the same report, with the options that say what
// cannot be found out.
func TestGeneratedDialects(t *testing.T) {
	t.Parallel()
	options := map[string][]string{
		"excel-fr": {"--time-format", "%d/%m/%Y %H:%M:%S"},
		"mysql":    {"--quote", "none", "--escape", "backslash"},
	}
	report := func(t *testing.T, dialect string) string {
		dir := t.TempDir()
		path, out := filepath.Join(dir, "messages"), filepath.Join(dir, "out")
		status, stdout, stderr := command(t, "generate", "--messages=3000", "--body=60", "--notes", "--dialect", dialect,
			"--out", path)
		require.Equal(t, statusDone, status, stderr)
		var truth map[string]any
		require.NoError(t, json.Unmarshal([]byte(stdout), &truth))
		status, _, stderr = command(t, append([]string{"analyze", "--out", out, path}, options[dialect]...)...)
		require.Equal(t, statusDone, status, stderr)
		data, err := os.ReadFile(filepath.Join(out, "run.json"))
		require.NoError(t, err)
		var run map[string]any
		require.NoError(t, json.Unmarshal(data, &run))
		require.Empty(t, run["rejected"])
		require.EqualValues(t, 3000, run["rows_read"])
		for _, count := range []string{"private", "other_sender", "duplicates", "merchant_only", "conversations",
			"answered", "as_of"} {
			require.Equal(t, truth[count], run[count], count)
		}
		text, err := os.ReadFile(filepath.Join(out, "report.csv"))
		require.NoError(t, err)
		return string(text)
	}
	want := report(t, "csv")
	require.Subset(t, generate.Dialects(), slices.Collect(maps.Keys(options)))
	dialects := generate.Dialects()
	for i := 0; i < len(dialects); i += thorough.Or(3, 1) {
		dialect := dialects[i]
		t.Run(dialect, func(t *testing.T) {
			require.Equal(t, want, report(t, dialect))
		})
	}
	status, _, stderr := command(t, "generate", "--messages=1", "--dialect=klingon", "--out", "-")
	require.Equal(t, statusUsage, status)
	require.Contains(t, stderr, "excel-fr")
}
