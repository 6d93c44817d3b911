package chunk

import (
	"cmp"
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/sav-analytics/sav/internal/intake"
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
