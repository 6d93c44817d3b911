// Package filelock opens regular files and locks files. A lock ends with the
// process that holds it. Packages sink and source use it; it knows nothing of
// either.
package filelock

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// ErrHeld says that another process holds the lock.
var ErrHeld = errors.New("locked by another process")

// ErrNotRegular says that a name is of a pipe, a device or a socket.
var ErrNotRegular = errors.New("not a regular file")

// Open opens a regular file as os.OpenFile does. Anything else at that name is
// an error: a pipe would wait, and a device such as /dev/full never ends.
func Open(name string, flag int, perm fs.FileMode) (*os.File, error) {
	if err := CheckRegular(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	file, err := os.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: name, Err: ErrNotRegular}
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// CheckRegular returns an error unless name, or what it links to, is a regular
// file.
func CheckRegular(name string) error {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return err
	case info.IsDir():
		err = syscall.EISDIR
	case !info.Mode().IsRegular():
		err = ErrNotRegular
	}
	if err != nil {
		return &fs.PathError{Op: "open", Path: filepath.Clean(name), Err: err}
	}
	return nil
}

// ReadFile reads a regular file to its end.
func ReadFile(name string) ([]byte, error) {
	file, err := Open(name, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(file)
}
