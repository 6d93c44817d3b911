package chunk

import (
	"sync"

	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/internal/swar"
	"github.com/sav-analytics/sav/source"
)

// A sequence takes the chunks of a file as they were scanned, in any order, and confirms
// them in the file's: only when the chunks before one are known is it sure where its
// first record begins. What a chunk holds is handed on after that.
type sequence struct {
	file   *dialect.File
	reject func(*source.Reject) error // may be nil

	mu      sync.Mutex
	next    int64            // the chunk to be confirmed next
	pos     int64            // where its first record begins
	line    int64            // the line of that
	waiting map[int64]*Chunk // scanned, by seq
	err     error            // no chunk will be confirmed any more
}

// confirm takes a scanned chunk and returns those that are sure by now, in order. A chunk
// that was scanned from a wrong place is scanned again, by s.
func (q *sequence) confirm(c *Chunk, s Scanner) (sure []*Chunk, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting[c.seq] = c
	for q.err == nil {
		c, ok := q.waiting[q.next]
		if !ok {
			break
		}
		delete(q.waiting, q.next)
		q.next++
		q.err = q.settle(c, s)
		sure = append(sure, c)
	}
	return sure, q.err
}

// settle makes sure that the chunk was scanned from where it should be, and hands on the
// rows it rejected.
func (q *sequence) settle(c *Chunk, s Scanner) error {
	switch start := q.pos - c.Off; {
	case len(c.Data) == 0 || start > int64(c.Size) || start >= int64(len(c.Data)) && c.Last:
		// The file ends before this chunk, or a record of an earlier one goes on beyond it.
		c.Reset()
		return nil
	case int64(c.Start) != start:
		c.Start = int(start)
		if _, err := s.Scan(c, false); err != nil {
			return err
		}
	}
	if q.reject != nil {
		for i := range c.Rejects {
			r := &c.Rejects[i]
			r.Input, r.Line = q.file.Path, q.line+r.Line
			if err := q.reject(r); err != nil {
				return err
			}
		}
	}
	if f := c.Fatal; f != nil {
		return &source.InputError{Input: q.file.Name, Line: q.line + int64(f.Line), Column: f.Column, Err: f.Err}
	}
	for i := range c.Batch.Rows {
		c.Batch.Rows[i].Line += q.line
	}
	q.pos = c.Off + int64(c.End)
	q.line += int64(c.Lines)
	q.file.Release(q.pos)
	if cap(c.Data) > 2*(c.Size+tail+swar.Padding) { // a long record's; it is not needed any more
		c.Data = nil
	}
	return nil
}

// reached returns how much of the file is confirmed, in bytes.
func (q *sequence) reached() int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.pos
}
