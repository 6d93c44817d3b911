package dialect

import (
	"bytes"
	"fmt"

	"github.com/sav-analytics/sav/internal/source/record"
)

// A HeaderError is a header that cannot be used, where another reading of the file would
// give one.
type HeaderError struct {
	Err       error
	SkipLines int  // lines before one that looks like the header; 0: there is none
	Delimiter byte // by which the header would have columns with a meaning; 0: there is none
}

func (e *HeaderError) Error() string {
	if e.SkipLines > 0 {
		return fmt.Sprintf("%v; line %d looks like the header, after %d to be skipped", e.Err, e.SkipLines+1,
			e.SkipLines)
	}
	return fmt.Sprintf("%v; the delimiter may be %q", e.Err, e.Delimiter)
}

func (e *HeaderError) Unwrap() error { return e.Err }

const (
	// maxLater is how many lines below a header that cannot be used may be one.
	maxLater = 30
	// rareDelimiters are taken for delimiters only if they are named.
	rareDelimiters = "^~#:!\x01\x1f\x1e "
)

// Explain returns err, which says why the header cannot be used, as a [HeaderError] if
// another line, or another delimiter, would give a header that suits.
func (f *File) Explain(c *CSV, err error, suits func(names []string) bool) error {
	for _, delimiter := range []byte(rareDelimiters) {
		if len(c.Names) == 1 && suits(record.Fields(c.Names[0], delimiter)) {
			return &HeaderError{Err: err, Delimiter: delimiter}
		}
	}
	w := &window{File: f, off: c.First, line: c.Line, lineEnd: c.LineEnd, hold: true}
	if w.more() != nil {
		return err
	}
	for range maxLater {
		n := bytes.IndexByte(w.data, c.LineEnd)
		if n < 0 {
			break
		}
		for _, delimiter := range delimiters {
			s := record.NewSplitter(record.Format{Delimiter: delimiter, LineEnd: c.LineEnd,
				NoQuotes: c.NoQuotes, Backslash: c.Backslash}, 0)
			if _, out := s.Split(w.data, 0, false); out != record.Whole || s.Blank {
				continue
			}
			if names := s.Texts(); suits(names) {
				return &HeaderError{Err: err, SkipLines: int(w.line - 1)}
			}
		}
		w.advance(n+1, 1)
	}
	return err
}
