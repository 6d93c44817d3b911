package jsonfile

import (
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/internal/swar"
)

// Cut returns o with chunks of so many bytes, scanned by so many goroutines.
func (o Options) Cut(chunkSize, workers int) Options {
	o.chunks.Size, o.chunks.Workers = chunkSize, workers
	return o
}

// Limit returns o with a limit of n bytes to an object.
func (o Options) Limit(n int) Options {
	o.maxRecord = n
	return o
}

// ReadPlainly reads the files as Read does, each as one chunk.
func (s *Source) ReadPlainly(r *source.Receiver) error { return s.files.ScanAll(r) }

// Valid reports whether a text is one JSON value, between white space.
func Valid(s []byte) bool {
	t := &text{b: append(append([]byte{}, s...), make([]byte, swar.Padding)...), end: len(s)}
	p := t.skip(t.space(0), 0)
	return p >= 0 && t.space(p) == len(s)
}

// Unescape returns what the text of a string stands for.
func Unescape(s string) string { return string(unescape(nil, []byte(s))) }
