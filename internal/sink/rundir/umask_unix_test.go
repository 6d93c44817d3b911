//go:build unix

package rundir_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/sink/rundir"
)

// What a run writes is as open as the umask leaves it. The umask is that of the
// process: this test does not run in parallel with others.
func TestUmask(t *testing.T) {
	report := newFrame(t, frame.Int64s("n", []int64{1}, nil))
	for _, umask := range []int{0o022, 0o027, 0o077} {
		dir := filepath.Join(t.TempDir(), "out")
		before := syscall.Umask(umask)
		folder, err := rundir.OpenFolder(t.Context(), dir)
		if err == nil {
			folder.Pairs, folder.PairsPath = report, filepath.Join(dir, "pairs.csv")
			err = folder.Put(t.Context(), report, &rundir.Run{})
			folder.Close()
		}
		syscall.Umask(before)
		require.NoError(t, err)
		for name, mode := range map[string]fs.FileMode{
			".": 0o755, "report.csv": 0o644, "run.json": 0o644, "rejects.csv": 0o600, "pairs.csv": 0o600,
		} {
			info, err := os.Stat(filepath.Join(dir, name))
			require.NoError(t, err)
			require.Equal(t, mode&^fs.FileMode(umask), info.Mode().Perm(), "%s with umask %03o", name, umask)
		}
	}
}
