package jsonfile

import (
	"bytes"
	"fmt"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/chunk"
	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/internal/source/verdict"
	"github.com/sav-analytics/sav/source"
)

// A scanner scans chunks of one file. Each worker has its own.
type scanner struct {
	*layout
	rowReader
	maxRecord int // bytes of an object; a longer one is rejected
}

// Guess returns where the first line begins, or the first element of an array that looks
// like the first ones.
func (s *scanner) Guess(c *chunk.Chunk) int {
	if s.array == nil {
		if n := bytes.IndexByte(c.Data, '\n'); n >= 0 && n < c.Size {
			return n + 1
		}
		return chunk.Unknown
	}
	if len(s.array.between) == 0 {
		return chunk.Unknown
	}
	if n := bytes.Index(c.Data, s.array.between); n >= 0 && n+s.array.before <= c.Size {
		return n + s.array.before
	}
	return chunk.Unknown
}

// Scan reads the chunk's objects from c.Start on into its batch.
func (s *scanner) Scan(c *chunk.Chunk, guessed bool) (ok bool, err error) {
	c.Reset()
	defer s.parser.Settle(c.Batch)
	if s.array != nil {
		return s.scanArray(c, guessed)
	}
	p := c.Start
	s.lines = true
	for !c.Done(p) && c.Fatal == nil {
		s.b, s.end = c.Padded(), len(c.Data)
		next, complete := s.line(c, p)
		if complete && next-p <= s.maxRecord {
			p = next
			continue
		}
		if !complete {
			more, err := c.More(p, s.maxRecord, guessed)
			if err != nil {
				return false, err
			}
			if more {
				continue
			}
		}
		if guessed {
			return false, nil
		}
		next, shown, err := c.LongLine(p, '\n', true)
		if err != nil {
			return false, err
		}
		s.reject(c, verdict.BadJSON, shown)
		c.Lines++
		p = next
	}
	c.End = p
	return true, nil
}

// line reads the line at c.Data[p:]. complete is false if its end is not in the data.
func (s *scanner) line(c *chunk.Chunk, p int) (next int, complete bool) {
	from := p
	p = s.space(p)
	object, begins := false, p
	if s.b[p] == '{' {
		if p = s.row(p + 1); p >= 0 {
			object = true
			p = s.space(p)
		} else {
			p = s.bad
		}
	}
	// Here ends the line, if it is what it should be.
	next = p
	switch {
	case p < s.end && s.b[p] == '\n':
		next++
	case p >= s.end && c.Last:
		next = s.end
	default:
		object = false
		n := -1
		if p < s.end {
			n = bytes.IndexByte(s.b[p:s.end], '\n')
		}
		switch {
		case n >= 0:
			next = p + n + 1
		case c.Last:
			next = s.end
		default:
			return 0, false
		}
	}
	if next-from > s.maxRecord {
		return next, true
	}
	text := c.Data[from:next]
	switch {
	case object && s.late != "":
		c.Fatal = &chunk.Fatal{Line: c.Lines, Err: s.lateError()}
	case object:
		s.add(c, begins, text)
	case len(bytes.Trim(text, " \t\r\n")) > 0:
		s.reject(c, verdict.BadJSON, trimBreak(text))
	}
	c.Lines++
	return next, true
}

// add adds the object that was read last, whose brace is at b[p].
func (s *scanner) add(c *chunk.Chunk, p int, text []byte) {
	set(s.objects)
	if s.blank {
		return
	}
	reason := c.Batch.Append(&s.message)
	c.Batch.Place(s.file.Path, int64(c.Lines))
	if reason != verdict.Accepted {
		values := s.valuesOf(p)
		s.parser.Blame(c.Reject(reason, trimBreak(text)), s.parser.Header().Columns(),
			func(f source.Field) []byte { return values[f] })
	}
}

// trimBreak returns text without the line break at its end.
func trimBreak(text []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(text, []byte{'\n'}), []byte{'\r'})
}

// valuesOf reads the object whose brace is at b[p] again, and returns the values of
// fields as text.
func (s *scanner) valuesOf(p int) *[intake.NumFields][]byte {
	values := new([intake.NumFields][]byte)
	s.values = values
	s.read(p + 1)
	s.values = nil
	for f, text := range s.parser.Header().Set {
		values[f] = []byte(text)
	}
	return values
}

// set sets a flag that all scanners share. Only the first time it writes: cores would wait
// for each other's writes of each row.
func set(f *flag) {
	if !f.Load() {
		f.Store(true)
	}
}

// reject rejects what is no object.
func (s *scanner) reject(c *chunk.Chunk, reason source.Reason, text []byte) {
	c.Batch.Reject(reason, intake.InvalidUTF8(text))
	c.Batch.Place(s.file.Path, int64(c.Lines))
	c.Reject(reason, text)
}

func (s *scanner) lateError() error {
	return fmt.Errorf("the key %q has a meaning, and first occurs after %d objects: it would be empty in those; "+
		"name it for a column, or put an object that has it first", s.late, SampledObjects)
}

var _ chunk.Scanner = (*scanner)(nil)

// A layout says what the objects of a file are like. It is shared by all who read it.
type layout struct {
	file    *dialect.File
	header  *source.Header
	columns map[string]int // of Header.Names
	array   *arrayLayout   // nil: an object a line
	objects *flag          // whether there is an object
	named   map[string]*flag
}
