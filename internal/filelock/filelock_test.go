package filelock

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLock(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "lock")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for name, path := range map[string]string{"file": file, "folder": dir} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			open := func() *os.File {
				f, err := os.Open(path)
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
		})
	}
}
