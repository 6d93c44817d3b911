// Package outfile writes files whole or not at all: under a temporary name, which a rename
// makes the file's own.
package outfile

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/sav-analytics/sav/internal/filelock"
)

// A File is written under a temporary name beside its path. Commit renames it
// to the path, so a reader finds the older content or the newer, never a part.
type File struct {
	path string
	tmp  *os.File
	buf  *bufio.Writer
}

// Public and Private are the permissions, less the umask, of files that anyone
// may read and of files that hold messages.
const (
	Public  fs.FileMode = 0o644
	Private fs.FileMode = 0o600
)

// Create opens a new file that Commit will put at path. It makes path's folder
// if it does not exist. It returns an error if anything else than a regular file is
// at path. The caller ends with Commit or Abort.
func Create(path string, mode fs.FileMode) (*File, error) {
	if err := Replaceable(path); err != nil {
		return nil, err
	}
	dir, base := filepath.Split(filepath.Clean(path))
	if dir != "" {
		if err := MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
	}
	for {
		tmp, err := createNew(filepath.Join(dir, temporaryName(base)), mode)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if lockTemporary(tmp) {
			return &File{path: path, tmp: tmp, buf: bufio.NewWriterSize(tmp, 1<<16)}, nil
		}
		tmp.Close() // a sweep removed it before it was locked
	}
}

// Replaceable returns an error if a rename to path would fail, or would replace
// what is not a file: a folder, a pipe, or a device such as /dev/null or what
// /dev/stdout links to.
func Replaceable(path string) error {
	err := filelock.CheckRegular(path)
	if target, linkErr := os.Readlink(path); linkErr == nil && strings.HasPrefix(target, "/proc/") {
		err = filelock.ErrNotRegular // a file that a process has open
	}
	switch {
	case errors.Is(err, syscall.EISDIR):
		return &fs.PathError{Op: "create", Path: path, Err: syscall.EISDIR}
	case errors.Is(err, filelock.ErrNotRegular):
		return &fs.PathError{Op: "create", Path: path, Err: errors.New("not a regular file, which could be replaced")}
	}
	return nil
}

// temporaryName returns a new temporary name for a file called base.
func temporaryName(base string) string {
	return "." + base + "." + strconv.FormatUint(uint64(rand.Uint32()), 10) + ".tmp"
}

// IsTemporaryName reports whether temporaryName(base) may have returned name.
func IsTemporaryName(name, base string) bool {
	middle, ok := strings.CutPrefix(name, "."+base+".")
	number, ok2 := strings.CutSuffix(middle, ".tmp")
	return ok && ok2 && number != "" && strings.Trim(number, "0123456789") == ""
}

// lockTemporary locks a temporary file against sweeps. It reports whether the
// file is still there. Systems without locks do not sweep.
func lockTemporary(tmp *os.File) bool {
	if err := filelock.Lock(tmp); errors.Is(err, filelock.ErrHeld) {
		return false
	}
	opened, err1 := tmp.Stat()
	there, err2 := os.Stat(tmp.Name())
	return err1 == nil && err2 == nil && os.SameFile(opened, there)
}

// Sweep removes the temporary files of killed processes for the named files of
// dir: those that nobody has locked.
func Sweep(dir string, bases ...string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return // what is left does no harm
	}
	for _, entry := range entries {
		for _, base := range bases {
			if !IsTemporaryName(entry.Name(), base) || !entry.Type().IsRegular() {
				continue
			}
			f, err := os.OpenFile(filepath.Join(dir, entry.Name()), os.O_RDWR, 0)
			if err != nil {
				continue
			}
			if filelock.Lock(f) == nil {
				Remove(f.Name())
			}
			f.Close()
		}
	}
}

// Path returns where Commit will put the file.
func (f *File) Path() string { return f.path }

// MoveTo makes path where Commit will put the file.
func (f *File) MoveTo(path string) { f.path = path }

// Temporary returns the file's temporary name; empty after Commit, Abort or Close.
func (f *File) Temporary() string {
	if f.tmp == nil {
		return ""
	}
	return f.tmp.Name()
}

// Flush writes to the file what is buffered.
func (f *File) Flush() error { return f.buf.Flush() }

// ReadAt reads what was flushed.
func (f *File) ReadAt(p []byte, at int64) (int, error) { return f.tmp.ReadAt(p, at) }

// Write adds p to the file.
func (f *File) Write(p []byte) (int, error) { return f.buf.Write(p) }

// Sync flushes what was written to the disk. The file still has to be committed.
func (f *File) Sync() error {
	if err := f.buf.Flush(); err != nil {
		return fmt.Errorf("write %s: %w", f.path, err)
	}
	if err := f.tmp.Sync(); err != nil {
		return fmt.Errorf("sync %s: %w", f.path, err)
	}
	return nil
}

// Commit syncs the file and renames it to its path. After an error the path is
// as it was before.
func (f *File) Commit() error {
	err := f.Sync()
	if err == nil {
		err = f.Rename()
	}
	if err != nil {
		f.Abort()
		return err
	}
	return SyncDir(filepath.Dir(f.path))
}

// Rename moves the file to its path and closes it. The lock is held until the
// file has its name: a sweep would take an unlocked temporary file.
func (f *File) Rename() error {
	if !filelock.Available { // such a system may not rename an open file
		if err := f.tmp.Close(); err != nil {
			return err
		}
	}
	if err := Rename(f.tmp.Name(), f.path); err != nil {
		return err
	}
	f.Close()
	return nil
}

// Close closes the file, if it is open, and leaves it where it is. Its content was synced
// before.
func (f *File) Close() {
	if f.tmp != nil {
		f.tmp.Close()
		f.tmp = nil
	}
}

// Abort removes the file. After Commit it does nothing, so it can be deferred.
func (f *File) Abort() error {
	if f.tmp == nil {
		return nil
	}
	name := f.tmp.Name()
	f.Close()
	return Remove(name)
}

// WriteFile puts data at path, whole or not at all.
func WriteFile(path string, mode fs.FileMode, data []byte) error {
	f, err := Create(path, mode)
	if err != nil {
		return err
	}
	defer f.Abort()
	if _, err := f.Write(data); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return f.Commit()
}

// SyncDir syncs a folder, so that a rename in it outlasts a power cut. A file
// system that cannot sync a folder is no error.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}

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
