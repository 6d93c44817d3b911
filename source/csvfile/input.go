package csvfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"

	"github.com/sav-analytics/sav/internal/stamp"
	"github.com/sav-analytics/sav/source"
)

// Stdin is the name that stands for standard input.
const Stdin = "-"

// An input is one file, wherever its bytes come from.
type input struct {
	path      string // as it was given
	name      string // for people
	data      io.ReaderAt
	size      int64              // in bytes; -1 if that is not known
	release   func(before int64) // what lies before will not be read again
	interrupt func()             // ends a read that waits for data
	close     func() error

	maxRecord int         // bytes of a record; a longer one is rejected
	stamp     stamp.Stamp // of a plain or compressed file
	stream    bool        // it can be read once
	taken     bool        // it was

	header   *source.Header
	first    int64 // where the first record after the header begins
	line     int64 // on which line, from 1
	rowBytes int   // of a row, about
}

// openInput opens a file by its name: Stdin, or a path; one that ends in .gz is
// decompressed.
func openInput(name string, stdin io.Reader) (*input, error) {
	if name == Stdin {
		return streamInput("standard input", stdin, func() error { return nil }), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	switch {
	case err != nil:
		f.Close()
		return nil, err
	case info.IsDir():
		f.Close()
		return nil, &source.InputError{Input: name, Err: errors.New("is a directory, not a CSV file")}
	case strings.HasSuffix(strings.ToLower(name), ".gz"):
		z, err := gzip.NewReader(bufio.NewReaderSize(f, compressedBuffer))
		if err != nil {
			f.Close()
			return nil, readError(name, err)
		}
		in := streamInput(name, z, f.Close)
		if info.Mode().IsRegular() {
			in.stamp = stamp.New(f, info)
		}
		return in, nil
	case !info.Mode().IsRegular(): // a pipe, say
		return streamInput(name, f, f.Close), nil
	}
	return &input{name: name, data: f, size: info.Size(), release: func(int64) {}, interrupt: func() {}, close: f.Close,
		stamp: stamp.New(f, info)}, nil
}

// compressedBuffer is how much of a compressed file is read at a time. The reader
// would take 4 KiB, and spend a thirtieth of its time on asking the system.
const compressedBuffer = 256 << 10

// streamInput makes an input of what can only be read once.
func streamInput(name string, r io.Reader, closeReader func() error) *input {
	s := newSpool(r)
	return &input{name: name, data: s, size: -1, release: s.release, interrupt: s.close, stream: true,
		close: func() error {
			s.close()
			return closeReader()
		}}
}

// maxRecord is how many bytes a record may have, wherever it comes from: two chunks at
// most hold one of that length at a time.
const maxRecord = 64 << 20

// begin prepares the input to be read; a stream can be read once.
func (in *input) begin() error {
	if in.stream && in.taken {
		return fmt.Errorf("%s: a compressed file or a stream can be read once only; open it again", in.name)
	}
	in.taken = true
	return nil
}

// readError says what went wrong in reading name: a damaged file is an
// [source.InputError], a failing disk is not.
func readError(name string, err error) error {
	var pathErr *fs.PathError
	var corrupt flate.CorruptInputError
	switch {
	case errors.As(err, &pathErr):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &source.InputError{Input: name, Err: errors.New("the compressed data ends too early: the file is cut off")}
	case errors.Is(err, io.EOF):
		return &source.InputError{Input: name, Err: errors.New("the file is empty")}
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		return &source.InputError{Input: name, Err: fmt.Errorf("is damaged, or no gzip file: %w", err)}
	}
	return &fs.PathError{Op: "read", Path: name, Err: err}
}

// tail is how much of the next chunk is read with a chunk, for its last record.
const tail = 4 << 10

// fill reads the data of the chunk at off, of size bytes and what its last
// record may need of the next. It is empty at the end of the input.
func (in *input) fill(c *chunk, off int64, size int) error {
	c.off, c.size = off, size
	c.data, c.last = c.data[:0], false
	return in.read(c, size+tail)
}

// read reads n more bytes behind the chunk's data, or up to the end of the input.
func (in *input) read(c *chunk, n int) error {
	have := len(c.data)
	c.data = slices.Grow(c.data, n+padding)[:have+n]
	n, err := in.data.ReadAt(c.data[have:], c.off+int64(have))
	c.data = c.data[:have+n]
	clear(c.data[len(c.data) : len(c.data)+padding])
	switch {
	case err == nil:
		return nil
	case err != io.EOF:
		return readError(in.name, err)
	case in.size >= 0 && c.off+int64(len(c.data)) < in.size:
		return &fs.PathError{Op: "read", Path: in.name, Err: stamp.ErrChanged} // it became shorter
	}
	c.last = true
	return nil
}

// lineEnd returns where the line that goes on at off ends, behind its line break. It
// holds nothing of the line, and may be called for a line that nobody else reads.
func (in *input) lineEnd(off int64) (int64, error) {
	buf := make([]byte, 1<<20)
	for {
		n, err := in.data.ReadAt(buf, off)
		if i := bytes.IndexByte(buf[:n], '\n'); i >= 0 {
			return off + int64(i) + 1, nil
		}
		off += int64(n)
		in.release(off)
		switch {
		case err == io.EOF:
			return off, nil
		case err != nil:
			return 0, readError(in.name, err)
		}
	}
}
