//go:build unix && !aix && !solaris

package filelock

import (
	"errors"
	"os"
	"syscall"
)

// Available reports whether Lock works on this system.
const Available = true

// Lock locks an open file or folder without waiting. It returns [ErrHeld] if
// another process, or another open file of this one, holds the lock.
func Lock(file *os.File) error {
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, syscall.EWOULDBLOCK):
			return ErrHeld
		case !errors.Is(err, syscall.EINTR):
			return &os.PathError{Op: "lock", Path: file.Name(), Err: err}
		}
	}
}

// Unlock releases the lock at once. Closing the file alone would leave it to a
// process that is being started at this moment: that shares the file until it
// runs its own program.
func Unlock(file *os.File) error { return syscall.Flock(int(file.Fd()), syscall.LOCK_UN) }
