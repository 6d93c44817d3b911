package inspect

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/internal/source/record"
	"github.com/sav-analytics/sav/source"
)

// A file is a file whose layout is known, with its first rows.
type file struct {
	*dialect.File
	layout  *dialect.CSV // nil if it is not delimited
	table   *table
	guesses []Guess
}

// openFile opens a file and guesses what its bytes and options do not say of its layout.
func openFile(name string, in *Options) (f *file, err error) {
	f = &file{}
	opts := in.Dialect
	f.File, err = dialect.Open(name, in.reader(), opts)
	var foreign *dialect.Foreign
	switch {
	case err == nil:
		if opts.Encoding == "" && !f.Mark && f.Format != dialect.FormatParquet {
			opts.Encoding = guessEncoding(f.File)
		}
	case errors.As(err, &foreign) && foreign.Encoding != "" && opts.Encoding == "":
		opts.Encoding = foreign.Encoding
	default:
		return nil, err
	}
	if opts.Encoding != in.Dialect.Encoding {
		f.guess("encoding", opts.Encoding, "its bytes are no UTF-8")
		if err := f.reopen(name, in, opts); err != nil {
			return nil, err
		}
	}
	if f.Format != dialect.FormatCSV {
		f.table, err = readTable(f.File, nil, in.sampled())
		return f, err
	}
	return f, f.findLayout(name, in, opts)
}

func (f *file) guess(option, value, why string) {
	f.guesses = append(f.guesses, Guess{GuessDialect, option, value, why, string(likely)})
}

func (f *file) reopen(name string, in *Options, opts dialect.Options) (err error) {
	if f.File != nil {
		f.Close()
	}
	f.File, err = dialect.Open(name, in.reader(), opts)
	return err
}

// guessEncoding returns the encoding of a text that is no UTF-8; "" if it is.
func guessEncoding(f *dialect.File) string {
	data := make([]byte, 1<<20)
	n, _ := f.ReadAt(data, f.Start())
	data = data[:n]
	high, pairs, broken := 0, 0, 0
	for p := 0; p < len(data); {
		if data[p] < utf8.RuneSelf {
			p++
			continue
		}
		high++
		if p+1 < len(data) && data[p+1] >= 0x80 {
			pairs++
		}
		r, size := utf8.DecodeRune(data[p:])
		if r == utf8.RuneError && size == 1 && len(data)-p >= utf8.UTFMax {
			broken++
		}
		p += size
	}
	switch {
	case broken == 0 || broken*4 < high: // here and there a text was cut
		return ""
	case pairs*2 > high: // words of such letters
		return "windows-1251"
	}
	return "windows-1252"
}

// csvOf finds the header as an analysis does.
func csvOf(f *dialect.File, rules *source.Rules) (*dialect.CSV, error) {
	return f.CSV(func(names []string) int { return intake.CountMeanings(names, rules) })
}

// findLayout finds how a delimited text is laid out: as an analysis does, unless its
// rows say otherwise.
func (f *file) findLayout(name string, in *Options, opts dialect.Options) error {
	rules := in.Rules
	layout, err := csvOf(f.File, &rules)
	if err == nil {
		f.layout = layout
		if f.table, err = readTable(f.File, layout, in.sampled()); err != nil {
			return err
		}
		if f.table.regular() && !mayBeEscaped(f.table) {
			return nil
		}
	}
	if _, ok := errors.AsType[*source.InputError](err); !ok && err != nil {
		return err
	}
	better, found := f.betterLayout(opts)
	if !found {
		return err
	}
	g := &file{}
	if again := g.reopen(name, in, better); again != nil {
		return err
	}
	bare := better
	bare.Delimiter = opts.Delimiter
	if h, bareErr := dialect.Open(name, in.reader(), bare); bareErr == nil {
		if c, csvErr := csvOf(h, &rules); csvErr == nil && c.Delimiter == better.Delimiter {
			better.Delimiter = opts.Delimiter // it is found without being said
		}
		h.Close()
	}
	if g.reopen(name, in, better) != nil {
		return err
	}
	if g.layout, err = csvOf(g.File, &rules); err != nil {
		g.Close()
		return nil
	}
	if g.table, err = readTable(g.File, g.layout, in.sampled()); err != nil ||
		f.table != nil && g.table.score() <= f.table.score() {
		g.Close()
		return err
	}
	if f.File != nil {
		f.Close()
	}
	f.File, f.layout, f.table = g.File, g.layout, g.table
	const why = "by it the rows have as many fields as the header"
	if better.SkipLines != opts.SkipLines {
		f.guess("skip-lines", strconv.Itoa(better.SkipLines), "the header stands below them")
	}
	if better.Delimiter != opts.Delimiter {
		f.guess("delimiter", delimiterName(better.Delimiter), why)
	}
	if better.NoQuotes && !opts.NoQuotes {
		f.guess("quote", "none", why)
	}
	if better.Backslash && !opts.Backslash {
		f.guess("escape", "backslash", why)
	}
	return nil
}

// delimiterName returns a delimiter as an option names it.
func delimiterName(d byte) string {
	if d == '\t' {
		return "tab"
	}
	return string(rune(d))
}

// regular reports whether nearly all records have the header's number of fields, which
// is one.
func (t *table) regular() bool { return len(t.names) > 1 && t.score() > 0.99 && !likeData(t.names) }

// score says how well the records fit the header.
func (t *table) score() float64 {
	all := len(t.rows) + t.odd
	if all == 0 || len(t.names) < 2 {
		return 0
	}
	share := float64(len(t.rows)) / float64(all)
	if likeData(t.names) {
		share /= 2
	}
	return share
}

// likeData reports whether names look like the values of a row, or like one cell of
// text above the table.
func likeData(names []string) bool {
	empty, numbers := 0, 0
	for i, name := range names {
		name = strings.TrimSpace(name)
		at, _ := intake.ParseTime([]byte(name), nil)
		switch {
		case name == "" && i > 0:
			empty++
		case name != "" && strings.Trim(name, "0123456789.-+ ") == "" || at > intake.BadTime && name != "":
			numbers++
		}
	}
	return numbers > 0 || empty > 1 && empty > len(names)/3
}

// mayBeEscaped reports whether texts of a table hold backslashes as MySQL and others
// write them before quotes.
func mayBeEscaped(t *table) bool {
	for _, row := range t.rows {
		for _, cell := range row {
			if bytes.Contains(cell, []byte(`\"`)) {
				return true
			}
		}
	}
	return false
}

// betterLayout tries delimiters, quotes and lines to skip on the beginning of a text.
func (f *file) betterLayout(opts dialect.Options) (best dialect.Options, found bool) {
	data := make([]byte, 256<<10)
	n, _ := f.ReadAt(data, f.Start())
	data = data[:n]
	if i := bytes.LastIndexAny(data, "\r\n"); i >= 0 && n == cap(data) {
		data = data[:i+1]
	}
	if i := bytes.IndexAny(data, "\r\n"); len(data) > 4 && strings.EqualFold(string(data[:4]), "sep=") && i >= 0 {
		return best, false // the file says it itself
	}
	lineEnd, ok := record.FindLineEnd(data, record.Format{NoQuotes: true}, true)
	if !ok {
		return best, false
	}
	delimiters := []byte{',', ';', '\t', '|', '^', '~', ':', 0x01, 0x1f}
	if opts.Delimiter != 0 {
		delimiters = []byte{opts.Delimiter}
	}
	bestScore := 0.0
	for _, quotes := range []struct{ none, backslash bool }{{false, false}, {false, true}, {true, true},
		{true, false}} {
		for _, delimiter := range delimiters {
			o := opts
			o.Delimiter = delimiter
			o.NoQuotes, o.Backslash = opts.NoQuotes || quotes.none, opts.Backslash || quotes.backslash
			skip, score := headerLine(data, record.Format{Delimiter: delimiter, LineEnd: lineEnd,
				NoQuotes: o.NoQuotes, Backslash: o.Backslash}, opts.SkipLines)
			if score > bestScore*1.001 {
				best, bestScore, found = o, score, true
				best.SkipLines = skip
			}
		}
	}
	return best, found
}

// headerLine returns how many lines stand before the header of a text of a format, and
// how good the format seems to be.
func headerLine(data []byte, format record.Format, skip int) (lines int, score float64) {
	type row struct {
		line   int
		fields []string
	}
	var rows []row
	counts := make(map[int]int)
	line, broken := 0, 0
	for ; line < skip; line++ {
		i := bytes.IndexByte(data, format.LineEnd)
		if i < 0 {
			return 0, 0
		}
		data = data[i+1:]
	}
	s := record.NewSplitter(format, 0)
	for p := 0; p < len(data); {
		next, out := s.Split(data, p, true)
		if out == record.Incomplete {
			break
		}
		if out == record.Broken {
			broken++
		} else if !s.Blank {
			r := row{line: line}
			for _, field := range s.Fields {
				r.fields = append(r.fields, string(field))
			}
			rows = append(rows, r)
			counts[len(s.Fields)]++
		}
		line += bytes.Count(data[p:next], []byte{format.LineEnd})
		p = next
	}
	width, most := 0, 0
	for n, times := range counts {
		if times > most || times == most && n > width {
			width, most = n, times
		}
	}
	if width < 2 || len(rows) == 0 {
		return 0, 0
	}
	for _, r := range rows {
		n := len(r.fields)
		if (n == width || n == width-1 || n == width+1) && !likeData(r.fields) && lettered(r.fields) {
			score = float64(most)/float64(len(rows)+broken) + 0.002*float64(min(width, 50))
			return r.line, score
		}
	}
	return 0, 0
}

func lettered(names []string) bool {
	n := 0
	for _, name := range names {
		if strings.ContainsFunc(name, unicode.IsLetter) {
			n++
		}
	}
	return n*2 > len(names)
}

// spoolStdin copies the beginning of standard input to a reader that can be had again.
func spoolStdin(r io.Reader, limit int64) ([]byte, bool, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, false, fmt.Errorf("standard input: %w", err)
	}
	if int64(len(data)) > limit {
		return data[:limit], true, nil
	}
	return data, false, nil
}
