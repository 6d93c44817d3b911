package frameio

import (
	"bytes"
	"fmt"
)

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

// quoted reads a field in quotes.
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
