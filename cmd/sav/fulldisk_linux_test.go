package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/thorough"
)

// A disk that is full, at any point of the writing, costs the new result alone.
func TestFullDisk(t *testing.T) {
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=512k"); err != nil {
		t.Skipf("skipped: mounting a small disk needs root: %v", err)
	}
	defer func() { require.NoError(t, syscall.Unmount(disk, syscall.MNT_DETACH)) }()
	input := filepath.Join("..", "..", "testdata", "messages.csv")
	analyze := func(out, levels string) (int, string) {
		status, _, stderr := command(t, "analyze", "--input", input, "--out", out, "--levels", levels)
		return status, stderr
	}
	for _, test := range []struct {
		name  string
		older bool
	}{{"an older result", true}, {"none", false}} {
		t.Run(test.name, func(t *testing.T) {
			out := filepath.Join(disk, "out")
			require.NoError(t, os.Mkdir(out, 0o700))
			defer os.RemoveAll(out)
			if test.older {
				status, stderr := analyze(out, "all,country")
				require.Equal(t, statusDone, status, stderr)
			}
			files := tree(t, out)
			free := 0
			for ; ; free += thorough.Or(64, 4) << 10 { // pages of 4 KiB, until it is enough
				fill(t, disk, free)
				status, stderr := analyze(out, "all,country,merchant,country_merchant")
				require.NoError(t, os.Remove(filepath.Join(disk, "filler")))
				if status == statusDone {
					break
				}
				require.Equal(t, statusIO, status, stderr)
				require.Contains(t, stderr, "no space left on device")
				require.Contains(t, stderr, out)
				require.Equal(t, files, tree(t, out), "%d bytes free", free)
			}
			require.Greater(t, free, 8<<10, "the disk was hardly ever full")
		})
	}
}

// fill leaves so many bytes free on a disk.
func fill(t *testing.T, disk string, free int) {
	t.Helper()
	filler, err := os.Create(filepath.Join(disk, "filler"))
	require.NoError(t, err)
	defer filler.Close()
	block := strings.Repeat("x", 4096)
	for err == nil {
		_, err = filler.WriteString(block)
	}
	require.ErrorIs(t, err, syscall.ENOSPC)
	info, err := filler.Stat()
	require.NoError(t, err)
	require.NoError(t, filler.Truncate(max(0, info.Size()-int64(free))))
}

// A disk that fills up with what is beyond the memory limit is an error of its
// folder, which is empty again.
func TestFullSpill(t *testing.T) {
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=512k"); err != nil {
		t.Skipf("skipped: mounting a small disk needs root: %v", err)
	}
	defer func() { require.NoError(t, syscall.Unmount(disk, syscall.MNT_DETACH)) }()
	input := filepath.Join(t.TempDir(), "messages.csv")
	status, _, stderr := command(t, "generate", "--messages", "150000", "--out", input)
	require.Equal(t, statusDone, status, stderr)
	for name, args := range map[string][]string{
		"in a folder of its own": {"--spill", disk, "--out", filepath.Join(t.TempDir(), "out")},
		"in that of the result":  {"--out", disk},
	} {
		t.Run(name, func(t *testing.T) {
			status, _, stderr := command(t, append([]string{"analyze", "--input", input, "--memory-limit", "1MiB"}, args...)...)
			require.Equal(t, statusIO, status)
			require.Contains(t, stderr, "spill to "+disk)
			require.Contains(t, stderr, syscall.ENOSPC.Error())
		})
	}
	left, err := os.ReadDir(disk)
	require.NoError(t, err)
	require.Empty(t, left)
}
