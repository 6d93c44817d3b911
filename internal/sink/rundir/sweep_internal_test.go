package rundir

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/outfile"
)

// A folder is freed of what killed runs left, not of what another is writing.
func TestOpenFolderSweeps(t *testing.T) {
	dir := t.TempDir()
	left := filepath.Join(dir, ".report.csv.123.tmp")
	foreign := filepath.Join(dir, ".other.csv.123.tmp")
	for _, path := range []string{left, foreign} {
		require.NoError(t, os.WriteFile(path, []byte("half"), 0o600))
	}
	writing, err := outfile.Create(filepath.Join(dir, ReportName), outfile.Public)
	require.NoError(t, err)
	_, err = writing.Write([]byte("whole"))
	require.NoError(t, err)

	folder, err := OpenFolder(t.Context(), dir)
	require.NoError(t, err)
	folder.Close()
	require.NoFileExists(t, left)
	require.FileExists(t, foreign)
	require.NoError(t, writing.Commit())
	data, err := os.ReadFile(filepath.Join(dir, ReportName))
	require.NoError(t, err)
	require.Equal(t, "whole", string(data))
}
