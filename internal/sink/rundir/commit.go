package rundir

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/sav-analytics/sav/internal/filelock"
	"github.com/sav-analytics/sav/internal/outfile"
)

// The files of a folder change as one, by a redo log. Each new file is written
// and synced under a temporary name; then one rename puts the list of them into
// the folder; then they are renamed. Before the list is there the older result
// stands, and from then on the newer: the next to open the folder does what
// the list says is left to do. All of it happens under the folder's lock.

// commitName is the list's file in a folder. It is there while files are renamed.
const commitName = ".commit"

// A commit is the list: what is left to do in a folder.
type commit struct {
	Renames []renaming `json:"renames"`
	Remove  []string   `json:"remove"` // in the folder: files and folders of an earlier result
}

// A renaming is of a temporary file to its place. Names in the folder are
// relative to it, any others are absolute.
type renaming struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// ErrBusy says that another process is changing or reading the folder.
var ErrBusy = errors.New("another process is at work in the folder")

// lockPatience is how long lockFolder waits. A lock is held for a few renames.
const lockPatience = 30 * time.Second

// lockFolder locks dir against other processes, finishes what a killed one has
// left to do there, and returns what unlocks it. The lock is that of the folder
// itself, so it leaves no file. A file system without locks has none.
func lockFolder(ctx context.Context, dir string) (unlock func(), err error) {
	folder, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeoutCause(ctx, lockPatience, fmt.Errorf("%w: %s", ErrBusy, dir))
	defer cancel()
	for errors.Is(filelock.Lock(folder), filelock.ErrHeld) {
		select {
		case <-limited.Done():
			folder.Close()
			return nil, context.Cause(limited)
		case <-time.After(5 * time.Millisecond):
		}
	}
	unlock = func() {
		filelock.Unlock(folder)
		folder.Close()
	}
	if err := finishCommit(dir); err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}

// commitFiles puts synced files into their places and removes what is named of
// an earlier result in dir, all or nothing. The caller holds the folder's lock.
func commitFiles(dir string, files []*outfile.File, remove []string) error {
	list := commit{Remove: remove}
	for _, f := range files {
		if err := outfile.Replaceable(f.Path()); err != nil {
			return err
		}
		from, err := relativeTo(dir, f.Temporary())
		if err != nil {
			return err
		}
		to, err := relativeTo(dir, f.Path())
		if err != nil {
			return err
		}
		list.Renames = append(list.Renames, renaming{from, to})
	}
	data, err := json.Marshal(list)
	if err != nil {
		return err
	}
	if err := outfile.WriteFile(filepath.Join(dir, commitName), outfile.Private, append(data, '\n')); err != nil {
		return errors.Join(err, removeIfThere(filepath.Join(dir, commitName)))
	}
	if err := list.do(dir, func(i int) error { return files[i].Rename() }); err != nil {
		// The list refers to the files that are left.
		for _, f := range files {
			f.Close()
		}
		return err
	}
	return nil
}

// relativeTo returns path relative to dir if it is within dir, else absolute.
func relativeTo(dir, path string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if path, err = filepath.Abs(path); err != nil {
		return "", err
	}
	if rel, err := filepath.Rel(dir, path); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel), nil
	}
	return path, nil
}

// within returns the path that relativeTo made name of.
func within(dir, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, filepath.FromSlash(name))
}

// finishCommit does what a killed process has left to do in dir, if anything.
func finishCommit(dir string) error {
	path := filepath.Join(dir, commitName)
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	data, err := filelock.ReadFile(path)
	if err != nil {
		return err
	}
	var list commit
	if err := json.Unmarshal(data, &list); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrResult, path, err)
	}
	if err := list.check(dir); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrResult, path, err)
	}
	err = list.do(dir, func(i int) error {
		r := list.Renames[i]
		err := outfile.Rename(within(dir, r.From), within(dir, r.To))
		if errors.Is(err, fs.ErrNotExist) {
			return nil // it was renamed before
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("finish the result that an earlier run left in %s: %w", dir, err)
	}
	return nil
}

// check makes sure that a list asks for nothing that commitFiles would not ask
// for: a file is renamed from a temporary name of its own.
func (c commit) check(dir string) error {
	for _, r := range c.Renames {
		from, to := within(dir, r.From), within(dir, r.To)
		fromDir := filepath.Dir(from)
		if !outfile.IsTemporaryName(filepath.Base(from), filepath.Base(to)) ||
			fromDir != filepath.Dir(to) && fromDir != filepath.Clean(dir) {
			return fmt.Errorf("%q is not a temporary name of %q", r.From, r.To)
		}
	}
	for _, name := range c.Remove {
		if !slices.Contains(removable, name) {
			return fmt.Errorf("%q is not a part of an earlier result", name)
		}
	}
	return nil
}

// do renames the files, removes what is named, and then the list itself. Doing
// it again does what is left.
func (c commit) do(dir string, renameFile func(i int) error) error {
	folders := map[string]bool{dir: true}
	for i, r := range c.Renames {
		if err := renameFile(i); err != nil {
			return err
		}
		folders[filepath.Dir(within(dir, r.To))] = true
	}
	for _, name := range c.Remove {
		if err := outfile.RemoveAll(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	for folder := range folders {
		if err := outfile.SyncDir(folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return removeIfThere(filepath.Join(dir, commitName))
}

func removeIfThere(path string) error {
	if err := outfile.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
