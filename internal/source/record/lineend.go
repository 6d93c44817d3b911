package record

import "bytes"

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
