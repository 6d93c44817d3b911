package dialect_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/source"
)

// A folder stands for the files in it.
func TestExpand(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"in/a.csv", "in/B.csv", "in/é.csv", "in/_SUCCESS", "in/.hidden", "in/sub/c.csv",
		"empty/_x", "z,[1].csv"} {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte("created_at\n"), 0o600))
	}
	in := func(names ...string) (paths []string) {
		for _, name := range names {
			paths = append(paths, filepath.Join(dir, name))
		}
		return paths
	}
	got, err := dialect.Expand(in("z,[1].csv", "in"))
	require.NoError(t, err)
	require.Equal(t, in("z,[1].csv", "in/B.csv", "in/a.csv", "in/é.csv"), got)
	got, err = dialect.Expand([]string{dialect.Stdin, dir + "/in/a.csv"})
	require.NoError(t, err)
	require.Equal(t, []string{dialect.Stdin, dir + "/in/a.csv"}, got)

	var inputErr *source.InputError
	_, err = dialect.Expand(in("empty"))
	require.ErrorAs(t, err, &inputErr)
	require.ErrorContains(t, err, "has no file to read")

	_, err = dialect.Expand(in("none.csv"))
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, err = dialect.Expand(in("*.csv"))
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorContains(t, err, "patterns are for the shell")

	for _, test := range []struct {
		names []string
		want  string
	}{
		{[]string{""}, "a file without a name"},
		{in("in/a.csv", "in/a.csv"), "are one file"},
		{in("in", "in/sub/../a.csv"), "are one file"},
		{[]string{dialect.Stdin, dialect.Stdin}, "standard input cannot be read twice"},
		{[]string{"s3://bucket/m.csv"}, "aws s3 cp s3://bucket/m.csv -"},
		{[]string{"gs://bucket/m.csv"}, "gcloud storage cat gs://bucket/m.csv"},
		{[]string{"https://example.org/m.csv"}, "curl -sSfL https://example.org/m.csv"},
		{[]string{"file:///m.csv"}, "name the file by its path"},
	} {
		_, err := dialect.Expand(test.names)
		require.ErrorIs(t, err, dialect.ErrNames)
		require.ErrorContains(t, err, test.want)
	}
	if runtime.GOOS != "windows" {
		require.NoError(t, os.Symlink(filepath.Join(dir, "in/a.csv"), filepath.Join(dir, "link.csv")))
		_, err = dialect.Expand(in("in/a.csv", "link.csv"))
		require.ErrorIs(t, err, dialect.ErrNames)
	}
}
