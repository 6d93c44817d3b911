package outfile_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/outfile"
)

// read returns what is in a file, and how many files stand in its folder.
func read(t *testing.T, path string) (text string, files int) {
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	return string(data), len(entries)
}

// A file has the older content until Commit, and then the newer; nothing else is left.
func TestWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new", "report.csv")
	require.NoError(t, outfile.WriteFile(path, outfile.Private, []byte("older")))
	for _, test := range []struct {
		name string
		end  func(*outfile.File) error
		want string
	}{
		{"aborted", func(f *outfile.File) error { f.Abort(); return nil }, "older"},
		{"committed", (*outfile.File).Commit, "newer"},
		{"aborted again", func(f *outfile.File) error { f.Abort(); return nil }, "newer"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f, err := outfile.Create(path, outfile.Private)
			require.NoError(t, err)
			defer f.Abort()
			_, err = f.Write([]byte("newer"))
			require.NoError(t, err)
			require.True(t, outfile.IsTemporaryName(filepath.Base(f.Temporary()), filepath.Base(f.Path())))
			require.NoError(t, f.Flush())
			written := make([]byte, len("newer"))
			_, err = f.ReadAt(written, 0)
			require.NoError(t, err)
			require.Equal(t, "newer", string(written))
			require.NoError(t, test.end(f))
			require.Empty(t, f.Temporary())
			got, files := read(t, path)
			require.Equal(t, test.want, got)
			require.Equal(t, 1, files)
		})
	}
	require.Error(t, outfile.WriteFile(filepath.Dir(path), outfile.Private, nil), "a folder")
	require.Error(t, outfile.Replaceable(os.DevNull))
}

// Sweep removes what a killed process left, and nothing of others.
func TestSweep(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{".report.csv.7.tmp", ".other.csv.7.tmp", "report.csv"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
	}
	f, err := outfile.Create(filepath.Join(dir, "report.csv"), outfile.Public)
	require.NoError(t, err)
	defer f.Abort()
	outfile.Sweep(dir, "report.csv")
	require.NoFileExists(t, filepath.Join(dir, ".report.csv.7.tmp"))
	require.FileExists(t, filepath.Join(dir, ".other.csv.7.tmp"))
	require.FileExists(t, f.Temporary())
}
