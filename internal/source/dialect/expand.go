package dialect

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sav-analytics/sav/source"
)

// ErrNames is the error of names that cannot be those of files to read.
var ErrNames = errors.New("cannot be read")

// Expand returns names with those of folders replaced by those of the files in them,
// bytewise in order, without those that begin with a dot or an underscore and not deeper.
// A folder without such a file is a [source.InputError]. An address in place of a file,
// and the same file twice, are [ErrNames].
func Expand(names []string) ([]string, error) {
	var all []string
	for _, name := range names {
		if name == Stdin {
			all = append(all, name)
			continue
		}
		if err := checkName(name); err != nil {
			return nil, err
		}
		info, err := os.Stat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(name, "*?["):
			return nil, fmt.Errorf(
				"%w: patterns are for the shell, which finds no such file, or was kept from it by quotes", err)
		case err != nil:
			return nil, err
		case !info.IsDir():
			all = append(all, name)
			continue
		}
		inside, err := inFolder(name)
		if err != nil {
			return nil, err
		}
		all = append(all, inside...)
	}
	return all, notTwice(all)
}

// checkName returns an error if a name is the address of something that is no file.
func checkName(name string) error {
	if name == "" {
		return fmt.Errorf("a file without a name %w", ErrNames)
	}
	scheme := Scheme(name)
	if scheme == "" {
		return nil
	}
	pipe := "curl -sSfL " + name
	switch scheme {
	case "file":
		return fmt.Errorf("%s is an address, which %w: name the file by its path", name, ErrNames)
	case "s3":
		pipe = "aws s3 cp " + name + " -"
	case "gs":
		pipe = "gcloud storage cat " + name
	case "az", "abfs", "abfss", "wasb", "wasbs", "hdfs":
		pipe = "its own tool"
	}
	return fmt.Errorf("%s is an address, which %w: copy it to a file first, or pipe it into standard input, by %s",
		name, ErrNames, pipe)
}

// Scheme returns the scheme of a name that is the address of something that is no file, such as s3, or an empty text.
func Scheme(name string) string {
	scheme, _, ok := strings.Cut(name, "://")
	if !ok || strings.ContainsAny(scheme, `/\.`) {
		return ""
	}
	return scheme
}

// inFolder returns the names of the files in a folder.
func inFolder(folder string) (names []string, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		path := filepath.Join(folder, e.Name())
		if strings.HasPrefix(e.Name(), ".") || strings.HasPrefix(e.Name(), "_") {
			continue
		}
		info, err := os.Stat(path) // of what a link leads to
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			names = append(names, path)
		}
	}
	if len(names) == 0 {
		return nil, &source.InputError{
			Input: folder,
			Err: errors.New("has no file to read: those in folders below it, " +
				"and those that begin with . or _, do not count"),
		}
	}
	slices.Sort(names)
	return names, nil
}

// notTwice returns an error if two names are of one file.
func notTwice(names []string) error {
	type known struct {
		name string
		info os.FileInfo
	}
	bySize := make(map[int64][]known) // few files have one size
	stdin := false
	for _, name := range names {
		if name == Stdin {
			if stdin {
				return fmt.Errorf("standard input %w twice", ErrNames)
			}
			stdin = true
			continue
		}
		info, err := os.Stat(name)
		if err != nil {
			return err
		}
		for _, other := range bySize[info.Size()] {
			if os.SameFile(info, other.info) {
				return fmt.Errorf("%s and %s are one file: it %w twice, or each message would count twice",
					other.name, name, ErrNames)
			}
		}
		bySize[info.Size()] = append(bySize[info.Size()], known{name, info})
	}
	return nil
}
