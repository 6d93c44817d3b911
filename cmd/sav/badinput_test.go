package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/sink/rundir"
	"github.com/sav-analytics/sav/internal/thorough"
)

const messagesHeader = "created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id,body\n"

// tree is what every file below dir holds, by its path.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		files[path] = string(data)
		return err
	}))
	return files
}

// older makes an output folder with a result in it.
func older(t *testing.T) (out string, files map[string]string) {
	t.Helper()
	out = filepath.Join(t.TempDir(), "out")
	status, _, stderr := command(t, "analyze", "--input", filepath.Join("..", "..", "testdata", "messages.csv"), "--out", out)
	require.Equal(t, statusDone, status, stderr)
	return out, tree(t, out)
}

// A field may have 64 MiB less what stands beside it. Of a record beyond that the first
// line is rejected, and reading goes on below it.
func TestHugeField(t *testing.T) {
	if !thorough.On() {
		t.Skip("skipped: writes 100 MB; make test-thorough runs it")
	}
	const lines = 1 << 10 // of a KiB each: 1 MiB
	for _, test := range []struct {
		name, begin, line, end string
		size                   int // MiB
		rejected               map[string]int64
	}{
		{"within the limit", "\"", strings.Repeat("x", 1023) + "\n", "\"\n", 63, map[string]int64{}},
		{"never closed", "\"", strings.Repeat("x", 1024), "\n", 63, map[string]int64{"bad_quote": 1}},
		{"beyond it", "", strings.Repeat("x", 1024), "\n", 100, map[string]int64{"field_count": 1}},
		{"lines beyond it", "\"", strings.Repeat("x", 1023) + "\n", "\"\n", 100,
			// its lines are rows, the one that begins with a quote a broken one
			map[string]int64{"bad_quote": 2, "field_count": 100*lines - 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "m.csv")
			file, err := os.Create(path)
			require.NoError(t, err)
			_, err = file.WriteString(messagesHeader + "2026-03-01,1,1,2,3,\n2026-03-01,5,5,2,3," + test.begin)
			require.NoError(t, err)
			for range test.size {
				_, err = file.WriteString(strings.Repeat(test.line, lines))
				require.NoError(t, err)
			}
			_, err = file.WriteString(test.end + "2026-03-01,4,4,2,3,\n")
			require.NoError(t, err)
			require.NoError(t, file.Close())

			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			out := filepath.Join(t.TempDir(), "out")
			status, _, stderr := command(t, "analyze", "--input", path, "--out", out, "--max-reject-rate", "1")
			runtime.ReadMemStats(&after)
			require.Equal(t, statusDone, status, stderr)
			run, err := rundir.ReadRun(t.Context(), out)
			require.NoError(t, err)
			rejected := maps.Clone(run.Rejected)
			maps.DeleteFunc(rejected, func(_ string, n int64) bool { return n == 0 })
			require.Equal(t, test.rejected, rejected)
			conversations := int64(2)
			if len(rejected) == 0 {
				conversations = 3
			}
			require.Equal(t, conversations, run.Conversations)
			require.Less(t, after.Sys-min(before.Sys, after.Sys), uint64(2<<30), "memory for a field of 100 MB")
		})
	}
}

func TestUnwritableFolder(t *testing.T) {
	input := filepath.Join("..", "..", "testdata", "messages.csv")
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	out, files := older(t)
	folder := filepath.Join(out, "folder")
	require.NoError(t, os.Mkdir(folder, 0o700))
	for name, args := range map[string][]string{
		"below a file":            {"--out", filepath.Join(file, "out")},
		"a file":                  {"--out", file},
		"pairs below a file":      {"--out", out, "--pairs", filepath.Join(file, "pairs.csv")},
		"pairs in place of a dir": {"--out", out, "--pairs", folder},
	} {
		t.Run(name, func(t *testing.T) {
			status, stdout, stderr := command(t, append([]string{"analyze", "--input", input, "--levels", "all"}, args...)...)
			require.Equal(t, statusIO, status, stderr)
			require.Regexp(t, regexp.QuoteMeta(file)+"|"+regexp.QuoteMeta(folder), stderr, "it names the place")
			require.Contains(t, stdout, `"status":74`)
			require.Equal(t, files, tree(t, out), "no part of a result")
		})
	}
}

// stopping reads from r and calls stop after n bytes.
type stopping struct {
	r    io.Reader
	n    int
	stop func()
}

func (s *stopping) Read(p []byte) (int, error) {
	n, err := s.r.Read(p[:min(len(p), 8192)])
	if s.n -= n; s.n <= 0 {
		s.stop()
	}
	return n, err
}

// Interrupted at any moment, a run leaves the older result whole and nothing of
// its own.
func TestInterruption(t *testing.T) {
	out, files := older(t)
	text, err := os.ReadFile(filepath.Join("..", "..", "testdata", "messages.csv"))
	require.NoError(t, err)
	text = bytes.Replace(text, []byte("message_id"), []byte("id"), 1)
	stop := errors.New("interrupted")
	for i := 0; i < 20; i += thorough.Or(3, 1) {
		t.Run(fmt.Sprint("after ", i, "/20"), func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			input := &stopping{bytes.NewReader(text), len(text) * i / 20, func() { cancel(stop) }}
			var stdout, stderr bytes.Buffer
			status := run(ctx, []string{"analyze", "--input", "-", "--out", out, "--pairs",
				filepath.Join(out, "pairs.csv"), "--as-of", "2030-01-01"}, input, &stdout, &stderr)
			require.NotEqual(t, statusDone, status)
			require.Equal(t, files, tree(t, out))
		})
	}
}

// A failing input leaves the older result whole, too.
func TestFailureKeepsTheOlderResult(t *testing.T) {
	out, files := older(t)
	bad := filepath.Join(t.TempDir(), "bad.csv.gz")
	require.NoError(t, os.WriteFile(bad, []byte("\x1f\x8b\x08\x00 and no more"), 0o600))
	for _, test := range []struct {
		name   string
		args   []string
		status int
	}{
		{"no input", []string{"--input", bad + ".none"}, statusIO},
		{"usage", []string{"--input", bad, "--levels", "x"}, statusUsage},
		{"damaged input", []string{"--input", bad}, statusInput},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, _, _ := command(t, append([]string{"analyze", "--out", out}, test.args...)...)
			require.Equal(t, test.status, status)
			left := tree(t, out)
			if failed := filepath.Join(out, rundir.FailedDir); status == statusInput {
				delete(left, filepath.Join(failed, rundir.RunName))
				delete(left, filepath.Join(failed, rundir.RejectsName))
			}
			require.Equal(t, files, left)
		})
	}
}

// Of an input that turns out unusable on the way, the rows that were rejected until
// then and the error are in failed/.
func TestUnusableOnTheWay(t *testing.T) {
	out, files := older(t)
	var text bytes.Buffer
	zip := gzip.NewWriter(&text)
	fmt.Fprint(zip, messagesHeader, "never,1,1,2,3,\n", strings.Repeat("2026-03-01,1,1,2,3,\n", 100_000))
	require.NoError(t, zip.Close())
	cut := filepath.Join(t.TempDir(), "cut.csv.gz")
	require.NoError(t, os.WriteFile(cut, text.Bytes()[:text.Len()-8], 0o600)) // without its checksum
	status, stdout, _ := command(t, "analyze", "--input", cut, "--out", out)
	require.Equal(t, statusInput, status)
	require.Contains(t, stdout, "the compressed data ends too early")
	left := tree(t, out)
	failed := filepath.Join(out, rundir.FailedDir)
	run, err := rundir.ReadRun(t.Context(), failed)
	require.NoError(t, err)
	require.Equal(t, statusInput, run.Status)
	require.Contains(t, run.Error, "the compressed data ends too early")
	require.Equal(t, []string{cut}, run.Inputs)
	require.Equal(t, "input,line,reason,record\n"+cut+",2,bad_timestamp,\"never,1,1,2,3,\"\n",
		left[filepath.Join(failed, rundir.RejectsName)])
	delete(left, filepath.Join(failed, rundir.RunName))
	delete(left, filepath.Join(failed, rundir.RejectsName))
	require.Equal(t, files, left)
}
