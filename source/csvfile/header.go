package csvfile

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/sav-analytics/sav/source"
)

// maxHeader is how many bytes a header may have.
const maxHeader = 1 << 20

var byteOrderMark = []byte("\xef\xbb\xbf")

// readHeader finds the columns of an input, and where its rows begin.
func (in *input) readHeader(rules *source.Rules) error {
	const sample = 1 << 16
	c := &chunk{}
	if err := in.fill(c, 0, sample); err != nil {
		return err
	}
	p := 0
	if bytes.HasPrefix(c.data, byteOrderMark) {
		p = len(byteOrderMark)
	}
	var s splitter
	for line := int64(1); ; {
		if n := blankLine(c.data, p); n > 0 {
			p += n
			line++
			continue
		}
		if p == len(c.data) && c.last {
			return &source.InputError{Input: in.name, Err: errors.New("has no header: the file is empty")}
		}
		next, out := s.split(c.data, p, c.last)
		if out == incomplete {
			if len(c.data)-p <= maxHeader {
				// Blank lines before it are not kept: there may be any number of them.
				if err := in.fill(c, c.off+int64(p), max(sample, 2*(len(c.data)-p))); err != nil {
					return err
				}
				in.release(c.off)
				p = 0
				continue
			}
			if s.quote < 0 {
				return &source.InputError{Input: in.name, Line: line, Err: fmt.Errorf("the header has no end within %d bytes", maxHeader)}
			}
			out = broken
		}
		if out == broken {
			before := c.data[p:s.quote]
			return &source.InputError{Input: in.name,
				Line:   line + int64(bytes.Count(before, newline)),
				Column: int64(len(before) - bytes.LastIndexByte(before, '\n')),
				Err:    errors.New("the header has a quote that is never closed, or text after a closing one")}
		}
		names := make([]string, len(s.fields))
		for i, field := range s.fields {
			names[i] = string(field)
		}
		header, err := source.ResolveHeader(names, rules)
		if err != nil {
			return &source.InputError{Input: in.name, Line: line, Err: err}
		}
		in.header = header
		in.first = c.off + int64(next)
		in.line = line + int64(bytes.Count(c.data[p:next], newline))
		// A row has a byte for each field at least: short ones at the beginning say little.
		in.rowBytes = max(s.meanRow(c.data, next), len(names))
		return nil
	}
}

// meanRow is how many bytes the first rows of data from p on have, on the average.
func (s *splitter) meanRow(data []byte, p int) int {
	const sample, unknown = 256, 64 // rows, bytes of a row without a text
	rows, from := 0, p
	for rows < sample {
		next, out := s.split(data, p, false)
		if out != whole {
			break
		}
		p = next
		rows++
	}
	if rows == 0 {
		return unknown
	}
	return max(1, (p-from)/rows)
}
