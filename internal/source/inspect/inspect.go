// Package inspect finds out what files of messages are, before they are analysed: their
// layout, which column serves which meaning, the forms of their times, the words for who
// wrote. It asks the readers what they would do, and guesses what an analysis would have
// to be given where that is not enough.
//
//	report, err := inspect.Files(ctx, names, inspect.Options{})
//
// It stands in the flow's first room, above the readers of files: source → frame →
// analysis → sink.
package inspect

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/files"
)

// Options say what is known of the files already. The zero value is nothing.
type Options struct {
	// Rules say how columns are found and values are read.
	source.Rules
	// Dialect says what cannot be found out of the files.
	Dialect dialect.Options
	// Stdin is what the name "-" stands for; its beginning is held in memory.
	Stdin io.Reader
	// Rows is how many rows are read, about; 0 is 100,000.
	Rows int
	// Clock is the time from which messages are in the future; zero: none is.
	Clock time.Time
	// MaxRejectRate is the share of rejected rows with which an analysis runs; 0 is 1 %.
	MaxRejectRate float64

	stdin []byte
}

const (
	defaultRows          = 100_000
	defaultMaxRejectRate = 0.01
	// maxSampled is how many rows are looked at cell by cell.
	maxSampled = 20_000
	// maxStdin is how much of standard input is looked at.
	maxStdin = 64 << 20
	// shownRows is how many rows a report shows.
	shownRows = 5
)

func (o *Options) sampled() int { return min(o.Rows, maxSampled) }

// reader returns standard input, which may be read several times.
func (o *Options) reader() io.Reader {
	if o.stdin == nil {
		return nil
	}
	return bytes.NewReader(o.stdin)
}

// Files looks at some files, and at those in folders, as one input. It returns an error
// if they cannot be read at all: a [source.InputError] says why.
func Files(ctx context.Context, names []string, opts Options) (*Report, error) {
	if len(names) == 0 {
		return nil, errors.New("no file to inspect")
	}
	opts.Rows = cmp.Or(max(opts.Rows, 0), defaultRows)
	opts.MaxRejectRate = cmp.Or(opts.MaxRejectRate, defaultMaxRejectRate)
	names, err := dialect.Expand(names)
	if err != nil {
		return nil, err
	}
	r := &Report{Unused: []string{}, Missing: []string{}, Roles: []Role{}, Rejected: []Rejected{}, Notes: []string{},
		Guesses: []Guess{}}
	if slices.Contains(names, files.Stdin) {
		if opts.Stdin == nil {
			return nil, errors.New("standard input is not open")
		}
		var cut bool
		if opts.stdin, cut, err = spoolStdin(opts.Stdin, maxStdin); err != nil {
			return nil, err
		}
		if cut {
			r.note("standard input goes on beyond the first %d MB, which were looked at", maxStdin>>20)
		}
	}
	first, err := r.openAll(names, &opts)
	if err != nil {
		return nil, err
	}
	found := first.Options()
	found = mergeDialect(opts.Dialect, found, first.guesses)
	s := newSample(first.table.names, first.table.rows, opts.Zone)
	s.late = first.table.late
	g, err := guess(s, opts.Rules)
	if err != nil {
		return nil, &source.InputError{Input: first.Name, Err: err}
	}
	asItIs, err := read(ctx, names, &opts, opts.Dialect, opts.Rules)
	r.judge(asItIs, err, opts.MaxRejectRate)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	r.Guesses = append(append(r.Guesses, first.guesses...), g.guesses...)
	m := asItIs
	if len(r.Guesses) > 0 || err != nil {
		if m, err = read(ctx, names, &opts, found, g.rules); err != nil {
			_, input := errors.AsType[*source.InputError](err)
			if _, rules := errors.AsType[source.RulesError](err); !input && !rules {
				return nil, err
			}
			if m = nil; r.Fits {
				// What was guessed of the first file does not suit the others, which need no guess.
				m, r.Guesses, g = asItIs, []Guess{}, known(s, opts.Rules)
			} else {
				r.note("even with what was guessed, the files cannot be read: %v", err)
			}
		}
	}
	r.describe(s, g, &opts)
	if m != nil {
		r.measure(m, &opts)
	}
	for _, note := range g.notes {
		r.note("%s", note)
	}
	return r, nil
}

// mergeDialect returns the options that were given with those that were guessed.
func mergeDialect(given, opened dialect.Options, guesses []Guess) dialect.Options {
	for _, g := range guesses {
		switch g.Name {
		case "encoding":
			given.Encoding = opened.Encoding
		case "skip-lines":
			given.SkipLines = opened.SkipLines
		case "delimiter":
			given.Delimiter = opened.Delimiter
		case "quote":
			given.NoQuotes = true
		case "escape":
			given.Backslash = true
		}
	}
	return given
}

func (r *Report) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

// openAll opens each file and says what it is. The first one is returned, closed.
func (r *Report) openAll(names []string, opts *Options) (first *file, err error) {
	for i, name := range names {
		f, err := openFile(name, opts)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in := Input{Name: f.Name, Format: f.Format.String(), Compression: f.Compression, Encoding: f.Encoding,
			Mark: f.Mark}
		if f.layout != nil {
			in.Delimiter, in.LineEnds = delimiterName(f.layout.Delimiter), f.table.lines
			in.HeaderLine = f.layout.HeaderLine
		}
		r.Inputs = append(r.Inputs, in)
		if i == 0 {
			first = f
		}
	}
	if first.table == nil || len(first.table.names) == 0 {
		return nil, &source.InputError{Input: first.Name, Err: errors.New("has no rows to look at")}
	}
	return first, nil
}

// judge says whether an analysis could run as it is.
func (r *Report) judge(m *measure, err error, maxRejectRate float64) {
	switch {
	case err != nil:
		r.Why = err.Error()
	case m.counts.Rows > 0 && float64(m.counts.TotalRejected()) > maxRejectRate*float64(m.counts.Rows):
		var reasons []string
		for reason, n := range m.counts.RejectedBy() {
			reasons = append(reasons, fmt.Sprintf("%d %s", n, reason))
		}
		slices.Sort(reasons)
		r.Why = fmt.Sprintf("%d of %d rows would be rejected: %s", m.counts.TotalRejected(), m.counts.Rows,
			strings.Join(reasons, ", "))
	default:
		r.Fits = true
	}
}
