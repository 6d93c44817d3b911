package dialect

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/sav-analytics/sav/internal/source/record"
	"github.com/sav-analytics/sav/source"
)

// A CSV says how a delimited text is laid out, and where its header ends.
type CSV struct {
	Delimiter byte // between fields
	LineEnd   byte // '\n', which a carriage return may precede, or '\r'
	NoQuotes  bool // quotes are characters
	Backslash bool // a backslash stands for the byte after it

	Names      []string // of the columns, as they stand in the header
	HeaderLine int64    // the line of that, from 1
	First      int64    // where the first record after the header begins, for ReadAt
	Line       int64    // on which line that is, from 1
}

// delimiters are the likely ones. Of those that give the same number of columns a meaning, the
// first is taken.
var delimiters = []byte{',', ';', '\t', '|'}

// maxHeader is how many bytes a header may have, with the blank records before it.
const maxHeader = 1 << 20

// CSV finds the header of delimited text. Of the likely delimiters it is the one by which
// most columns have a meaning; meanings returns how many of some names have one. The
// error is a [source.InputError].
func (f *File) CSV(meanings func(names []string) int) (*CSV, error) {
	w := &window{File: f, off: f.start, line: 1}
	if err := w.more(); err != nil {
		return nil, err
	}
	if err := w.skipLines(f.options.SkipLines); err != nil {
		return nil, err
	}
	sep, err := w.sepLine()
	if err != nil {
		return nil, err
	}
	if err := w.skipBlank(); err != nil {
		return nil, err
	}
	candidates := delimiters
	if only := f.options.Delimiter; only != 0 {
		candidates = []byte{only}
	} else if sep != 0 {
		candidates = []byte{sep}
	}
	best, most, firstErr := (*CSV)(nil), -1, error(nil)
	for i, delimiter := range candidates {
		c, err := w.header(record.Format{Delimiter: delimiter, LineEnd: w.lineEnd,
			NoQuotes: f.options.NoQuotes, Backslash: f.options.Backslash})
		if err != nil {
			if _, ok := errors.AsType[*source.InputError](err); !ok {
				return nil, err
			}
			if i == 0 {
				firstErr = err
			}
			continue
		}
		n := meanings(c.Names)
		if n == 0 && firstErr != nil && len(c.Names) == 1 {
			continue // one column without a meaning says less than the error
		}
		if n > most {
			best, most = c, n
		}
	}
	if best == nil {
		return nil, firstErr
	}
	return best, nil
}

// header finds the header by a format, whose line end may be 0: to be found.
func (w *window) header(format record.Format) (*CSV, error) {
	for {
		c, enough, err := w.tryHeader(format)
		switch {
		case err != nil || enough:
			return c, err
		case len(w.data) > maxHeader:
			return nil, &source.InputError{Input: w.Name, Line: w.line,
				Err: fmt.Errorf("the header has no end within %d bytes", maxHeader)}
		}
		if err := w.more(); err != nil {
			return nil, err
		}
	}
}

// tryHeader finds the header in the window. enough is false if that is too small.
func (w *window) tryHeader(format record.Format) (c *CSV, enough bool, err error) {
	if format.LineEnd == 0 {
		lineEnd, ok := record.FindLineEnd(w.data, format, w.last)
		if !ok {
			return nil, false, nil
		}
		format.LineEnd = lineEnd
	}
	lineBreak := []byte{format.LineEnd}
	s := record.NewSplitter(format, 0)
	for p, line := 0, w.line; ; {
		if p == len(w.data) && w.last {
			return nil, true, &source.InputError{Input: w.Name, Err: errors.New("has no header: the file is empty")}
		}
		next, out := s.Split(w.data, p, w.last)
		switch {
		case out == record.Incomplete:
			return nil, false, nil
		case out == record.Broken:
			before := w.data[p:s.Quote]
			return nil, true, &source.InputError{Input: w.Name,
				Line:   line + int64(bytes.Count(before, lineBreak)),
				Column: int64(len(before) - bytes.LastIndexByte(before, format.LineEnd)),
				Err:    errors.New("the header has a quote that is never closed, or text after a closing one")}
		}
		lines := int64(bytes.Count(w.data[p:next], lineBreak))
		if s.Blank {
			p, line = next, line+lines
			continue
		}
		return &CSV{Delimiter: format.Delimiter, LineEnd: format.LineEnd,
			NoQuotes: format.NoQuotes, Backslash: format.Backslash,
			Names: s.Texts(), HeaderLine: line, First: w.off + int64(next), Line: line + lines}, true, nil
	}
}
