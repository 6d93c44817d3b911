package memory

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// No file keeps its name, be there a descriptor left for anything else or not.
func TestFilesWithoutDescriptors(t *testing.T) {
	var before unix.Rlimit
	require.NoError(t, unix.Getrlimit(unix.RLIMIT_NOFILE, &before))
	few := before
	few.Cur = 64
	require.NoError(t, unix.Setrlimit(unix.RLIMIT_NOFILE, &few))
	defer func() { require.NoError(t, unix.Setrlimit(unix.RLIMIT_NOFILE, &before)) }()
	dir := t.TempDir()
	var open []*os.File
	for left := range 4 {
		for {
			f, err := os.Open(os.DevNull)
			if err != nil {
				break
			}
			open = append(open, f)
		}
		for range left {
			open[len(open)-1].Close()
			open = open[:len(open)-1]
		}
		s := NewLimit(dir, 1)
		f, err := s.Create()
		require.Equal(t, left == 0, err != nil, "%d left: %v", left, err)
		if err == nil {
			f.Close()
		}
		s.Close()
	}
	for _, f := range open {
		f.Close()
	}
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
}
