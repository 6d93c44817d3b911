package csvfile

import (
	"bytes"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/chunk"
	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/internal/source/record"
	"github.com/sav-analytics/sav/internal/source/verdict"
	"github.com/sav-analytics/sav/source"
)

// A scanner scans chunks of one file. Each worker has its own.
type scanner struct {
	path      string
	format    record.Format
	maxRecord int // bytes of a record; a longer one is rejected
	parser    *intake.Parser
	fast      *fastPath // nil: the splitter alone
	splitter  *record.Splitter
}

func newScanner(file *dialect.File, format record.Format, header *source.Header, rules *source.Rules,
	dict *source.Dict) *scanner {
	parser := intake.NewParser(header, rules, dict)
	return &scanner{path: file.Path, format: format, maxRecord: chunk.MaxRecord, parser: parser,
		fast:     newFastPath(parser, rules, format),
		splitter: record.NewSplitter(format, len(header.Names)+2)} // two too many are too many
}

// Guess returns the first place after a line break from which a record can be read that
// looks like one: with the header's number of fields and a time where it should be. Failing
// that, the first place after a line break.
func (s *scanner) Guess(c *chunk.Chunk) int {
	const tries = 64 // a break that stands in quotes is followed by others soon
	first := chunk.Unknown
	for p, try := 0, 0; try < tries; try++ {
		n := bytes.IndexByte(c.Data[p:], s.format.LineEnd)
		if n < 0 {
			break
		}
		p += n + 1
		if p > c.Size {
			break
		}
		if first == chunk.Unknown {
			first = p
		}
		if _, out := s.splitter.Split(c.Data, p, c.Last); out == record.Whole && s.plausible() {
			return p
		}
	}
	return first
}

// plausible reports whether the record that was split last looks like one.
func (s *scanner) plausible() bool {
	header, fields := s.parser.Header(), s.splitter.Fields
	n := len(header.Names)
	if len(fields) != n && (len(fields) != n+1 || len(fields[n]) > 0) {
		return false
	}
	i := header.Index[source.CreatedAt]
	if i < 0 {
		return true
	}
	text, _ := intake.Clean(fields[i])
	at, _ := s.parser.Time(text)
	return at != source.MissingTime && at != intake.BadTime
}

// Scan reads the chunk's records from c.Start on into its batch. If it is a guess, it
// gives up at a record that goes on for very long.
func (s *scanner) Scan(c *chunk.Chunk, guessed bool) (ok bool, err error) {
	c.Reset()
	defer s.parser.Settle(c.Batch)
	p := c.Start
	for {
		if s.fast != nil {
			p = s.scanFast(c, p)
		}
		if c.Done(p) {
			break
		}
		if p < len(c.Data) && c.Data[p] == s.format.LineEnd { // a blank line; there may be many
			p++
			c.Lines++
			continue
		}
		next, out := s.splitter.Split(c.Data, p, c.Last)
		if out == record.Incomplete {
			more, err := c.More(p, s.maxRecord, guessed)
			if err != nil {
				return false, err
			}
			if more {
				continue
			}
		}
		if out == record.Incomplete || next-p > s.maxRecord {
			if guessed {
				return false, nil
			}
			if p, err = s.takeTooLong(c, p); err != nil {
				return false, err
			}
			continue
		}
		s.take(c, c.Data[p:next], out)
		p = next
	}
	c.End = p
	return true, nil
}

// scanFast reads records in their usual form, up to the first that is not.
func (s *scanner) scanFast(c *chunk.Chunk, p int) int {
	f, batch, end, padded, all := s.fast, c.Batch, len(c.Data), c.Padded(), c.Lines
	for p <= c.Size {
		f.message.Flags = f.blank
		next, i := f.hot(padded, p, 0)
		lines, ok := 1, true
		if i < len(f.columns) {
			next, lines, ok = f.rest(padded, next, i, end)
		}
		if !ok || next-p > s.maxRecord || f.message.CreatedAt == source.MissingTime { // perhaps all is empty
			break
		}
		if reason := batch.Append(&f.message); reason != verdict.Accepted {
			c.Lines = all
			s.splitter.Split(c.Data, p, c.Last) // which read says is whole
			s.parser.BlameRecord(c.Reject(reason, s.format.TrimBreak(c.Data[p:next])), s.splitter.Fields)
		}
		p = next
		all += lines
	}
	c.Lines = all
	return p
}

// take adds the record that was split last, or what is broken of it.
func (s *scanner) take(c *chunk.Chunk, text []byte, out record.Outcome) {
	lines := bytes.Count(text, []byte{s.format.LineEnd})
	reason := verdict.Accepted
	switch {
	case out == record.Broken:
		reason = verdict.BadQuote
		c.Batch.Reject(reason, intake.InvalidUTF8(text))
	case s.splitter.Blank:
		c.Lines += lines
		return
	case len(s.splitter.Fields) > len(s.parser.Header().Names)+1: // some were dropped
		reason = verdict.FieldCount
		c.Batch.Reject(reason, intake.InvalidUTF8(text))
	default:
		reason = s.parser.Add(c.Batch, s.splitter.Fields)
	}
	c.Batch.Place(s.path, int64(c.Lines)) // from the chunk's start
	if reason != verdict.Accepted {
		r := c.Reject(reason, s.format.TrimBreak(text))
		if out == record.Whole {
			s.parser.BlameRecord(r, s.splitter.Fields)
		}
	}
	c.Lines += lines
}

// takeTooLong rejects the first line of the record at c.Data[p:], which is longer than a
// record may be, and returns where the next line begins: perhaps beyond the data, of
// which no more is held than the limit.
func (s *scanner) takeTooLong(c *chunk.Chunk, p int) (next int, err error) {
	reason := verdict.BadQuote // a line of ordinary length: a quote goes on beyond it
	next, text, err := c.LongLine(p, s.format.LineEnd, true)
	if err != nil {
		return 0, err
	}
	if next-p > s.maxRecord {
		reason = verdict.FieldCount
	}
	text = bytes.TrimSuffix(text, []byte{'\r'})
	c.Batch.Reject(reason, intake.InvalidUTF8(text))
	c.Batch.Place(s.path, int64(c.Lines))
	c.Reject(reason, text)
	c.Lines++
	return next, nil
}
