package sink

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/sav-analytics/sav/internal/filelock"
)

// A File is written beside its place and takes it only on Commit, so that
// whoever reads the place finds the older content or the new one, never a part.
type File struct {
	path string
	tmp  *os.File
	buf  *bufio.Writer
}

// Public and Private are the permissions of files that anyone may read, and of
// those that hold messages.
const (
	Public  fs.FileMode = 0o644
	Private fs.FileMode = 0o600
)

// Create opens a new file that will stand at path after Commit. Its folder is
// made if need be; it is an error if something else than a file stands at path
// itself. The caller ends with Commit or Abort.
func Create(path string, mode fs.FileMode) (*File, error) {
	if err := replaceable(path); err != nil {
		return nil, &fs.PathError{Op: "create", Path: path, Err: err}
	}
	dir, base := filepath.Split(filepath.Clean(path))
	if dir != "" {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
	}
	for {
		tmp, err := os.CreateTemp(dir, temporary(base))
		if err != nil {
			return nil, err
		}
		if err := tmp.Chmod(mode); err != nil {
			tmp.Close()
			os.Remove(tmp.Name())
			return nil, err
		}
		if mine(tmp) {
			return &File{path: path, tmp: tmp, buf: bufio.NewWriterSize(tmp, 1<<16)}, nil
		}
		tmp.Close() // a sweep was faster than the lock
	}
}

// replaceable is an error if a rename to path would fail, or take away what is no
// file: a folder, a pipe, or a device such as /dev/null and what /dev/stdout is.
func replaceable(path string) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		if info.IsDir() {
			return syscall.EISDIR
		}
		return errNoFile
	}
	if target, err := os.Readlink(path); err == nil && strings.HasPrefix(target, "/proc/") {
		return errNoFile // it leads to a file that a process has open
	}
	return nil
}

var errNoFile = errors.New("not a regular file, which could be replaced")

// temporary is the pattern of the names that a file has before it is in its place.
func temporary(base string) string { return "." + base + ".*.tmp" }

// mine locks a temporary file, so that nobody sweeps it away while it is being
// written, and reports whether it is still there. Where there are no locks
// nobody sweeps.
func mine(tmp *os.File) bool {
	if err := filelock.Lock(tmp); errors.Is(err, filelock.ErrHeld) {
		return false
	}
	open, err1 := tmp.Stat()
	there, err2 := os.Stat(tmp.Name())
	return err1 == nil && err2 == nil && os.SameFile(open, there)
}

// sweep removes what processes that were killed left of the named files in dir:
// a temporary file that nobody has locked.
func sweep(dir string, names ...string) {
	for _, name := range names {
		left, err := filepath.Glob(filepath.Join(dir, temporary(name)))
		if err != nil {
			continue // dir is no pattern; what is left does no harm
		}
		for _, path := range left {
			f, err := os.OpenFile(path, os.O_RDWR, 0)
			if err != nil {
				continue
			}
			if filelock.Lock(f) == nil {
				os.Remove(path)
			}
			f.Close()
		}
	}
}

// Write adds p to the file.
func (f *File) Write(p []byte) (int, error) { return f.buf.Write(p) }

// Sync flushes what was written to the disk; the file still has to be put in
// its place by Commit.
func (f *File) Sync() error {
	if err := f.buf.Flush(); err != nil {
		return fmt.Errorf("write %s: %w", f.path, err)
	}
	if err := f.tmp.Sync(); err != nil {
		return fmt.Errorf("sync %s: %w", f.path, err)
	}
	return nil
}

// Commit syncs the file and renames it into its place. On an error the place
// is as it was before.
func (f *File) Commit() error {
	err := f.Sync()
	if cerr := f.tmp.Close(); err == nil && cerr != nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.tmp.Name(), f.path)
	}
	if err != nil {
		os.Remove(f.tmp.Name())
		return err
	}
	f.tmp = nil
	return syncDir(filepath.Dir(f.path))
}

// Abort drops the file. After Commit it does nothing, so it can be deferred.
func (f *File) Abort() {
	if f.tmp == nil {
		return
	}
	f.tmp.Close()
	os.Remove(f.tmp.Name())
	f.tmp = nil
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

// syncDir makes a rename in dir last through a power cut. A file system that
// cannot sync a folder is taken as it is.
func syncDir(dir string) error {
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
