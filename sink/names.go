package sink

import (
	"io/fs"
	"os"
)

// atName is called before each system call that makes, moves or removes a name.
// Its error is returned in the call's place. Tests put faults here.
var atName = func(call, path string) error { return nil }

func createNew(path string, mode fs.FileMode) (*os.File, error) {
	if err := atName("create", path); err != nil {
		return nil, err
	}
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
}

func mkdirAll(dir string, mode fs.FileMode) error {
	if err := atName("mkdir", dir); err != nil {
		return err
	}
	return os.MkdirAll(dir, mode)
}

func rename(from, to string) error {
	if err := atName("rename", to); err != nil {
		return err
	}
	return os.Rename(from, to)
}

func remove(path string) error {
	if err := atName("remove", path); err != nil {
		return err
	}
	return os.Remove(path)
}

func removeAll(dir string) error {
	if err := atName("remove", dir); err != nil {
		return err
	}
	return os.RemoveAll(dir)
}
