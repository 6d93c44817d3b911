// Package inspect finds out what files of messages are, before they are analysed: their
// layout, which column serves which meaning, the forms of their times, the words for who
// wrote. It asks the readers what they would do, and guesses what an analysis would have
// to be told where that is not enough.
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
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/files"
	"github.com/sav-analytics/sav/source/internal/dialect"
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
	// Clock is the time from which messages in the future are told; zero is none.
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
	names, err := files.Expand(names)
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
			var input *source.InputError
			if !errors.As(err, &input) && !errors.As(err, new(source.RulesError)) {
				return nil, err
			}
			r.note("even with what was guessed, the files cannot be read: %v", err)
			m = nil
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

// describe says what the columns are.
func (r *Report) describe(s *sample, g *guesser, opts *Options) {
	r.Names = s.names
	for _, row := range s.rows[:min(len(s.rows), shownRows)] {
		var cells []string
		for i := range row {
			cells = append(cells, s.cell0(row[i]))
		}
		r.First = append(r.First, cells)
	}
	_, missing, _ := intake.FindColumns(s.names, &opts.Rules)
	for _, f := range missing {
		r.Missing = append(r.Missing, f.String())
	}
	for f := range source.NumFields {
		c := Column{Field: f.String()}
		by, ok := g.header.Serves(f)
		switch {
		case ok:
			c.By, c.Why = by, why(f, by, opts, g)
		case slices.Contains(g.missing, f):
			c.Needed, c.Nearest = true, intake.Nearest(g.header, f)
		}
		r.Columns = append(r.Columns, c)
	}
	for i, name := range s.names {
		if !g.serves(i) && name != "" {
			r.Unused = append(r.Unused, name)
		}
	}
	parser := intake.NewParser(nil, &g.rules, source.NewDict())
	if i := g.header.Index[source.SenderRole]; i >= 0 && s.columns[i].values != nil {
		for _, word := range slices.Sorted(maps.Keys(s.columns[i].values)) {
			role := Role{Word: word, Count: s.columns[i].values[word], Meaning: roleNames[parser.By([]byte(word))],
				Why: "known"}
			for _, guess := range g.guesses {
				if guess.Kind == GuessRole && guess.Name == word {
					role.Why = "guessed"
				}
			}
			if _, given := opts.Roles[word]; given {
				role.Why = "given"
			}
			r.Roles = append(r.Roles, role)
		}
	}
	if i := g.header.Index[source.CreatedAt]; i >= 0 {
		r.Times.Forms = formsOf(s, i, parser)
	}
}

// cell0 returns a value as a report shows it: on one line.
func (s *sample) cell0(cell []byte) string {
	clean, _ := intake.Clean(cell)
	return strings.Join(strings.Fields(string(clean)), " ")
}

// why says why a column serves a field.
func why(f source.Field, by string, opts *Options, g *guesser) string {
	if _, given := opts.Override[f]; given {
		return "given"
	}
	if _, given := opts.Set[f]; given {
		return "given"
	}
	for _, guess := range g.guesses {
		if (guess.Kind == GuessColumn || guess.Kind == GuessSet) && guess.Name == f.String() {
			return "guessed"
		}
	}
	if intake.SameName(by, f.String()) {
		return "its name"
	}
	return "an alias"
}

// formsOf returns the forms of a column of times, the commonest first.
func formsOf(s *sample, column int, parser *intake.Parser) []Form {
	shapes := make(map[string]*Form)
	for row := range s.rows {
		cell := s.cell(row, column)
		if cell == "" {
			continue
		}
		at, _ := parser.Time([]byte(cell))
		shape := fmt.Sprint(at > source.BadTime) + shapeOf(cell)
		if f := shapes[shape]; f != nil {
			f.Count++
		} else {
			shapes[shape] = &Form{Example: cell, Count: 1, Read: at > source.BadTime}
		}
	}
	var forms []Form
	for _, f := range shapes {
		forms = append(forms, *f)
	}
	slices.SortFunc(forms,
		func(a, b Form) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Example, b.Example)) })
	return forms[:min(len(forms), 8)]
}

// shapeOf returns a text with its runs of digits and of letters made one sign.
func shapeOf(text string) string {
	var b strings.Builder
	last := byte(0)
	for i := range len(text) {
		c := text[i]
		switch {
		case isDigit(c):
			c = '0'
		case isLetter(c):
			c = 'a'
		}
		if c != last || c != '0' && c != 'a' {
			b.WriteByte(c)
		}
		last = c
	}
	return b.String()
}

// measure says what the rows come to.
func (r *Report) measure(m *measure, opts *Options) {
	slices.SortFunc(m.batches, func(a, b source.Batch) int { return cmp.Compare(a.Seq, b.Seq) })
	r.Rows, r.More = m.counts.Rows, m.more
	r.Counts, r.Facts = m.counts, m.facts
	type conversation struct {
		client, merchant, several bool
		of                        source.ID
	}
	conversations := make(map[source.ID]*conversation)
	clients, merchants := make(map[source.ID]bool), make(map[source.ID]bool)
	seen := make(map[[2]source.ID]bool)
	var first, last int64
	timed := false
	for _, b := range m.batches {
		for i, at := range b.At {
			if id := b.MessageID[i]; id != ids.Absent {
				key := [2]source.ID{b.Conversation[i], id}
				if seen[key] {
					r.Duplicates++
					continue
				}
				seen[key] = true
			}
			c := conversations[b.Conversation[i]]
			if c == nil {
				c = &conversation{of: b.Merchant[i]}
				conversations[b.Conversation[i]] = c
			}
			if b.Role[i] == source.FromClient {
				r.Clients++
				c.client = true
			} else {
				r.Merchants++
				c.merchant = true
			}
			c.several = c.several || c.of != b.Merchant[i]
			merchants[b.Merchant[i]] = true
			if b.Client[i] != ids.Absent {
				clients[b.Client[i]] = true
			}
			if !timed || at < first {
				first = at
			}
			if !timed || at > last {
				last = at
			}
			timed = true
		}
	}
	for _, c := range conversations {
		if c.client && c.merchant {
			r.Answered++
		}
		if c.several {
			r.Several++
		}
	}
	r.Conversations, r.ClientIDs, r.MerchantIDs = len(conversations), len(clients), len(merchants)
	if timed {
		from, to := time.UnixMicro(first).UTC(), time.UnixMicro(last).UTC()
		r.Times.First, r.Times.Last = &from, &to
	}
	for reason, example := range m.rejected {
		example.Count = m.counts.Rejected[reason]
		r.Rejected = append(r.Rejected, *example)
	}
	slices.SortFunc(r.Rejected,
		func(a, b Rejected) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Reason, b.Reason)) })
	if r.Rows == 0 {
		return
	}
	if share := float64(m.counts.TotalRejected()) / float64(r.Rows); share > opts.MaxRejectRate && share <= 0.5 {
		r.MaxRejectRate = float64(int(share*100)+2) / 100
	}
}
