package csvfile

import (
	"bytes"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/sav-analytics/sav/source"
)

// A chunk is a part of a file: the records that begin after its first byte and
// up to the first byte of the next chunk. It holds its data until its batch has
// been handed on, so that it can be scanned again.
type chunk struct {
	seq  int64  // its place among the chunks of the whole input
	off  int64  // of data[0] in the file
	size int    // records that begin in data[:size+1] are the chunk's
	data []byte // of capacity len+padding at least, with zeros there
	last bool   // no data follows

	// What a scan found. start and end are where the first record was taken to
	// begin, and where that after the last begins; in data, or beyond it.
	start, end int
	lines      int // from start to end
	batch      *source.Batch
	rejects    []reject
}

// A reject is a row that cannot be used, its line counted from the chunk's start.
type reject struct {
	line   int
	reason source.Reason
	record []byte
}

// unscanned stands for the start of a chunk that could not be guessed, or whose
// last record went on for too long.
const unscanned = -1

// A scanner scans chunks of one file. Each worker has its own.
type scanner struct {
	in       *input
	parser   *source.Parser
	fast     *fastPath // nil: the slow path alone
	splitter splitter
}

func newScanner(in *input, header *source.Header, rules *source.Rules, dict *source.Dict) *scanner {
	parser := source.NewParser(header, rules, dict)
	return &scanner{in: in, parser: parser, fast: newFastPath(parser, rules), splitter: splitter{maxFields: len(header.Names) + 2}}
}

// guess scans the chunk from where its first record seems to begin.
func (s *scanner) guess(c *chunk) error {
	c.start = s.guessStart(c)
	if c.start == unscanned {
		return nil
	}
	ok, err := s.scan(c, true)
	if !ok {
		c.start = unscanned
	}
	return err
}

// guessStart returns the first place after a line break from which a record can
// be read that looks like one: with as many fields as the header and a time
// where it should be. Failing that, the first place after a line break.
func (s *scanner) guessStart(c *chunk) int {
	const tries = 64 // a break that stands in quotes is followed by others soon
	first := unscanned
	for p, try := 0, 0; try < tries; try++ {
		n := bytes.IndexByte(c.data[p:], '\n')
		if n < 0 {
			break
		}
		p += n + 1
		if p > c.size {
			break
		}
		if first == unscanned {
			first = p
		}
		_, out := s.splitter.split(c.data, p, c.last)
		if out != whole || len(s.splitter.fields) != len(s.in.header.Names) {
			continue
		}
		at := int64(0)
		if i := s.in.header.Index[source.CreatedAt]; i >= 0 {
			text, _ := source.Clean(s.splitter.fields[i])
			at, _ = s.parser.Time(text)
		}
		if at != source.MissingTime && at != source.BadTime {
			return p
		}
	}
	return first
}

// scan reads the chunk's records from c.start on into its batch. If it is a
// guess, it gives up (ok = false) at a record that goes on for very long, since
// the guess may have taken a quote for the other of its pair.
func (s *scanner) scan(c *chunk, guess bool) (ok bool, err error) {
	ok, err = s.scanBy(s.fast, c, guess)
	if !ok || err != nil || s.fast == nil || utf8.Valid(c.data[c.start:min(c.end, len(c.data))]) {
		return ok, err
	}
	return s.scanBy(nil, c, guess) // which counts the rows that are ill-formed
}

// scanBy is scan by a fast path, or without one.
func (s *scanner) scanBy(fast *fastPath, c *chunk, guess bool) (ok bool, err error) {
	c.batch.Reset(c.seq)
	c.rejects = c.rejects[:0]
	c.lines = 0
	p := c.start
	for {
		if fast != nil {
			p = s.scanFast(fast, c, p)
		}
		if p > c.size || p == len(c.data) && c.last {
			break
		}
		if n := blankLine(c.data, p); n > 0 {
			p += n
			c.lines++
			continue
		}
		next, out := s.splitter.split(c.data, p, c.last)
		switch held := len(c.data) - p; {
		case out == incomplete && held <= s.in.maxRecord:
			if guess && len(c.data) > c.size+speculation {
				return false, nil
			}
			if err := s.in.read(c, max(tail, min(held, s.in.maxRecord+1-held))); err != nil {
				return false, err
			}
			continue
		case out == incomplete || out == whole && next-p > s.in.maxRecord:
			if guess {
				return false, nil
			}
			if p, err = s.takeTooLong(c, p); err != nil {
				return false, err
			}
			continue
		}
		s.take(c, c.data[p:next], out)
		c.lines += bytes.Count(c.data[p:next], newline)
		p = next
	}
	c.end = p
	return true, nil
}

// speculation is how far beyond its chunk a guess follows a record.
const speculation = 4 << 20

// scanFast reads records in their usual form, up to the first that is not.
func (s *scanner) scanFast(f *fastPath, c *chunk, p int) int {
	batch, end, lines := c.batch, len(c.data), c.lines
	padded := c.data[:end+padding]
	for p <= c.size {
		f.message.Flags = f.blank
		next, n, ok := f.read(padded, p, end)
		if !ok || next-p > s.in.maxRecord || f.message.CreatedAt == source.MissingTime {
			break // perhaps all is empty
		}
		if reason := batch.Append(&f.message); reason != source.Accepted {
			c.rejects = append(c.rejects, reject{lines, reason, slices.Clone(trimLineBreak(c.data[p:next]))})
		}
		p = next
		lines += n
	}
	c.lines = lines
	return p
}

// take adds the record that was split last, or what is broken of it.
func (s *scanner) take(c *chunk, record []byte, out outcome) {
	reason := source.BadQuote
	switch {
	case out == whole && s.empty(record):
		return
	case out == broken:
		c.batch.Reject(reason, source.InvalidUTF8(record))
	default:
		reason = s.parser.Add(c.batch, s.splitter.fields)
	}
	c.batch.Place(s.in.path, int64(c.lines)) // from the chunk's start
	if reason != source.Accepted {
		c.rejects = append(c.rejects, reject{c.lines, reason, slices.Clone(trimLineBreak(record))})
	}
}

// empty reports whether all fields of the record that was split last are empty or
// white space.
func (s *scanner) empty(record []byte) bool {
	for _, field := range s.splitter.fields {
		if len(bytes.TrimSpace(field)) > 0 {
			return false
		}
	}
	if len(s.splitter.fields) < s.splitter.maxFields {
		return true
	}
	all := splitter{} // without a limit
	all.split(record, 0, true)
	for _, field := range all.fields {
		if len(bytes.TrimSpace(field)) > 0 {
			return false
		}
	}
	return true
}

// takeTooLong rejects the first line of the record at c.data[p:], which is longer
// than a record may be, and returns where the next line begins: perhaps beyond the
// data, of which no more is held than the limit.
func (s *scanner) takeTooLong(c *chunk, p int) (next int, err error) {
	reason := source.FieldCount
	if s.splitter.quote >= 0 {
		reason = source.BadQuote
	}
	c.batch.Reject(reason, 0)
	c.batch.Place(s.in.path, int64(c.lines))
	var record []byte
	if n := bytes.IndexByte(c.data[p:], '\n'); n >= 0 {
		next = p + n + 1
		record = slices.Clone(trimLineBreak(c.data[p:next]))
	} else {
		shown := c.data[p:min(len(c.data), p+shownOfLine)]
		end, err := s.in.lineEnd(c.off + int64(len(c.data)))
		if err != nil {
			return 0, err
		}
		next = int(end - c.off)
		record = fmt.Appendf(nil, "%s… (cut: the line has %d bytes)", shown, next-p)
	}
	c.lines++
	c.rejects = append(c.rejects, reject{c.lines - 1, reason, record})
	return next, nil
}

// shownOfLine is how much of a line without an end a reject has.
const shownOfLine = 64 << 10
