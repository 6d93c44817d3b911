package jsonfile

import (
	"context"
	"errors"
	"io"

	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/dialect"
	"github.com/sav-analytics/sav/source/internal/chunk"
)

// Stdin is the name that stands for standard input.
const Stdin = dialect.Stdin

// Options say how files are read. The zero value is the default.
type Options struct {
	// Rules say how columns are found and values are read.
	source.Rules
	// Dialect says what cannot be found out of the files.
	Dialect dialect.Options
	// Stdin is what the name "-" stands for.
	Stdin io.Reader
	// Progress, if not nil, is called with how many bytes of how many were scanned; the
	// total is -1 if it is not known. It is called from several goroutines.
	Progress func(done, total int64)

	chunks    chunk.Options
	maxRecord int // 0: chunk.MaxRecord
}

// A Source is a list of JSON files that are read as one input. It can be read once, or
// several times if all are plain files in UTF-8.
type Source struct {
	files chunk.Source
	opts  Options
}

// Open opens the files and finds their columns. They must agree on the columns that all
// inputs have or none; a [source.InputError] says where they don't, and what else makes a
// file unusable. Close closes them.
func Open(names []string, opts Options) (*Source, error) {
	var files []*dialect.File
	for _, name := range names {
		f, err := dialect.Open(name, opts.Stdin, opts.Dialect)
		if err != nil {
			for _, f := range files {
				f.Close()
			}
			return nil, err
		}
		files = append(files, f)
	}
	return New(files, opts)
}

// New returns a source of files that are open, of which Options.Dialect and Stdin say
// nothing any more. It closes them if it fails.
func New(files []*dialect.File, opts Options) (*Source, error) {
	opts.chunks.Progress = opts.Progress
	s := &Source{files: chunk.Source{Options: opts.chunks}, opts: opts}
	if len(files) == 0 {
		return nil, errors.New("jsonfile: no file to read")
	}
	var failed error
	for _, f := range files {
		s.files.Inputs = append(s.files.Inputs, &chunk.Input{File: f, Header: &source.Header{}})
	}
	for i, f := range files {
		in, err := newInput(f, &s.opts)
		if err != nil {
			failed = err
			break
		}
		s.files.Inputs[i] = in
	}
	if failed == nil {
		failed = s.files.Agree()
	}
	if failed != nil {
		s.Close()
		return nil, failed
	}
	return s, nil
}

// Close closes the files.
func (s *Source) Close() error { return s.files.Close() }

// Columns returns the fields that any of the files has.
func (s *Source) Columns() source.Columns { return s.files.Columns() }

// Headers returns the files' headers.
func (s *Source) Headers() []*source.Header { return s.files.Headers() }

// EstimateRows guesses the number of rows from the size of the files and that of their
// first rows; 0 if that is not known.
func (s *Source) EstimateRows() int64 { return s.files.EstimateRows() }

// Read scans the files on all cores.
func (s *Source) Read(ctx context.Context, r *source.Receiver) error { return s.files.Read(ctx, r) }
