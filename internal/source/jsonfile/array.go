package jsonfile

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/sav-analytics/sav/internal/source/chunk"
	"github.com/sav-analytics/sav/internal/source/verdict"
)

// An element is one of an array's.
type element uint8

const (
	isObject element = iota
	isOther          // a value that is no object
	isCut            // the data ends within it
	isBroken         // no JSON
)

// scanArray does what Scan does, for an array. Its elements are the records: c.Start is where one begins.
func (s *scanner) scanArray(c *chunk.Chunk, guessed bool) (ok bool, err error) {
	p, counted := c.Start, c.Start
	s.lines = false
	for !c.Done(p) {
		s.b, s.end = c.Padded(), len(c.Data)
		c.Lines += bytes.Count(c.Data[counted:p], []byte{'\n'})
		counted = p
		end, next, what := s.element(p, c.Last)
		if what == isCut {
			more, err := c.More(p, s.maxRecord, guessed)
			switch {
			case err != nil:
				return false, err
			case more:
				continue
			case guessed:
				return false, nil
			}
		}
		if what == isCut || end-p > s.maxRecord {
			c.Fatal = &chunk.Fatal{Line: c.Lines,
				Err: fmt.Errorf("an element of the array has no end within %d bytes", s.maxRecord)}
			return true, nil
		}
		if what == isBroken {
			c.Fatal = s.fatal(c, p)
			return true, nil
		}
		if what == isObject && s.late != "" {
			c.Fatal = &chunk.Fatal{Line: c.Lines, Err: s.lateError()}
			return true, nil
		}
		if text := c.Data[p:end]; what == isObject {
			s.add(c, p, text)
		} else {
			s.reject(c, verdict.BadJSON, text)
		}
		p = next
	}
	c.Lines += bytes.Count(c.Data[counted:min(p, len(c.Data))], []byte{'\n'})
	c.End = p
	return true, nil
}

// element reads the element at b[p:] and what follows it: where the next one begins, or
// the end of the file.
func (s *scanner) element(p int, last bool) (end, next int, what element) {
	what = isOther
	if s.b[p] == '{' {
		what = isObject
		end = s.row(p + 1)
	} else {
		end = s.skip(p, 0)
	}
	if end < 0 {
		return 0, 0, s.cutOrBroken(last)
	}
	next = s.space(end)
	switch s.b[next] {
	case ',':
		if next = s.space(next + 1); next >= s.end || s.b[next] == ']' {
			s.bad = next
			return 0, 0, s.cutOrBroken(last)
		}
		return end, next, what
	case ']':
		next = s.space(next + 1)
		if next == s.end && last {
			return end, next, what
		}
	}
	s.bad = next
	return 0, 0, s.cutOrBroken(last)
}

func (s *scanner) cutOrBroken(last bool) element {
	if s.bad >= s.end && !last {
		return isCut
	}
	return isBroken
}

// fatal says what is wrong with an array at s.bad, in the element at p.
func (s *scanner) fatal(c *chunk.Chunk, p int) *chunk.Fatal {
	before := c.Data[p:min(s.bad, len(c.Data))]
	f := &chunk.Fatal{Line: c.Lines + bytes.Count(before, []byte{'\n'})}
	if f.Line > c.Lines {
		f.Column = int64(len(before) - bytes.LastIndexByte(before, '\n'))
	} else if line := bytes.LastIndexByte(c.Data[:p], '\n'); line >= 0 {
		f.Column = int64(s.bad - line)
	}
	f.Err = errors.New("the array is broken: expected JSON values, commas between them and a closing bracket")
	if s.bad >= len(c.Data) {
		f.Column, f.Err = 0, errors.New("the array is not closed: the file is cut off")
	}
	return f
}
