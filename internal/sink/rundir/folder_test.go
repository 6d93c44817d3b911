package rundir_test

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/outfile"
	"github.com/sav-analytics/sav/internal/sink/rundir"
	"github.com/sav-analytics/sav/internal/source/verdict"
	"github.com/sav-analytics/sav/source"
)

// names are the files below dir.
func names(t *testing.T, dir string) (files []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			name, _ := filepath.Rel(dir, path)
			files = append(files, filepath.ToSlash(name))
		}
		return err
	}))
	return files
}

func content(t *testing.T, path ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(path...))
	require.NoError(t, err)
	return string(data)
}

func TestFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "new", "folder", "f")
	f, err := outfile.Create(path, outfile.Private)
	require.NoError(t, err)
	_, err = f.Write([]byte("content"))
	require.NoError(t, err)
	require.NoFileExists(t, path, "not before Commit")
	require.NoError(t, f.Commit())
	f.Abort() // does nothing any more
	require.Equal(t, "content", content(t, path))
	if runtime.GOOS != "windows" {
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, outfile.Private, info.Mode())
	}

	f, err = outfile.Create(path, outfile.Public)
	require.NoError(t, err)
	_, err = f.Write([]byte("other"))
	require.NoError(t, err)
	require.NoError(t, f.Sync())
	f.Abort()
	require.Equal(t, "content", content(t, path), "the older file stays")
	require.Equal(t, []string{"new/folder/f"}, names(t, dir), "and nothing else")

	require.NoError(t, outfile.WriteFile(path, outfile.Public, []byte("newer")))
	require.Equal(t, "newer", content(t, path))

	_, err = outfile.Create(filepath.Join(path, "below"), outfile.Public)
	require.Error(t, err)
	_, err = outfile.Create(filepath.Join(dir, "new"), outfile.Public)
	require.ErrorContains(t, err, "new", "a folder stands there")

	// Where it cannot take its place, nothing is left of it.
	blocked := filepath.Join(dir, "blocked")
	f, err = outfile.Create(blocked, outfile.Public)
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Join(blocked, "folder"), 0o700))
	require.Error(t, f.Commit())
	require.Equal(t, []string{"new/folder/f"}, names(t, dir))

	// A device is not replaced by a file, nor are the links to what is open.
	for _, path := range []string{"/dev/null", "/dev/stdout"} {
		if before, err := os.Lstat(path); err == nil {
			_, err = outfile.Create(path, outfile.Public)
			require.ErrorContains(t, err, path)
			after, err := os.Lstat(path)
			require.NoError(t, err)
			require.Equal(t, before.Mode(), after.Mode())
		}
	}
}

func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	report := newFrame(t, frame.Texts("level", []string{"all"}, nil), frame.Int64s("n", []int64{3}, nil))
	put := func(run *rundir.Run, pairs string) {
		folder, err := rundir.OpenFolder(t.Context(), dir)
		require.NoError(t, err)
		defer folder.Close()
		require.NoError(t, folder.Reject(&source.Reject{Input: "m.csv", Line: 2, Reason: verdict.BadTimestamp,
			Record: []byte("x")}))
		if pairs != "" {
			folder.Pairs, folder.PairsPath = report, pairs
		}
		require.NoError(t, folder.Put(t.Context(), report, run))
	}
	run := &rundir.Run{Version: "1", Inputs: []string{"<m>.csv"}, Rejected: map[string]int64{"bad_timestamp": 1},
		Elapsed: map[string]float64{"read": 1}}
	put(run, filepath.Join(dir, "p.csv"))
	require.Equal(t, []string{"p.csv", "rejects.csv", "report.csv", "run.json"}, names(t, dir))
	require.Equal(t, "level,n\nall,3\n", content(t, dir, "report.csv"))
	require.Equal(t, "level,n\nall,3\n", content(t, dir, "p.csv"))
	require.Equal(t, "input,line,reason,record\nm.csv,2,bad_timestamp,x\n", content(t, dir, "rejects.csv"))
	sum := sha256.Sum256([]byte("level,n\nall,3\n"))
	require.Equal(t, hex.EncodeToString(sum[:]), run.ReportSHA256)
	require.EqualValues(t, 1, run.ReportRows)
	read, err := rundir.ReadRun(t.Context(), dir)
	require.NoError(t, err)
	require.Equal(t, run, read)
	require.Contains(t, content(t, dir, "run.json"), `"<m>.csv"`, "no escapes for HTML")

	// What fails is put beside the result.
	older := content(t, dir, "run.json")
	folder, err := rundir.OpenFolder(t.Context(), dir)
	require.NoError(t, err)
	require.NoError(t, folder.Fail(&rundir.Run{Status: 65}))
	folder.Close()
	require.Equal(t, older, content(t, dir, "run.json"))
	require.Equal(t, []string{"failed/rejects.csv", "failed/run.json", "p.csv", "rejects.csv", "report.csv",
		"run.json"}, names(t, dir))
	failed, err := rundir.ReadRun(t.Context(), filepath.Join(dir, rundir.FailedDir))
	require.NoError(t, err)
	require.Equal(t, 65, failed.Status)

	// What is given up leaves nothing; what succeeds takes what failed away.
	folder, err = rundir.OpenFolder(t.Context(), dir)
	require.NoError(t, err)
	folder.Close()
	require.Len(t, names(t, dir), 6)
	put(&rundir.Run{}, "")
	require.Equal(t, []string{"p.csv", "rejects.csv", "report.csv", "run.json"}, names(t, dir))
}

// A step that fails leaves the older result as it was.
func TestFolderKeepsTheOlderResult(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{rundir.ReportName, rundir.RejectsName, rundir.RunName} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("older"), 0o600))
	}
	folder, err := rundir.OpenFolder(t.Context(), dir)
	require.NoError(t, err)
	folder.Pairs, folder.PairsPath = newFrame(t, frame.Int64s("n", nil, nil)), filepath.Join(dir, rundir.ReportName,
		"pairs.csv")
	require.Error(t, folder.Put(t.Context(), newFrame(t, frame.Int64s("n", nil, nil)), &rundir.Run{}))
	folder.Close()
	require.Equal(t, []string{"rejects.csv", "report.csv", "run.json"}, names(t, dir))
	for _, name := range names(t, dir) {
		require.Equal(t, "older", content(t, dir, name))
	}
}

func TestReadRunErrors(t *testing.T) {
	dir := t.TempDir()
	_, err := rundir.ReadRun(t.Context(), dir)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.NoError(t, os.WriteFile(filepath.Join(dir, rundir.RunName), []byte("{"), 0o600))
	_, err = rundir.ReadRun(t.Context(), dir)
	require.ErrorIs(t, err, rundir.ErrResult)
	require.ErrorContains(t, err, "run.json")
}
