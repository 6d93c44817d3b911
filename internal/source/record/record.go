// Package record says what a record of a delimited text is: it splits one into its
// fields, by every rule, in whatever format. It is the definition that faster readers
// are held to.
package record

import (
	"bytes"

	"github.com/sav-analytics/sav/internal/intake"
)

// A Format says how a text is split into records and fields. The zero value is
// no format.
type Format struct {
	Delimiter byte // between fields
	LineEnd   byte // '\n', which a carriage return may precede, or '\r'
	NoQuotes  bool // quotes are characters
	Backslash bool // a backslash stands for the byte after it
}

// RFC4180 is the commonest format.
var RFC4180 = Format{Delimiter: ',', LineEnd: '\n'}

// An Outcome says how the reading of one record ended.
type Outcome uint8

// The outcomes.
const (
	Whole      Outcome = iota // the record was read
	Incomplete                // the data ends within the record
	Broken                    // text after a closing quote, or a quote never closed
)

// A Splitter splits records into fields. The fields of a record are valid until the
// next one is split or the data changes.
type Splitter struct {
	Fields [][]byte
	Blank  bool // all fields, those that were dropped too, are empty or white space
	Quote  int  // where the last field's quote is, -1 if it is not quoted

	format    Format
	maxFields int
	class     [256]class
	scratch   []byte // holds fields without what quotes or escapes others
}

type class uint8

const (
	plain class = iota
	ends        // a delimiter or line end
	escapes
)

// NewSplitter returns a splitter for a format. Fields beyond the first maxFields are
// dropped; 0: none are.
func NewSplitter(format Format, maxFields int) *Splitter {
	s := &Splitter{format: format, maxFields: maxFields}
	s.class[format.Delimiter], s.class[format.LineEnd] = ends, ends
	if format.Backslash {
		s.class['\\'] = escapes
	}
	return s
}

// Split splits the record at data[p:] and returns where the next one begins. last says
// that no data follows. A broken record is its first line alone.
func (s *Splitter) Split(data []byte, p int, last bool) (next int, out Outcome) {
	s.Fields, s.scratch, s.Blank = s.Fields[:0], s.scratch[:0], true
	for start := p; ; {
		var field []byte
		if q := s.opening(data, p); q >= 0 {
			s.Quote = q
			field, p, out = s.quoted(data, q+1, last)
		} else {
			s.Quote = -1
			field, p, out = s.unquoted(data, p, last)
		}
		if out == Broken {
			next, out = LineEnd(data, start, s.format.LineEnd, last)
			if out == Whole {
				out = Broken
			}
			return next, out
		}
		if out == Incomplete {
			return 0, out
		}
		s.add(field)
		switch {
		case p == len(data):
			return p, Whole
		case data[p] == s.format.Delimiter:
			p++
		case data[p] == s.format.LineEnd:
			return p + 1, Whole
		default: // a carriage return before a line feed
			return p + 2, Whole
		}
	}
}

// Texts returns the fields of the record that was split last, as valid UTF-8.
func (s *Splitter) Texts() []string {
	texts := make([]string, len(s.Fields))
	for i, field := range s.Fields {
		texts[i] = string(intake.ValidUTF8(field))
	}
	return texts
}

// Fields splits a record without a line end.
func Fields(text string, delimiter byte) []string {
	s := NewSplitter(Format{Delimiter: delimiter, LineEnd: '\n'}, 0)
	s.Split([]byte(text), 0, true)
	return s.Texts()
}

func (s *Splitter) add(field []byte) {
	if s.Blank && len(field) > 0 {
		s.Blank = len(bytes.TrimSpace(field)) == 0
	}
	if s.maxFields == 0 || len(s.Fields) < s.maxFields {
		s.Fields = append(s.Fields, field)
	}
}

// LineEnd returns where the line after that of data[p:] begins, if its end is in data
// or no data follows; else it is Incomplete.
func LineEnd(data []byte, p int, lineEnd byte, last bool) (next int, out Outcome) {
	if n := bytes.IndexByte(data[p:], lineEnd); n >= 0 {
		return p + n + 1, Whole
	}
	if last {
		return len(data), Whole
	}
	return 0, Incomplete
}

// TrimBreak returns a record's text without its last line break.
func (f Format) TrimBreak(record []byte) []byte {
	n := len(record)
	if n == 0 || record[n-1] != f.LineEnd {
		return record
	}
	record = record[:n-1]
	if f.LineEnd == '\n' {
		record = bytes.TrimSuffix(record, []byte{'\r'})
	}
	return record
}

// FindLineEnd returns what ends the lines of a text that begins with data: a line feed,
// unless the first carriage return or line feed outside of quotes is a carriage return
// that no line feed follows. The format's own line end is not looked at. ok is false
// if data does not tell, and more follows.
func FindLineEnd(data []byte, format Format, last bool) (lineEnd byte, ok bool) {
	format.LineEnd = '\n'
	s := NewSplitter(format, 1)
	for p := 0; p < len(data); {
		if q := s.opening(data, p); q >= 0 {
			end := s.closing(data, q+1, last)
			if end < 0 {
				return '\n', last
			}
			p = end
		}
		for p < len(data) && data[p] != format.Delimiter {
			switch {
			case data[p] == '\n':
				return '\n', true
			case data[p] == '\r' && p+1 == len(data) && !last:
				return 0, false
			case data[p] == '\r' && bytes.HasPrefix(data[p+1:], []byte{'\n'}):
				return '\n', true
			case data[p] == '\r':
				return '\r', true
			case data[p] == '\\' && format.Backslash:
				p++
			}
			p++
		}
		p++ // the delimiter
	}
	return '\n', last
}

// closing returns where the text after the quoted field whose content begins at data[p:]
// begins, or -1 if no quote closes it.
func (s *Splitter) closing(data []byte, p int, last bool) int {
	for {
		if p = s.quoteOrEscape(data, p); p < 0 {
			return -1
		}
		switch {
		case data[p] == '\\':
			if p++; p < len(data) {
				p++
			}
			continue
		case p+1 == len(data) && !last:
			return -1
		case p+1 == len(data) || data[p+1] != '"':
			return p + 1
		}
		p += 2
	}
}
