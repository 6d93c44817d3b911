package chunk

import (
	"cmp"
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/internal/swar"
	"github.com/sav-analytics/sav/source"
)

// A reading is the scan of one file.
type reading struct {
	*Source
	in       *Input
	file     int // the number of in
	receiver *source.Receiver
	first    int64 // seq of the first chunk
	done     int64 // bytes of the files before
	taken    atomic.Int64
	sequence sequence
	chunks   chan *Chunk // free ones
}

func (r *reading) run(parent context.Context) error {
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	workers := cmp.Or(r.Workers, runtime.GOMAXPROCS(0))
	r.sequence = sequence{file: r.in.File, reject: r.receiver.Reject, next: r.first, pos: r.in.First, line: r.in.Line,
		waiting: make(map[int64]*Chunk)}
	defer context.AfterFunc(ctx, r.in.File.Interrupt)()
	// Two chunks for each worker: one that it scans, one that waits for an earlier chunk.
	r.chunks = make(chan *Chunk, 2*workers)
	for range cap(r.chunks) {
		batch := intake.NewBatch(r.in.Header.Columns(), r.receiver.Needs, r.receiver.Dict)
		batch.File = r.file
		r.chunks <- &Chunk{file: r.in.File, Batch: batch}
	}
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			if err := r.work(ctx); err != nil {
				cancel(err)
			}
		})
	}
	group.Wait()
	return context.Cause(ctx)
}

// work scans chunks until there are none left. A chunk's number is taken after the memory
// for it, so that the lowest one under way is never kept waiting.
func (r *reading) work(ctx context.Context) error {
	s := r.in.Scanner(r.receiver.Needs, r.receiver.Dict)
	size := r.chunkSize(r.in)
	for {
		var c *Chunk
		select {
		case <-ctx.Done():
			return nil
		case c = <-r.chunks:
		}
		n := r.taken.Add(1) - 1
		c.seq = r.first + n
		if err := c.fill(r.in.First+n*int64(size), size); err != nil {
			return err
		}
		atEnd := len(c.Data) == 0
		if err := r.scan(c, s, n == 0); err != nil {
			return err
		}
		sure, err := r.sequence.confirm(c, s)
		if err != nil {
			return err
		}
		for _, c := range sure {
			if c.Batch.Counts.Rows > 0 {
				if err := r.receiver.Batch(&c.Batch.Batch); err != nil {
					return err
				}
			}
			if r.Progress != nil {
				r.Progress(r.done+r.sequence.reached(), r.size())
			}
			r.chunks <- c
		}
		if atEnd {
			return nil
		}
	}
}

// scan scans a chunk: the first from its beginning, any other from where its first record
// seems to begin.
func (r *reading) scan(c *Chunk, s Scanner, first bool) error {
	if first {
		c.Start = 0
		_, err := s.Scan(c, false)
		return err
	}
	if c.Start = s.Guess(c); c.Start == Unknown {
		return nil
	}
	ok, err := s.Scan(c, true)
	if !ok {
		c.Start = Unknown
	}
	return err
}

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
