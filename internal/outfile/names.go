package outfile

import (
	"io/fs"
	"os"
)

// AtName is called before each system call that makes, moves or removes a name.
// Its error is returned in the call's place. Tests put faults here.
var AtName = func(call, path string) error { return nil }

func createNew(path string, mode fs.FileMode) (*os.File, error) {
	if err := AtName("create", path); err != nil {
		return nil, err
	}
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
}

// MkdirAll is that of package os.
func MkdirAll(dir string, mode fs.FileMode) error {
	if err := AtName("mkdir", dir); err != nil {
		return err
	}
	return os.MkdirAll(dir, mode)
}

// Rename is that of package os.
func Rename(from, to string) error {
	if err := AtName("rename", to); err != nil {
		return err
	}
	return os.Rename(from, to)
}

// Remove is that of package os.
func Remove(path string) error {
	if err := AtName("remove", path); err != nil {
		return err
	}
	return os.Remove(path)
}

// RemoveAll is that of package os.
func RemoveAll(dir string) error {
	if err := AtName("remove", dir); err != nil {
		return err
	}
	return os.RemoveAll(dir)
}
