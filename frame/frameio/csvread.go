package frameio

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/parallel"
	"github.com/sav-analytics/sav/internal/zone"
)

// ReadCSV returns the frame of CSV (RFC 4180) in UTF-8, whose first record names the columns; a byte-order mark before
// it is left out, and lines end with LF or CRLF. An empty field is null; with quotes it is an empty text in a Text
// column. A blank line is left out, but is a null if there is one column.
//
// It is an error, which names line and column, if a record has more or fewer fields than the header, if a quote stands
// within a field that does not begin with one or is never closed, and if a value does not fit a type that the options
// name; also if two columns have one name, or if one that the options name is not there.
//
// O(size). It holds all of r's bytes until it returns.
func ReadCSV(r io.Reader, o ReadOptions) (_ *frame.Frame, err error) {
	defer prefix(&err, "read CSV")
	data, err := o.readAll(r)
	if err != nil {
		return nil, err
	}
	for _, mark := range byteOrderMarks[1:] {
		if bytes.HasPrefix(data, []byte(mark)) {
			return nil, errors.New("text in UTF-16: expected UTF-8")
		}
	}
	s := newScanner(data, o.Delimiter)
	ok, err := s.next()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, errors.New("no header: the first line must name the columns")
	}
	names := make([]string, len(s.row))
	for i, f := range s.row {
		if names[i] = string(f.text); !f.quoted && strings.Contains(names[i], "\r") {
			return nil, errors.New("line 1: a carriage return without a line feed: expected lines that end with LF or CRLF")
		}
	}
	indices, err := o.choose(names)
	if err != nil {
		return nil, err
	}
	t := table{names: names, indices: indices, options: o, nulls: make(map[string]bool)}
	for _, null := range o.Nulls {
		t.nulls[null] = true
	}
	body := *s
	types, err := t.infer(&body)
	if err != nil {
		return nil, err
	}
	return t.build(s, types)
}

// byteOrderMarks are the first bytes by which text in UTF-8 and in UTF-16 is known.
var byteOrderMarks = []string{"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"}

// A table is CSV whose header is known.
type table struct {
	names   []string
	indices []int // of the columns to read
	options ReadOptions
	nulls   map[string]bool
}

func (t *table) isNull(f field) bool {
	return !f.quoted && (len(f.text) == 0 || len(t.nulls) > 0 && t.nulls[string(f.text)])
}

// batchRows is the number of records that are cut into fields before the columns are read in parallel.
const batchRows = 4096

// each calls fn for each batch of records and each column to read, the columns of a batch in parallel. column holds the
// fields of column k, and lines where they stand.
func (t *table) each(s *scanner, fn func(k int, column []field, lines []int) error) error {
	columns := make([][]field, len(t.indices))
	var lines []int
	flush := func() error {
		errs := make([]error, len(columns))
		parallel.Limited(len(columns), func(k int) { errs[k] = fn(k, columns[k], lines) })
		lines = lines[:0]
		for k := range columns {
			columns[k] = columns[k][:0]
		}
		return firstError(errs)
	}
	for {
		line := s.line
		ok, err := s.next()
		if err != nil {
			return errors.Join(flush(), err)
		}
		if !ok {
			return flush()
		}
		if len(s.row) == 1 && len(t.names) > 1 && !s.row[0].quoted && len(s.row[0].text) == 0 {
			continue
		}
		if len(s.row) != len(t.names) {
			return errors.Join(
				flush(), fmt.Errorf("line %d: %d fields, the header has %d", line, len(s.row), len(t.names)),
			)
		}
		for k, i := range t.indices {
			columns[k] = append(columns[k], s.row[i])
		}
		if lines = append(lines, line); len(lines) == batchRows {
			if err := flush(); err != nil {
				return err
			}
		}
	}
}

// firstError returns the *lineError of the first line, or nil.
func firstError(errs []error) error {
	var first *lineError
	for _, err := range errs {
		if e, ok := err.(*lineError); ok && (first == nil || e.line < first.line) {
			first = e
		}
	}
	if first == nil {
		return nil
	}
	return first
}

// A lineError is what is wrong with a value.
type lineError struct {
	line   int
	column string
	err    error
}

func (e *lineError) Error() string {
	return fmt.Sprintf("line %d, column %q: %v", e.line, e.column, e.err)
}

// infer returns the types of the columns: those that the options name, and for the others the first that fits all
// values.
func (t *table) infer(s *scanner) ([]frame.Type, error) {
	types := make([]frame.Type, len(t.indices))
	open := false
	for k, i := range t.indices {
		types[k] = t.options.Types[t.names[i]]
		open = open || types[k] == 0
	}
	if !open {
		return types, nil
	}
	all := make([]kinds, len(types))
	for k := range all {
		all[k] = anyKind
	}
	err := t.each(s, func(k int, column []field, _ []int) error {
		if types[k] != 0 {
			return nil
		}
		for _, f := range column {
			if t.isNull(f) || len(f.text) == 0 { // "" may be a null or a text
				continue
			}
			if all[k]&(isInt|isFloat|isBool|isTime) == 0 {
				break // it is text, whatever follows
			}
			of := kindsOf(f.text)
			all[k] = all[k]&of | (of|all[k])&isValue
		}
		return nil
	})
	for k := range types {
		if types[k] == 0 {
			types[k] = all[k].choice()
		}
	}
	return types, err
}

func (t *table) build(s *scanner, types []frame.Type) (*frame.Frame, error) {
	in := zone.In(t.options.Zone)
	builders := make([]builder, len(types))
	for k, i := range t.indices {
		builders[k] = builder{name: t.names[i], typ: types[k], zone: in}
	}
	err := t.each(s, func(k int, column []field, lines []int) error {
		b := &builders[k]
		for i, f := range column {
			if t.isNull(f) || len(f.text) == 0 && b.typ != frame.Text {
				b.null()
				continue
			}
			if err := b.add(f.text); err != nil {
				return &lineError{lines[i], b.name, err}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return frameOf(builders)
}

// A field of a CSV record. A quoted one is never null.
type field struct {
	text   []byte
	quoted bool
}

// A scanner reads the records of CSV, as RFC 4180 has them: LF or CRLF ends a record; a field that begins with a quote
// ends with one, and two of them stand for one in it. A byte-order mark at the beginning is left out.
type scanner struct {
	data  []byte // all of it
	at    int
	line  int // of the next record, from 1
	comma byte
	row   []field
}

func newScanner(data []byte, delimiter byte) *scanner {
	return &scanner{data: bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), line: 1, comma: comma(delimiter)}
}

// next reads a record into row, which is valid until the next call; false at the end. A line without anything in it is
// a record of one empty field.
func (s *scanner) next() (bool, error) {
	if s.at == len(s.data) {
		return false, nil
	}
	s.row = s.row[:0]
	begin := s.line
	for {
		f, more, err := s.field()
		if err != nil {
			return false, fmt.Errorf("line %d: %w", begin, err)
		}
		s.row = append(s.row, f)
		if !more {
			return true, nil
		}
	}
}

// field reads a field and what ends it; more is false if that is a line break or the end.
func (s *scanner) field() (f field, more bool, err error) {
	if s.at < len(s.data) && s.data[s.at] == '"' {
		if f.text, err = s.quoted(); err != nil {
			return f, false, err
		}
		f.quoted = true
	} else {
		from := s.at
		for s.at < len(s.data) && s.data[s.at] != s.comma && s.data[s.at] != '\n' {
			if s.data[s.at] == '"' {
				return f, false, fmt.Errorf("column %d: a quote in a field that does not begin with one", len(s.row)+1)
			}
			s.at++
		}
		f.text = s.data[from:s.at]
		if n := len(f.text); n > 0 && f.text[n-1] == '\r' && (s.at == len(s.data) || s.data[s.at] == '\n') {
			f.text = f.text[:n-1]
		}
	}
	if s.at == len(s.data) {
		return f, false, nil
	}
	c := s.data[s.at]
	if c == '\r' && s.at+1 < len(s.data) && s.data[s.at+1] == '\n' {
		s.at++
		c = '\n'
	}
	switch {
	case c == '\n':
		s.at++
		s.line++
		return f, false, nil
	case c == s.comma:
		s.at++
		return f, true, nil
	case c == '\r' && s.at+1 == len(s.data):
		s.at++
		return f, false, nil
	}
	return f, false, fmt.Errorf("column %d: %q after a closing quote", len(s.row)+1, c)
}

func (s *scanner) quoted() ([]byte, error) {
	s.at++
	from := s.at
	var unquoted []byte // up to from, if the field has a quote in it
	for {
		n := bytes.IndexByte(s.data[s.at:], '"')
		if n < 0 {
			return nil, fmt.Errorf("column %d: a quote that is never closed", len(s.row)+1)
		}
		s.line += bytes.Count(s.data[s.at:s.at+n], []byte("\n"))
		s.at += n + 1
		if s.at < len(s.data) && s.data[s.at] == '"' {
			unquoted = append(unquoted, s.data[from:s.at]...)
			s.at++
			from = s.at
			continue
		}
		if unquoted == nil {
			return s.data[from : s.at-1], nil
		}
		return append(unquoted, s.data[from:s.at-1]...), nil
	}
}
