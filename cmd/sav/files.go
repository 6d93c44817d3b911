package main

import (
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/csvfile"
	"github.com/sav-analytics/sav/source/parquetfile"
)

// A fileInput is files, of whatever kinds.
type fileInput struct {
	source.Source
	names []string
	parts []io.Closer
}

func (f *fileInput) Names() []string { return f.names }

// EstimateRows makes it a [source.Sizer].
func (f *fileInput) EstimateRows() int64 { return f.Source.(source.Sizer).EstimateRows() }

func (f *fileInput) Close() error {
	var all []error
	for _, part := range f.parts {
		all = append(all, part.Close())
	}
	return errors.Join(all...)
}

func isParquet(name string) bool { return strings.HasSuffix(strings.ToLower(name), ".parquet") }

// openFiles opens files as one input. Neighbours of one kind are read together.
func openFiles(names []string, read csvfile.Options) (*fileInput, error) {
	f := &fileInput{names: names}
	var sources []source.Source
	for from := 0; from < len(names); {
		to := from + 1
		for to < len(names) && isParquet(names[to]) == isParquet(names[from]) {
			to++
		}
		part, err := openAlike(names[from:to], read, progressOfPart(names, from, to, read.Progress))
		if err != nil {
			f.Close()
			return nil, err
		}
		sources, f.parts = append(sources, part), append(f.parts, part)
		if err := part.Columns().Agree(names[from], names[0], sources[0].Columns()); err != nil {
			f.Close()
			return nil, err
		}
		from = to
	}
	f.Source = source.Concat(sources...)
	return f, nil
}

// openAlike opens files of one kind.
func openAlike(names []string, read csvfile.Options, progress func(done, total int64)) (interface {
	source.Source
	io.Closer
}, error) {
	if isParquet(names[0]) {
		return parquetfile.Open(names, parquetfile.Options{Rules: read.Rules, Progress: progress})
	}
	read.Progress = progress
	return csvfile.Open(names, read)
}

// progressOfPart makes of the progress in names[from:to] that in all names.
func progressOfPart(names []string, from, to int, progress func(done, total int64)) func(done, total int64) {
	if from == 0 && to == len(names) {
		return progress
	}
	before, behind := sizeOf(names[:from]), sizeOf(names[to:])
	return func(done, total int64) {
		if total < 0 || before < 0 || behind < 0 {
			progress(max(before, 0)+done, -1)
			return
		}
		progress(before+done, before+total+behind)
	}
}

// sizeOf is how many bytes will be read of files; -1 if that is not known.
func sizeOf(names []string) int64 {
	var sum int64
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil || !info.Mode().IsRegular() || strings.HasSuffix(strings.ToLower(name), ".gz") {
			return -1
		}
		sum += info.Size()
	}
	return sum
}

// stdinTwice reports whether standard input is to be read more than once.
func stdinTwice(names []string) bool {
	first := slices.Index(names, csvfile.Stdin)
	return first >= 0 && slices.Contains(names[first+1:], csvfile.Stdin)
}
