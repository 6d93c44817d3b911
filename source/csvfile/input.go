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
		return in, nil
	case !info.Mode().IsRegular(): // a pipe, say
		return streamInput(name, f, f.Close), nil
	}
	return &input{name: name, data: f, size: info.Size(), release: func(int64) {}, interrupt: func() {}, close: f.Close}, nil
}

// compressedBuffer is how much of a compressed file is read at a time. The reader
// would take 4 KiB, and spend a thirtieth of its time on asking the system.
const compressedBuffer = 256 << 10

// streamInput makes an input of what can only be read once.
func streamInput(name string, r io.Reader, closeReader func() error) *input {
	s := newSpool(r)
	return &input{name: name, data: s, size: -1, release: s.release, interrupt: s.close, close: func() error {
		s.close()
		return closeReader()
	}}
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
	case errors.Is(err, errTooLong):
		return &source.InputError{Input: name, Err: err}
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
		return &source.InputError{Input: in.name, Err: errors.New("the file became shorter while it was read")}
	}
	c.last = true
	return nil
}

// lookahead is how long a quoted field may be before its closing quote is
// looked for without keeping what lies between.
const lookahead = 16 << 20

// extend reads more data for the record at c.data[p:], which splitter found to
// be incomplete. It returns false if that record's quote is never closed.
func (in *input) extend(c *chunk, p int, s *splitter) (closed bool, err error) {
	more := max(len(c.data)-p, tail)
	if s.quote >= 0 && len(c.data)-s.quote > lookahead && bytes.IndexByte(c.data[p:], '\n') >= 0 {
		end, err := in.closingQuote(c.off + int64(s.quote) + 1)
		if err != nil || end < 0 {
			return false, err
		}
		more = int(end-c.off) - len(c.data) + tail
	}
	return true, in.read(c, max(more, tail))
}

// closingQuote returns the place of the quote that closes a field whose content
// begins at off, or -1 if none does.
func (in *input) closingQuote(off int64) (int64, error) {
	buf := make([]byte, 1<<20)
	quotes := 0 // in a row, up to where we are
	for {
		n, err := in.data.ReadAt(buf, off)
		for i := 0; i < n; i++ {
			if buf[i] == '"' {
				quotes++
				continue
			}
			if quotes%2 == 1 {
				return off + int64(i) - 1, nil
			}
			quotes = 0
			skip := bytes.IndexByte(buf[i:n], '"')
			if skip < 0 {
				break
			}
			i += skip - 1
		}
		off += int64(n)
		switch {
		case err == io.EOF && quotes%2 == 1:
			return off - 1, nil
		case err == io.EOF:
			return -1, nil
		case err != nil:
			return 0, readError(in.name, err)
		}
	}
}
