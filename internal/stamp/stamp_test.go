package stamp_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/stamp"
)

func TestStamp(t *testing.T) {
	t.Parallel()
	failed := errors.New("failed")
	require.NoError(t, stamp.Stamp{}.Check("none", nil))
	require.ErrorIs(t, stamp.Stamp{}.Check("none", failed), failed)

	path := filepath.Join(t.TempDir(), "m.csv")
	require.NoError(t, os.WriteFile(path, []byte("text"), 0o600))
	f, err := os.Open(path)
	require.NoError(t, err)
	info, err := f.Stat()
	require.NoError(t, err)
	s := stamp.New(f, info)
	require.NoError(t, s.Check(path, nil))
	require.ErrorIs(t, s.Check(path, failed), failed)

	later := info.ModTime().Add(time.Second)
	require.NoError(t, os.Chtimes(path, later, later))
	for _, err := range []error{nil, failed} {
		err = s.Check(path, err)
		require.ErrorIs(t, err, stamp.ErrChanged)
		var pathErr *fs.PathError
		require.ErrorAs(t, err, &pathErr)
		require.Equal(t, path, pathErr.Path)
	}
	require.NoError(t, f.Close())
	require.ErrorIs(t, s.Check(path, failed), failed)
	require.Error(t, s.Check(path, nil))
}
