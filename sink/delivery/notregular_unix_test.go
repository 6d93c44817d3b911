//go:build unix

package delivery_test

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/sink/delivery"
)

// TestNotRegular: what is no file in the place of one of a delivery's files is
// refused, and neither waited for nor filled.
func TestNotRegular(t *testing.T) {
	api := newAPI(t, on("2/3", status(400), accept))
	for _, name := range []string{delivery.JournalName, "manifest.json", delivery.DeadName, "lock", "report.csv",
		"run.json"} {
		for kind, put := range map[string]func(path string) error{
			"pipe":   func(path string) error { return syscall.Mkfifo(path, 0o600) },
			"device": func(path string) error { return os.Symlink("/dev/full", path) },
			"folder": func(path string) error { return os.Mkdir(path, 0o700) },
		} {
			t.Run(name+" "+kind, func(t *testing.T) {
				t.Parallel()
				dir := newReport(t, 21)
				d, err := delivery.Open(t.Context(), dir, quick(api.URL))
				require.NoError(t, err)
				require.NoError(t, d.Close())
				path := filepath.Join(dir, name)
				switch name {
				case "lock":
					path = filepath.Join(dir, "delivery", name)
				case "report.csv", "run.json":
				default:
					path = stateFile(t, dir, name)
				}
				os.Remove(path)
				require.NoError(t, put(path))
				_, err = delivery.Deliver(context.Background(), dir, quick(api.URL))
				require.ErrorContains(t, err, name)
				var pathErr *os.PathError
				require.ErrorAs(t, err, &pathErr)
			})
		}
	}
}
