// Package files opens files of messages of whatever kinds as one source: delimited text,
// JSON Lines, JSON arrays and Parquet, plain or compressed, single or in folders.
//
// It stands in the flow's first room, below the readers of each format, which it calls:
// source → frame → analysis → sink.
package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/chunk"
	"github.com/sav-analytics/sav/internal/source/csvfile"
	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/internal/source/jsonfile"
	"github.com/sav-analytics/sav/internal/source/parquetfile"
	"github.com/sav-analytics/sav/source"
)

// Stdin is the name that stands for standard input.
const Stdin = dialect.Stdin

// Options say how files are read. The zero value is the default.
type Options struct {
	// Rules say how columns are found and values are read.
	source.Rules
	// Dialect says what cannot be found out of the files.
	Dialect Dialect
	// Stdin is what the name "-" stands for.
	Stdin io.Reader
	// Progress, if not nil, is called with how many bytes of how many were read; the total
	// is -1 if it is not known. It is called from several goroutines.
	Progress func(done, total int64)
}

// A Dialect says what of a file cannot be found out, or not rightly: the Delimiter of CSV,
// SkipLines before its header, NoQuotes if quotes are characters like others, a Backslash
// that stands for the byte after it, and the Encoding of text without a byte-order mark, by
// a label of the WHATWG's Encoding Standard. The zero value finds out everything.
type Dialect = dialect.Options

// A Source is some files that are read as one input.
type Source struct {
	files []*dialect.File
	parts []part
	all   source.Source // the parts, one after the other
}

// A part is neighbours of one format.
type part interface {
	source.Source
	source.Headed
	source.Sizer
	io.Closer
}

// Open opens files, in place of a folder those in it, bytewise in order, without those that
// begin with a dot or an underscore and not deeper. They must agree on the columns that all
// inputs have or none. A [source.InputError] says what makes a file unusable. Close closes
// them.
func Open(ctx context.Context, names []string, opts Options) (_ *Source, err error) {
	if len(names) == 0 {
		return nil, errors.New("no file to read")
	}
	if names, err = dialect.Expand(names); err != nil {
		return nil, err
	}
	s := &Source{}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	if s.files, err = dialect.OpenAll(ctx, names, opts.Stdin, opts.Dialect); err != nil {
		return nil, openError(err)
	}
	var sources []source.Source
	for from := 0; from < len(s.files); {
		to := from + 1
		for to < len(s.files) && s.files[to].Format == s.files[from].Format {
			to++
		}
		p, err := s.open(from, to, &opts)
		if err != nil {
			return nil, err
		}
		s.parts, sources = append(s.parts, p), append(sources, p)
		from = to
	}
	s.all = source.Concat(sources...)
	return s, intake.AgreeAll(s.Headers(), func(i int) string { return s.files[i].Name })
}

// open makes one source of files of one format.
func (s *Source) open(from, to int, opts *Options) (part, error) {
	files, read := s.files[from:to], chunk.Options{Progress: s.progressOf(from, to, opts.Progress)}
	switch files[0].Format {
	case dialect.FormatParquet:
		return parquetfile.New(files, parquetfile.Options{Rules: opts.Rules, Progress: read.Progress})
	case dialect.FormatCSV:
		return csvfile.New(files, csvfile.Options{Rules: opts.Rules, Options: read})
	}
	return jsonfile.New(files, jsonfile.Options{Rules: opts.Rules, Options: read})
}

// progressOf returns a function that makes of the progress in files[from:to] that in all.
func (s *Source) progressOf(from, to int, progress func(done, total int64)) func(done, total int64) {
	if progress == nil {
		return nil
	}
	before, behind := sizeOf(s.files[:from]), sizeOf(s.files[to:])
	return func(done, total int64) {
		if total < 0 || before < 0 || behind < 0 {
			progress(max(before, 0)+done, -1)
			return
		}
		progress(before+done, before+total+behind)
	}
}

// sizeOf returns how many bytes will be read of files; -1 if that is not known.
func sizeOf(files []*dialect.File) int64 {
	var sum int64
	for _, f := range files {
		if f.Size < 0 {
			return -1
		}
		sum += f.Size
	}
	return sum
}

// openError returns an error of opening a file with what to do about it.
func openError(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w: whoever runs this may not read it", err)
	}
	return err
}

// Names returns the names of the files, those in folders too.
func (s *Source) Names() []string {
	names := make([]string, len(s.files))
	for i, f := range s.files {
		names[i] = f.Path
	}
	return names
}

// Columns returns the fields that any of the files has.
func (s *Source) Columns() source.Columns { return s.all.Columns() }

// Headers returns the files' headers.
func (s *Source) Headers() (headers []*source.Header) {
	for _, p := range s.parts {
		headers = append(headers, p.Headers()...)
	}
	return headers
}

// EstimateRows guesses the number of rows; 0 if that is not known.
func (s *Source) EstimateRows() int64 { return s.all.(source.Sizer).EstimateRows() }

// Read reads the files on all cores, one after the other.
func (s *Source) Read(ctx context.Context, r *source.Receiver) error { return s.all.Read(ctx, r) }

// Close closes the files.
func (s *Source) Close() error {
	var all []error
	for _, p := range s.parts {
		all = append(all, p.Close())
	}
	for _, f := range s.files {
		all = append(all, f.Close()) // those of no part yet; closing twice does no harm
	}
	return errors.Join(all...)
}
