package jsonfile

import (
	"github.com/sav-analytics/sav/internal/source/chunk"
	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/source"
)

// Options say how files are read. The zero value is the default.
type Options struct {
	// Rules say how columns are found and values are read.
	source.Rules
	chunk.Options
}

// A Source is a list of JSON files that are read as one input. It can be read once, or
// several times if all are plain files in UTF-8.
type Source struct {
	chunk.Source
	opts Options
}

// New returns a source of open files, whose columns it finds. They must agree on the
// columns that all inputs have or none; a [source.InputError] says where they don't, and
// what else makes a file unusable. Close closes the files; so does New if it fails.
func New(files []*dialect.File, opts Options) (*Source, error) {
	s := &Source{chunk.Source{Options: opts.Options}, opts}
	return s, s.Add(files, func(f *dialect.File) (*chunk.Input, error) { return newInput(f, &s.opts) })
}
