package csvfile

import (
	"sync"

	"github.com/sav-analytics/sav/source"
)

// A sequence takes the chunks of a file as they were scanned, in any order, and
// confirms them in the file's: only when the chunks before one are known is it
// sure where its first record begins. What a chunk holds is handed on after that.
type sequence struct {
	in     *input
	reject func(*source.Reject) error // may be nil

	mu      sync.Mutex
	next    int64            // the chunk to be confirmed next
	pos     int64            // where its first record begins
	line    int64            // the line of that
	waiting map[int64]*chunk // scanned, by seq
	err     error            // no chunk will be confirmed any more
}

// confirm takes a scanned chunk and returns those that are sure by now, in
// order. A chunk that was scanned from a wrong place is scanned again, by s.
func (q *sequence) confirm(c *chunk, s *scanner) (sure []*chunk, err error) {
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

// settle makes sure that the chunk was scanned from where it should be, and
// hands on the rows it rejected.
func (q *sequence) settle(c *chunk, s *scanner) error {
	switch start := q.pos - c.off; {
	case len(c.data) == 0 || start > int64(c.size) || start == int64(len(c.data)) && c.last:
		// The file ends before this chunk, or a record of an earlier one goes on beyond it.
		c.batch.Reset(c.seq)
		return nil
	case int64(c.start) != start:
		c.start = int(start)
		if _, err := s.scan(c, false); err != nil {
			return err
		}
	}
	if q.reject != nil {
		for _, r := range c.rejects {
			if err := q.reject(&source.Reject{Input: q.in.path, Line: q.line + int64(r.line), Reason: r.reason, Record: r.record}); err != nil {
				return err
			}
		}
	}
	for i := range c.batch.Rows {
		c.batch.Rows[i].Line += q.line
	}
	q.pos = c.off + int64(c.end)
	q.line += int64(c.lines)
	q.in.release(q.pos)
	if cap(c.data) > 2*(c.size+tail+padding) { // a long record's; it is not needed any more
		c.data = nil
	}
	return nil
}

// reached is how much of the file is confirmed, in bytes.
func (q *sequence) reached() int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.pos
}
