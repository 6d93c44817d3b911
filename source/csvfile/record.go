package csvfile

import "bytes"

// An outcome is how the reading of one record ended.
type outcome uint8

const (
	whole      outcome = iota
	incomplete         // the data ends within the record
	broken             // text after a closing quote, or a quote never closed
)

// A splitter splits records into fields. The fields of a record are valid until
// the next one is split or the data changes.
type splitter struct {
	maxFields int // fields beyond these are dropped; 0: none are
	fields    [][]byte
	scratch   []byte // holds fields with doubled quotes, unescaped
	quote     int    // where the last quoted field of the record begins, -1 if the last field is unquoted
}

// split splits the record at data[p:] and returns where the next one begins.
// last says that no data follows. A broken record is its first line alone.
func (s *splitter) split(data []byte, p int, last bool) (next int, out outcome) {
	s.fields, s.scratch = s.fields[:0], s.scratch[:0]
	start := p
	for {
		var field []byte
		quoted := p < len(data) && data[p] == '"'
		s.quote = -1
		if quoted {
			s.quote = p
			field, p, out = s.unquote(data, p+1, last)
			if out != whole {
				return lineEnd(data, start), out
			}
		} else {
			field, p = data[p:], len(data)
			if n := bytes.IndexAny(field, ",\n"); n >= 0 {
				field, p = field[:n], p-len(field)+n
			} else if !last {
				return 0, incomplete
			}
		}
		if !quoted && p < len(data) && data[p] == '\n' {
			field = bytes.TrimSuffix(field, []byte{'\r'})
		}
		if s.maxFields == 0 || len(s.fields) < s.maxFields {
			s.fields = append(s.fields, field)
		}
		switch {
		case p == len(data): // unquote saw to it that this is the end
			return p, whole
		case data[p] == ',':
			p++
		case data[p] == '\n':
			return p + 1, whole
		case data[p] == '\r': // unquote saw to it that a line feed follows
			return p + 2, whole
		}
	}
}

// unquote reads the quoted field whose content begins at data[p:] and returns
// it with the place of what ends it: a comma, a line break or the end of the data.
func (s *splitter) unquote(data []byte, p int, last bool) (field []byte, end int, out outcome) {
	from, mark := p, len(s.scratch)
	for {
		n := bytes.IndexByte(data[p:], '"')
		switch {
		case n < 0 && last:
			return nil, 0, broken
		case n < 0:
			return nil, 0, incomplete
		}
		p += n + 1
		if p == len(data) && !last {
			return nil, 0, incomplete
		}
		if p == len(data) || data[p] != '"' {
			break
		}
		s.scratch = append(s.scratch, data[from:p]...)
		p++
		from = p
	}
	field = data[from : p-1]
	if mark < len(s.scratch) {
		s.scratch = append(s.scratch, field...)
		field = s.scratch[mark:len(s.scratch):len(s.scratch)]
	}
	switch {
	case p == len(data) || data[p] == ',' || data[p] == '\n':
		return field, p, whole
	case data[p] == '\r' && p+1 < len(data) && data[p+1] == '\n':
		return field, p, whole
	case data[p] == '\r' && p+1 == len(data) && !last:
		return nil, 0, incomplete
	}
	return nil, 0, broken
}

// lineEnd is where the line after that of data[p:] begins.
func lineEnd(data []byte, p int) int {
	if n := bytes.IndexByte(data[p:], '\n'); n >= 0 {
		return p + n + 1
	}
	return len(data)
}

// blankLine is the length of the empty line at data[p:], 0 if there is none.
func blankLine(data []byte, p int) int {
	switch {
	case p < len(data) && data[p] == '\n':
		return 1
	case p+1 < len(data) && data[p] == '\r' && data[p+1] == '\n':
		return 2
	}
	return 0
}

// trimLineBreak returns a record's text without its last line break.
func trimLineBreak(record []byte) []byte {
	if n := len(record); n > 0 && record[n-1] == '\n' {
		record = record[:n-1]
		return bytes.TrimSuffix(record, []byte{'\r'})
	}
	return record
}
