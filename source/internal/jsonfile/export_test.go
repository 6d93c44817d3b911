package jsonfile

import (
	"context"
	"io"

	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/internal/chunk"
	"github.com/sav-analytics/sav/source/internal/dialect"
	"github.com/sav-analytics/sav/source/internal/swar"
)

// OpenOptions are the options of Open.
type OpenOptions struct {
	source.Rules
	Dialect  dialect.Options
	Stdin    io.Reader
	Progress func(done, total int64)

	chunks    chunk.Options
	maxRecord int
}

// Stdin is the name that stands for standard input.
const Stdin = dialect.Stdin

// Open opens files as the package files does.
func Open(names []string, o OpenOptions) (*Source, error) {
	files, err := dialect.OpenAll(context.Background(), names, o.Stdin, o.Dialect)
	if err != nil {
		return nil, err
	}
	return New(files, Options{Rules: o.Rules, Progress: o.Progress, chunks: o.chunks, maxRecord: o.maxRecord})
}

// Cut returns o with chunks of so many bytes, scanned by so many goroutines.
func (o OpenOptions) Cut(chunkSize, workers int) OpenOptions {
	o.chunks.Size, o.chunks.Workers = chunkSize, workers
	return o
}

// Limit returns o with a limit of n bytes to an object.
func (o OpenOptions) Limit(n int) OpenOptions {
	o.maxRecord = n
	return o
}

// ReadPlainly reads the files as Read does, each as one chunk.
func (s *Source) ReadPlainly(r *source.Receiver) error { return s.ScanAll(r) }

// Valid reports whether a text is one JSON value, between white space.
func Valid(s []byte) bool {
	t := &text{b: append(append([]byte{}, s...), make([]byte, swar.Padding)...), end: len(s)}
	p := t.skip(t.space(0), 0)
	return p >= 0 && t.space(p) == len(s)
}

// Unescape returns what the text of a string stands for.
func Unescape(s string) string { return string(unescape(nil, []byte(s))) }
