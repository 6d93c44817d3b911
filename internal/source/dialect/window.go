package dialect

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/sav-analytics/sav/internal/source/record"
	"github.com/sav-analytics/sav/source"
)

// A window is what was read of a text from a place on, while its header is looked for.
type window struct {
	*File
	off     int64  // of data[0]
	line    int64  // on which data[0] stands
	data    []byte // up to the end of what was read
	buffer  []byte // that data is a part of
	last    bool   // no data follows
	lineEnd byte   // 0: not known yet
	hold    bool   // nothing is released
}

// more reads on, and doubles what there is.
func (w *window) more() error {
	have := len(w.data)
	size := have + max(headSize, have)
	if cap(w.data) < size {
		if cap(w.buffer) < size {
			w.buffer = make([]byte, size)
		}
		w.data = w.buffer[:copy(w.buffer, w.data)]
	}
	w.data = w.data[:size]
	n, err := w.ReadAt(w.data[have:], w.off+int64(have))
	w.data = w.data[:have+n]
	if err == io.EOF {
		w.last, err = true, nil
	}
	return err
}

// advance goes on to data[p:], which stands on a line so much further down. What lies
// before is not kept: there may be any number of blank lines.
func (w *window) advance(p int, lines int64) {
	w.data, w.off, w.line = w.data[p:], w.off+int64(p), w.line+lines
	if !w.hold {
		w.Release(w.off)
	}
}

// findLineEnd finds what ends lines by the first that ends outside of a header, where
// quotes mean nothing. ok is false if there is none.
func (w *window) findLineEnd() (ok bool, err error) {
	for w.lineEnd == 0 {
		lineEnd, found := record.FindLineEnd(w.data, record.Format{NoQuotes: true}, w.last)
		switch {
		case found && !bytes.ContainsRune(w.data, rune(lineEnd)):
			return false, nil
		case found:
			w.lineEnd = lineEnd
		case len(w.data) > maxHeader:
			return false, fail(w.Name, fmt.Errorf("line %d has no end within %d bytes", w.line, maxHeader))
		default:
			if err := w.more(); err != nil {
				return false, err
			}
		}
	}
	return true, nil
}

// nextLine returns the length of the line that data begins with, with its end. ok is
// false if there is none.
func (w *window) nextLine() (n int, ok bool, err error) {
	for {
		if i := bytes.IndexByte(w.data, w.lineEnd); i >= 0 {
			return i + 1, true, nil
		}
		switch {
		case w.last:
			return len(w.data), false, nil
		case len(w.data) > maxHeader:
			return 0, false, fail(w.Name, fmt.Errorf("line %d has no end within %d bytes", w.line, maxHeader))
		}
		if err := w.more(); err != nil {
			return 0, false, err
		}
	}
}

// skipLines goes on to the line after n lines.
func (w *window) skipLines(n int) error {
	for i := range n {
		ok, err := w.findLineEnd()
		length := len(w.data)
		if ok {
			length, ok, err = w.nextLine()
		}
		switch {
		case err != nil:
			return err
		case !ok:
			return fail(w.Name, fmt.Errorf("has no header: it ends on line %d, and the %d lines before the header "+
				"are to be skipped", i+1, n))
		}
		w.advance(length, 1)
	}
	return nil
}

// sepLine returns the delimiter that a line such as sep=; names, and skips the line. It
// returns 0 if the text does not begin with such a line.
func (w *window) sepLine() (delimiter byte, err error) {
	const prefix = "sep="
	for len(w.data) < len(prefix)+2 && !w.last {
		if err := w.more(); err != nil {
			return 0, err
		}
	}
	if len(w.data) < len(prefix)+1 || !strings.EqualFold(string(w.data[:len(prefix)]), prefix) ||
		len(w.data) > len(prefix)+1 && w.data[len(prefix)+1] != '\n' && w.data[len(prefix)+1] != '\r' {
		return 0, nil
	}
	delimiter = w.data[len(prefix)]
	if delimiter == '\r' || delimiter == '\n' {
		return 0, nil
	}
	if err := checkDelimiter(delimiter); err != nil {
		return 0, &source.InputError{Input: w.Name, Line: w.line, Err: err}
	}
	if ok, err := w.findLineEnd(); !ok || err != nil {
		w.advance(len(w.data), 0)
		return delimiter, err
	}
	length, _, err := w.nextLine()
	w.advance(length, 1)
	return delimiter, err
}

// skipBlank goes on to the first line that has more than white space.
func (w *window) skipBlank() error {
	for {
		text := bytes.TrimLeft(w.data, " \t\r\n\v\f")
		p := len(w.data) - len(text)
		if p == 0 || len(text) == 0 && !w.last && !bytes.ContainsAny(w.data, "\r\n") {
			return nil
		}
		if ok, err := w.findLineEnd(); !ok || err != nil {
			return err
		}
		// The line on which the text begins stays, with the white space before it.
		p = bytes.LastIndexByte(w.data[:p], w.lineEnd) + 1
		w.advance(p, int64(bytes.Count(w.data[:p], []byte{w.lineEnd})))
		if len(text) > 0 || w.last {
			return nil
		}
		if err := w.more(); err != nil {
			return err
		}
	}
}
