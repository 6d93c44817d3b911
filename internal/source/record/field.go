package record

import (
	"bytes"
	"encoding/csv"
)

// opening returns where the quote is that the field at data[p:] begins with, spaces
// before it aside, or -1.
func (s *Splitter) opening(data []byte, p int) int {
	if s.format.NoQuotes {
		return -1
	}
	p = s.skipSpaces(data, p)
	if p < len(data) && data[p] == '"' {
		return p
	}
	return -1
}

func (s *Splitter) skipSpaces(data []byte, p int) int {
	for p < len(data) && data[p] == ' ' && s.format.Delimiter != ' ' {
		p++
	}
	return p
}

// unquoted reads the unquoted field at data[p:] and returns it with the place of what
// ends it: a delimiter, a line end or the end of the data.
func (s *Splitter) unquoted(data []byte, p int, last bool) (field []byte, end int, out Outcome) {
	from, escaped := p, false
scan:
	for ; ; p++ {
		if p >= len(data) {
			if !last {
				return nil, 0, Incomplete
			}
			p = len(data)
			break
		}
		switch s.class[data[p]] {
		case ends:
			break scan
		case escapes:
			n := s.escape(data, p, last)
			if n == 0 {
				return nil, 0, Incomplete
			}
			escaped = true
			p += n - 1
		}
	}
	field = data[from:p]
	if p < len(data) && data[p] == '\n' && s.format.LineEnd == '\n' && s.format.Delimiter != '\n' {
		field = bytes.TrimSuffix(field, []byte{'\r'})
	}
	if escaped {
		field = s.plain(field)
	}
	return field, p, Whole
}

// quoted reads the quoted field whose content begins at data[p:] and returns it with
// the place of what ends it.
func (s *Splitter) quoted(data []byte, p int, last bool) (field []byte, end int, out Outcome) {
	from, changed := p, false
	for {
		if p = s.quoteOrEscape(data, p); p < 0 {
			if last {
				return nil, 0, Broken
			}
			return nil, 0, Incomplete
		}
		if data[p] == '\\' {
			n := s.escape(data, p, last)
			if n == 0 {
				return nil, 0, Incomplete
			}
			changed = true
			p += n
			continue
		}
		p++
		if p == len(data) && !last {
			return nil, 0, Incomplete
		}
		if p == len(data) || data[p] != '"' {
			break
		}
		changed = true
		p++
	}
	if field = data[from : p-1]; changed {
		field = s.plain(field)
	}
	p = s.skipSpaces(data, p)
	switch {
	case p == len(data) && !last:
		return nil, 0, Incomplete
	case p == len(data) || data[p] == s.format.Delimiter || data[p] == s.format.LineEnd:
		return field, p, Whole
	case data[p] == '\r' && p+1 == len(data) && !last:
		return nil, 0, Incomplete
	case data[p] == '\r' && p+1 < len(data) && data[p+1] == '\n' && s.format.LineEnd == '\n':
		return field, p, Whole
	}
	return nil, 0, Broken
}

// quoteOrEscape returns the place of the next quote, or backslash that escapes, at or
// after data[p], or -1.
func (s *Splitter) quoteOrEscape(data []byte, p int) int {
	i := bytes.IndexByte(data[p:], '"')
	if s.format.Backslash {
		until := data[p:]
		if i >= 0 {
			until = until[:i]
		}
		if j := bytes.IndexByte(until, '\\'); j >= 0 {
			i = j
		}
	}
	if i < 0 {
		return -1
	}
	return p + i
}

// escape returns the length of the backslash at data[p] and what it stands for; 0 if
// the data ends before that. At the end of all it stands for itself.
func (s *Splitter) escape(data []byte, p int, last bool) int {
	rest := data[p+1:]
	switch {
	case len(rest) == 0 && last:
		return 1
	case len(rest) == 0 || rest[0] == '\r' && len(rest) == 1 && !last:
		return 0
	case s.format.LineEnd == '\n' && bytes.HasPrefix(rest, []byte("\r\n")):
		return 3
	}
	return 2
}

// plain returns a field without the backslashes that escape and the quotes that are
// there twice. \N alone stays: it is a null.
func (s *Splitter) plain(field []byte) []byte {
	if s.format.Backslash && string(bytes.TrimSpace(field)) == `\N` {
		return field
	}
	mark := len(s.scratch)
	quoted := s.Quote >= 0
	for i := 0; i < len(field); i++ {
		// Each is followed by what it stands for, if not at the end of all.
		if i+1 < len(field) && (field[i] == '\\' && s.format.Backslash || field[i] == '"' && quoted) {
			i++
		}
		s.scratch = append(s.scratch, field[i])
	}
	return s.scratch[mark:len(s.scratch):len(s.scratch)]
}

// Line returns fields as a line of CSV, without a line break at its end: what a reject
// shows of a row that was no text.
func Line[T string | []byte](fields []T) []byte {
	texts := make([]string, len(fields))
	for i, field := range fields {
		texts[i] = string(field)
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write(texts) // a buffer takes all
	w.Flush()
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
