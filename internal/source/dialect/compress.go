package dialect

import (
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/sav-analytics/sav/source"
)

// A decompressor undoes one kind of compression.
type decompressor struct {
	name  string
	magic string
	open  func(io.Reader) (io.Reader, func(), error)
}

func nothing() {}

var decompressors = []decompressor{
	{"gzip", "\x1f\x8b", func(r io.Reader) (io.Reader, func(), error) {
		z, err := gzip.NewReader(r)
		return z, nothing, err
	}},
	{"zstd", "\x28\xb5\x2f\xfd", func(r io.Reader) (io.Reader, func(), error) {
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, nothing, err
		}
		return z, z.Close, nil
	}},
	{"bzip2", "BZh", func(r io.Reader) (io.Reader, func(), error) { return bzip2.NewReader(r), nothing, nil }},
}

// maxWindow is how far back zstd may refer, which it holds in memory: what zstd -22
// --ultra writes.
const maxWindow = 128 << 20

// compression returns how a file that begins with head is compressed; nil if it is not.
func compression(head []byte) *decompressor {
	for i := range decompressors {
		d := &decompressors[i]
		if !bytes.HasPrefix(head, []byte(d.magic)) {
			continue
		}
		if d.name == "bzip2" && (len(head) < 10 || head[3] < '1' || head[3] > '9' ||
			string(head[4:10]) != "1AY&SY" && string(head[4:10]) != "\x17\x72\x45\x38\x50\x90") {
			continue // a header may begin with these letters
		}
		return d
	}
	if len(head) >= 4 && head[0]&0xf0 == 0x50 && string(head[1:4]) == "\x2a\x4d\x18" { // a frame that is skipped
		return &decompressors[1]
	}
	return nil
}

// A rawReader is a file or stream as it is, and remembers what made it fail.
type rawReader struct {
	io.Reader
	err error
}

func (r *rawReader) Read(p []byte) (n int, err error) {
	n, err = r.Reader.Read(p)
	if err != nil && err != io.EOF {
		r.err = err
	}
	return n, err
}

// A textReader is what is made of a rawReader. Its errors say what went wrong: a damaged
// file is an [source.InputError], a failing disk is not.
type textReader struct {
	io.Reader
	raw        *rawReader
	name       string
	compressed bool
}

func (r *textReader) Read(p []byte) (n int, err error) {
	n, err = r.Reader.Read(p)
	return n, r.explain(err)
}

func (r *textReader) explain(err error) error {
	switch {
	case err == nil || err == io.EOF:
		return err
	case r.raw.err != nil:
		return systemError(r.name, r.raw.err)
	case r.compressed && errors.Is(err, io.ErrUnexpectedEOF):
		return fail(r.name, errors.New("the compressed data ends too early: the file is cut off"))
	case r.compressed:
		return fail(r.name, fmt.Errorf("the compressed data is damaged: %w", err))
	}
	return systemError(r.name, err)
}

// systemError returns an error of the operating system about name.
func systemError(name string, err error) error {
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return err
	}
	return &fs.PathError{Op: "read", Path: name, Err: err}
}

// fail returns err as an error of the input.
func fail(name string, err error) error { return &source.InputError{Input: name, Err: err} }
