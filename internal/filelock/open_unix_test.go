//go:build unix

package filelock

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is no regular file is refused before it is opened: to open a pipe waits.
func TestOpen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, err := Open(filepath.Join(dir, "new"), os.O_RDWR|os.O_CREATE, 0o600)
	require.NoError(t, err)
	require.NoError(t, file.Close())
	require.NoError(t, CheckRegular(filepath.Join(dir, "new")))
	_, err = Open(filepath.Join(dir, "none"), os.O_RDONLY, 0)
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = ReadFile(dir)
	require.ErrorIs(t, err, syscall.EISDIR)
	pipe := filepath.Join(dir, "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	link := filepath.Join(dir, "link")
	require.NoError(t, os.Symlink("/dev/null", link))
	for _, path := range []string{pipe, link, "/dev/null"} {
		_, err := Open(path, os.O_RDWR|os.O_CREATE, 0o600)
		require.ErrorIs(t, err, ErrNotRegular, path)
		require.ErrorContains(t, err, path)
		_, err = ReadFile(path)
		require.ErrorIs(t, err, ErrNotRegular, path)
	}
}
