package dialect

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/sav-analytics/sav/internal/stamp"
	"github.com/sav-analytics/sav/source"
)

// Stdin is the name that stands for standard input.
const Stdin = "-"

// A File is an open file whose format is known. Its text is in UTF-8, without
// a byte-order mark, however the bytes were packed: ill-formed text is ill-formed there,
// too. It may be read by several goroutines at once.
type File struct {
	Path        string // as it was given
	Name        string // for people: standard input has no path
	Format      Format
	Compression string // gzip, zstd or bzip2; "" means not compressed
	Encoding    string // by its name in the WHATWG's Encoding Standard; "" for Parquet
	Mark        bool   // it had a byte-order mark
	Size        int64  // of the text, with the mark, or of Parquet; -1 if that is not known before it is read

	options   Options
	start     int64 // of the text, behind the mark
	data      io.ReaderAt
	closers   []func() error
	unpacked  func() // ends the decompression, unless a spool does
	release   func(before int64)
	interrupt func()
	stamp     stamp.Stamp
	stream    bool // it can be read once
	taken     bool // it was
}

const (
	// headSize is how much of a file says what it is.
	headSize = 64 << 10
	// readSize is how much of a stream is read at a time. Decompressors would take 4 KiB,
	// and spend a thirtieth of their time on asking the system.
	readSize = 64 << 10
)

// Open opens a file, or stdin if its name is [Stdin], and finds out what it is. The error
// is a [source.InputError], with a [Foreign] in it if the file is of a format that is not read.
func Open(name string, stdin io.Reader, options Options) (_ *File, err error) {
	if err := options.Check(); err != nil {
		return nil, err
	}
	f := &File{Path: name, Name: name, options: options, Size: -1, release: func(int64) {}, interrupt: func() {}}
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	if name == Stdin {
		if stdin == nil {
			return nil, errors.New("standard input is not open")
		}
		f.Name, f.stream = "standard input", true
		return f, f.recognise(stdin, nil)
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	f.closers = append(f.closers, file.Close)
	info, err := file.Stat()
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, fail(name, errors.New("is a directory; expected a file"))
	case !info.Mode().IsRegular(): // a pipe, say
		f.stream = true
		return f, f.recognise(file, nil)
	}
	f.Size, f.stamp = info.Size(), stamp.New(file, info)
	return f, f.recognise(file, file)
}

// OpenAll opens several files, or none if one of them fails or ctx is done.
func OpenAll(ctx context.Context, names []string, stdin io.Reader, options Options) (files []*File, err error) {
	defer func() {
		if err != nil {
			for _, f := range files {
				f.Close()
			}
		}
	}()
	for _, name := range names {
		if ctx.Err() != nil {
			return files, context.Cause(ctx)
		}
		f, err := Open(name, stdin, options)
		if err != nil {
			return files, err
		}
		files = append(files, f)
	}
	return files, nil
}

// recognise finds out what the file is that r reads; plain is the same file if it is a
// regular one.
func (f *File) recognise(r io.Reader, plain *os.File) error {
	raw := &rawReader{Reader: r}
	text := &textReader{Reader: raw, raw: raw, name: f.Name}
	in := bufio.NewReaderSize(text, readSize)
	head, last, err := f.head(in)
	if err != nil {
		return err
	}
	if packed := compression(head); packed != nil {
		f.Compression, f.Size, plain = packed.name, -1, nil
		unpacked, closeReader, err := packed.open(in)
		text = &textReader{Reader: unpacked, raw: raw, name: f.Name, compressed: true}
		if err != nil {
			if err == io.EOF { // there is not even a header
				err = io.ErrUnexpectedEOF
			}
			return text.explain(err)
		}
		f.unpacked = closeReader
		in = bufio.NewReaderSize(text, readSize)
		if head, last, err = f.head(in); err != nil {
			return err
		}
		if again := compression(head); again != nil {
			return fail(f.Name, &Foreign{What: again.name + " within " + packed.name, Do: "decompress it once first"})
		}
	}
	parquet, err := binaryFormat(head)
	switch {
	case err != nil:
		return fail(f.Name, err)
	case parquet && f.Compression != "":
		return fail(f.Name, &Foreign{What: "Parquet within " + f.Compression,
			Do: "decompress it first: Parquet is compressed itself"})
	case parquet && plain == nil:
		return fail(f.Name, &Foreign{What: "Parquet in a stream", Do: "save it as a file: it is read from its end"})
	case parquet:
		f.Format, f.data = FormatParquet, plain
		return nil
	}
	return f.recogniseText(in, head, last, plain)
}

// recogniseText goes on with what is no binary file.
func (f *File) recogniseText(in *bufio.Reader, head []byte, last bool, plain *os.File) error {
	name, markLength, err := f.options.encodingOf(head)
	if err != nil {
		return err
	}
	f.Encoding, f.Mark = name, markLength > 0
	if f.options.Encoding == "" && !f.Mark {
		if err := unmarkedUTF16(head); err != nil {
			return fail(f.Name, err)
		}
	}
	if name != utf8Name {
		plain, f.Size = nil, -1
		if _, err := in.Discard(markLength); err != nil {
			return err
		}
		markLength = 0
		decoded, err := newDecoder(name, in)
		if err != nil {
			return err
		}
		in = bufio.NewReaderSize(decoded, readSize)
		if head, last, err = f.head(in); err != nil {
			return err
		}
	}
	f.start = int64(markLength)
	if f.Format, err = textFormat(head[markLength:], last); err != nil {
		return fail(f.Name, err)
	}
	if plain != nil {
		f.data = plain
		return nil
	}
	s := newSpool(in, f.unpacked)
	f.unpacked = nil
	f.stream, f.data, f.release, f.interrupt = true, s, s.release, s.close
	f.closers = append(f.closers, func() error { s.close(); return nil })
	return nil
}

// head returns what in begins with, and whether that is all.
func (f *File) head(in *bufio.Reader) (head []byte, last bool, err error) {
	head, err = in.Peek(headSize)
	switch {
	case err == io.EOF:
		return head, true, nil
	case err != nil && len(head) == 0:
		return nil, false, err
	}
	return head, false, nil // an error is met again by who reads on
}

// Start returns where the text begins, for ReadAt.
func (f *File) Start() int64 { return f.start }

// Options returns what the file was opened with.
func (f *File) Options() Options { return f.options }

// ReadAt reads text, or the bytes of Parquet, from off on, as [io.ReaderAt] does. Of a stream, it waits for the text.
// The error is a [source.InputError] if the file cannot be used.
func (f *File) ReadAt(p []byte, off int64) (n int, err error) {
	n, err = f.data.ReadAt(p, off)
	switch {
	case err == nil:
		return n, nil
	case err != io.EOF && f.stream:
		return n, err
	case err != io.EOF:
		return n, systemError(f.Name, err)
	case f.Size >= 0 && off+int64(n) < f.Size: // it became shorter
		return n, f.Check(systemError(f.Name, io.ErrUnexpectedEOF))
	}
	return n, io.EOF
}

// Release says that the text before that place will not be read again. A stream that is
// not released is held in memory.
func (f *File) Release(before int64) { f.release(before) }

// Interrupt ends reads that wait for a stream.
func (f *File) Interrupt() { f.interrupt() }

// Begin is called before the whole file is read. It returns an error if it cannot be
// read any more: only plain files can be read twice.
func (f *File) Begin() error {
	if f.stream && f.taken {
		return fmt.Errorf("%s: %w, as a stream, or a compressed or converted file: open it again", f.Name,
			source.ErrReadTwice)
	}
	f.taken = true
	return nil
}

// Check is called when the whole file was read, with the error that ended it. It returns
// another one, no [source.InputError], if the file was changed meanwhile.
func (f *File) Check(err error) error { return f.stamp.Check(f.Name, err) }

// Close closes the file.
func (f *File) Close() error {
	if f.unpacked != nil {
		f.unpacked()
		f.unpacked = nil
	}
	var all []error
	for i := len(f.closers) - 1; i >= 0; i-- {
		all = append(all, f.closers[i]())
	}
	f.closers = nil
	return errors.Join(all...)
}
