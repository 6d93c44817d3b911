// Package stamp notices that a file was changed while it was read.
//
// It is a tool that any room of the flow (source → frame → analysis → sink) may use.
package stamp

import (
	"errors"
	"io/fs"
	"os"
	"time"
)

// ErrChanged says that a file is no longer what it was when it was opened. Reading it
// again may do.
var ErrChanged = errors.New("the file changed while it was read")

// A Stamp is the size and modification time that an open file had. The zero value is of
// no file, and never changes.
type Stamp struct {
	file     *os.File
	size     int64
	modified time.Time
}

// New returns the stamp of an open file, whose description is info.
func New(file *os.File, info fs.FileInfo) Stamp { return Stamp{file, info.Size(), info.ModTime()} }

// Check returns an error about name, a [fs.PathError], if the file has another size or
// modification time than when the stamp was made. Where reading failed, err says why:
// that is returned if the file did not change.
func (s Stamp) Check(name string, err error) error {
	if s.file == nil {
		return err
	}
	info, statErr := s.file.Stat()
	switch {
	case statErr != nil && err == nil:
		return statErr
	case statErr == nil && (info.Size() != s.size || !info.ModTime().Equal(s.modified)):
		return &fs.PathError{Op: "read", Path: name, Err: ErrChanged}
	}
	return err
}
