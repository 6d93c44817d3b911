package filelock

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	open := func() *os.File {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		require.NoError(t, err)
		t.Cleanup(func() { f.Close() })
		return f
	}
	one, two := open(), open()
	require.NoError(t, Lock(one))
	require.ErrorIs(t, Lock(two), ErrHeld)
	require.NoError(t, Unlock(one))
	require.NoError(t, Lock(two))
	two.Close()
	require.NoError(t, Lock(one), "the lock ends with its file")
}
