package csvfile

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/chunk"
	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/internal/source/record"
	"github.com/sav-analytics/sav/source"
)

// Options say how files are read. The zero value is the default.
type Options struct {
	// Rules say how columns are found and values are read.
	source.Rules
	chunk.Options

	slowly bool // without the fast path
}

// A Source is a list of CSV files that are read as one input. It can be read once, or
// several times if all are plain files in UTF-8.
type Source struct {
	chunk.Source
	opts Options
}

// New returns a source of open files, whose headers it reads. They must agree on the
// columns that all inputs have or none; a [source.InputError] says where they don't, and
// what else makes a file unusable. Close closes the files; so does New if it fails.
func New(files []*dialect.File, opts Options) (*Source, error) {
	s := &Source{chunk.Source{Options: opts.Options}, opts}
	return s, s.Add(files, func(f *dialect.File) (*chunk.Input, error) { return newInput(f, &s.opts) })
}

// newInput finds the columns of a file, and where its rows begin.
func newInput(f *dialect.File, opts *Options) (*chunk.Input, error) {
	if f.Format != dialect.FormatCSV {
		return nil, &source.InputError{Input: f.Name, Err: errors.New("is " + f.Format.String() + ", not CSV")}
	}
	rules := &opts.Rules
	layout, err := f.CSV(func(names []string) int { return intake.CountMeanings(names, rules) })
	if err != nil {
		return nil, err
	}
	header, err := intake.ResolveHeader(layout.Names, rules)
	if err != nil {
		if looksLikeData(layout.Names, rules.Zone) {
			err = fmt.Errorf("%w; this line looks like a row: expected one with the columns' names before it", err)
		}
		err = f.Explain(layout, err, func(names []string) bool {
			_, err := intake.ResolveHeader(names, rules)
			return err == nil
		})
		return nil, &source.InputError{Input: f.Name, Line: layout.HeaderLine, Err: err}
	}
	format := record.Format{Delimiter: layout.Delimiter, LineEnd: layout.LineEnd,
		NoQuotes: layout.NoQuotes, Backslash: layout.Backslash}
	in := &chunk.Input{File: f, Header: header, First: layout.First, Line: layout.Line,
		Scanner: func(needs source.Needs, dict *source.Dict) chunk.Scanner {
			s := newScanner(f, format, header, rules, dict)
			s.parser.Serve(needs)
			if needs.Rows || opts.slowly { // the fast path says no lines
				s.fast = nil
			}
			s.maxRecord = cmp.Or(opts.MaxRecord, chunk.MaxRecord)
			return s
		}}
	in.RowBytes, err = meanRow(f, layout.First, format)
	// A row has a byte for each field at least: short ones at the beginning say little.
	in.RowBytes = max(in.RowBytes, len(header.Names))
	return in, err
}

// looksLikeData reports whether a header has a time in the place of a name.
func looksLikeData(names []string, zone *source.Zone) bool {
	for _, name := range names {
		at, _ := intake.ParseTime([]byte(strings.TrimSpace(name)), zone)
		if at != source.MissingTime && at != intake.BadTime {
			return true
		}
	}
	return false
}

// meanRow returns how many bytes the first rows from off on have, on the average.
func meanRow(f *dialect.File, off int64, format record.Format) (int, error) {
	const sampled, unknown = 256, 64 // rows; bytes of a row without a text
	data := make([]byte, 64<<10)
	n, err := f.ReadAt(data, off)
	if err != nil && err != io.EOF {
		return 0, err
	}
	data = data[:n]
	rows, p, split := 0, 0, record.NewSplitter(format, 1)
	for rows < sampled {
		next, out := split.Split(data, p, false)
		if out != record.Whole {
			break
		}
		p = next
		rows++
	}
	if rows == 0 {
		return unknown, nil
	}
	return p / rows, nil
}
