package memory

import (
	"os"

	"golang.org/x/sys/unix"
)

// mapped is the contents of a file as memory.
type mapped []byte

// mapFile makes the file n bytes long, on the disk too: a disk that is full is
// an error here, and not a fault when the memory is written to.
func mapFile(f *os.File, n int64) (mapped, error) {
	if n == 0 {
		return nil, nil
	}
	if err := unix.Fallocate(int(f.Fd()), 0, 0, n); err != nil {
		return nil, os.NewSyscallError("fallocate", err)
	}
	m, err := unix.Mmap(int(f.Fd()), 0, int(n), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	return m, os.NewSyscallError("mmap", err)
}

func (m mapped) unmap() {
	if m != nil {
		_ = unix.Munmap(m) // nothing is lost if the process keeps it until it ends
	}
}
