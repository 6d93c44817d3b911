//go:build !unix || aix || solaris

package filelock

import (
	"errors"
	"os"
)

// Lock fails: this system has no lock that dies with its process.
func Lock(file *os.File) error {
	return &os.PathError{Op: "lock", Path: file.Name(), Err: errors.ErrUnsupported}
}

// Unlock does nothing.
func Unlock(*os.File) error { return nil }
