package frameio

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/gzip"

	"github.com/sav-analytics/sav/frame"
)

// ReadFile returns the frame of a file in the format that its name ends with: .csv, .tsv (whose delimiter is a tab),
// .jsonl or .ndjson, each also with .gz after it, and .parquet. Another name is an error. Errors name the file, and are
// those of [ReadCSV], [ReadJSONLines] or [ReadParquet]; so are time and memory.
func ReadFile(path string, o ReadOptions) (*frame.Frame, error) {
	f, err := readFile(path, o)
	if _, ok := errors.AsType[*os.PathError](err); !ok && err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return f, err
}

func readFile(path string, o ReadOptions) (*frame.Frame, error) {
	format, zipped, err := formatOf(path)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if format == ".parquet" {
		info, err := file.Stat()
		if err != nil {
			return nil, err
		}
		return ReadParquet(file, info.Size(), o)
	}
	var in io.Reader = file
	if zipped {
		unzipped, err := gzip.NewReader(bufio.NewReaderSize(file, 1<<16))
		if err != nil {
			return nil, err
		}
		defer unzipped.Close()
		in = unzipped
	}
	switch format {
	case ".tsv":
		o.Delimiter = cmp.Or(o.Delimiter, '\t')
		return ReadCSV(in, o)
	case ".csv":
		return ReadCSV(in, o)
	}
	return ReadJSONLines(in, o)
}

// WriteFile writes a frame to a file in the format that its name ends with, as of [ReadFile]. The file is whole or as
// it was before: it is written beside its place, synced and renamed. A path of something other than a regular file is
// an error. O(size), with the memory of [WriteCSV], [WriteJSONLines] or [WriteParquet].
func WriteFile(path string, f *frame.Frame, o WriteOptions) (err error) {
	format, zipped, err := formatOf(path)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s: not a regular file", path)
	}
	file, err := createBeside(path)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	if err := writeFormat(file, f, format, zipped, o); err != nil {
		return fmt.Errorf("%s: %w", path, errors.Join(err, file.Close()))
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

// createBeside creates a file with a name of its own in the folder of path, as open as the umask leaves it.
func createBeside(path string) (*os.File, error) {
	for {
		name := fmt.Sprintf(".%s.%08x", filepath.Base(path), rand.Uint32())
		file, err := os.OpenFile(filepath.Join(filepath.Dir(path), name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, os.ErrExist) {
			return file, err
		}
	}
}

func writeFormat(file io.Writer, f *frame.Frame, format string, zipped bool, o WriteOptions) error {
	out := bufio.NewWriterSize(file, 1<<16)
	var to io.Writer = out
	close := out.Flush
	if zipped {
		z := gzip.NewWriter(out)
		to, close = z, func() error { return errors.Join(z.Close(), out.Flush()) }
	}
	write := WriteJSONLines
	switch format {
	case ".parquet":
		write = WriteParquet
	case ".tsv":
		o.Delimiter = cmp.Or(o.Delimiter, '\t')
		write = WriteCSV
	case ".csv":
		write = WriteCSV
	}
	if err := write(to, f, o); err != nil {
		return err
	}
	return close()
}

// formatOf returns the format that a name ends with, and whether it is zipped.
func formatOf(path string) (format string, zipped bool, err error) {
	name, zipped := strings.CutSuffix(strings.ToLower(path), ".gz")
	switch format = filepath.Ext(name); {
	case format == ".csv", format == ".tsv", format == ".jsonl", format == ".ndjson", format == ".parquet" && !zipped:
		return format, zipped, nil
	}
	return "", false, errors.New(
		"a name of no known format: expected .csv, .tsv, .jsonl or .ndjson, each also with .gz, or .parquet",
	)
}
