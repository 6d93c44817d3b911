package csvfile

import (
	"cmp"
	"context"
	"errors"
	"io"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/sav-analytics/sav/source"
)

// Options say how files are read. The zero value is the default.
type Options struct {
	// Rules say how columns are found and values are read.
	source.Rules
	// Stdin is what the name "-" stands for.
	Stdin io.Reader
	// Progress, if not nil, is told how many bytes of how many were scanned; the
	// total is -1 if it is not known. It is called from several goroutines.
	Progress func(done, total int64)

	workers   int // 0: one a core
	chunkSize int // 0: as rows are long
	maxRecord int // 0: maxRecord
}

// A chunk is what is scanned at a time. Its rows give each partition of the analysis,
// which has more of them for a large input, a few cache lines of them, if they have no
// very long texts.
const (
	rowsPerChunk  = 1 << 14
	rowsOfLarge   = 1 << 16
	largeInput    = 1 << 25 // rows
	smallestChunk = 1 << 20
	largestChunk  = 4 << 20
)

// chunkSize is how many bytes of a file whose rows have so many are scanned at a time.
func (s *Source) chunkSize(rowBytes int) int {
	if s.opts.chunkSize > 0 {
		return s.opts.chunkSize
	}
	rows := rowsPerChunk
	if s.EstimateRows() >= largeInput {
		rows = rowsOfLarge
	}
	return min(max(rows*rowBytes, smallestChunk), largestChunk)
}

// A Source is a list of CSV files that are read as one input. It can be read once, or
// several times if all are plain files.
type Source struct {
	opts   Options
	inputs []*input
}

// Open opens the files and reads their headers. They must agree on the
// columns that all inputs have or none; a [source.InputError] says where they don't, and
// what else makes a file unusable. Close closes them.
func Open(names []string, opts Options) (*Source, error) {
	if len(names) == 0 {
		return nil, errors.New("csvfile: no file to open")
	}
	s := &Source{opts: opts}
	for _, name := range names {
		in, err := openInput(name, opts.Stdin)
		if err != nil {
			s.Close()
			return nil, err
		}
		in.path, in.maxRecord = name, cmp.Or(opts.maxRecord, maxRecord)
		s.inputs = append(s.inputs, in)
		if err := in.readHeader(&opts.Rules); err != nil {
			s.Close()
			return nil, err
		}
		if err := in.header.Columns().Agree(in.name, s.inputs[0].name, s.inputs[0].header.Columns()); err != nil {
			s.Close()
			return nil, err
		}
	}
	return s, nil
}

// Close closes the files.
func (s *Source) Close() error {
	var first error
	for _, in := range s.inputs {
		if err := in.close(); first == nil {
			first = err
		}
	}
	return first
}

// Columns returns the fields that any of the files has.
func (s *Source) Columns() source.Columns {
	var all source.Columns
	for _, in := range s.inputs {
		if in.header != nil {
			all |= in.header.Columns()
		}
	}
	return all
}

// Headers returns the files' headers.
func (s *Source) Headers() []*source.Header {
	headers := make([]*source.Header, len(s.inputs))
	for i, in := range s.inputs {
		headers[i] = in.header
	}
	return headers
}

// EstimateRows guesses the number of rows from the size of the files and that of their
// first rows; 0 if that is not known.
func (s *Source) EstimateRows() int64 {
	var rows int64
	for _, in := range s.inputs {
		if in.size < 0 {
			return 0
		}
		rows += in.size/int64(in.rowBytes) + 1
	}
	return rows
}

func (s *Source) size() int64 {
	var sum int64
	for _, in := range s.inputs {
		if in.size < 0 {
			return -1
		}
		sum += in.size
	}
	return sum
}

// Read scans the files on all cores.
func (s *Source) Read(ctx context.Context, r *source.Receiver) error {
	var seq, done int64
	for _, in := range s.inputs {
		read := &reading{Source: s, in: in, receiver: r, done: done, first: seq}
		if err := in.begin(); err != nil {
			return err
		}
		err := read.run(ctx)
		var unusable *source.InputError
		if err == nil || errors.As(err, &unusable) {
			err = in.stamp.Check(in.name, err)
		}
		if err != nil {
			return err
		}
		seq = read.sequence.next
		done += max(in.size, 0)
	}
	return nil
}

// A reading is the scan of one file.
type reading struct {
	*Source
	in       *input
	receiver *source.Receiver
	first    int64 // seq of the first chunk
	done     int64 // bytes of the files before
	taken    atomic.Int64
	sequence sequence
	chunks   chan *chunk // free ones
}

func (r *reading) run(parent context.Context) error {
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	workers := r.opts.workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	r.sequence = sequence{in: r.in, reject: r.receiver.Reject, next: r.first, pos: r.in.first, line: r.in.line,
		waiting: make(map[int64]*chunk)}
	defer context.AfterFunc(ctx, r.in.interrupt)()
	// Two chunks for each worker: one that it scans, one that waits for an
	// earlier chunk.
	r.chunks = make(chan *chunk, 2*workers)
	for range cap(r.chunks) {
		r.chunks <- &chunk{batch: source.NewBatch(r.in.header.Columns(), r.receiver.Needs, r.receiver.Dict)}
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

// work scans chunks until there are none left. A chunk's number is taken after
// the memory for it, so that the lowest one under way is never kept waiting.
func (r *reading) work(ctx context.Context) error {
	s := newScanner(r.in, r.in.header, &r.opts.Rules, r.receiver.Dict)
	if r.receiver.Needs.Rows {
		s.fast = nil // it says no lines
	}
	size := r.chunkSize(r.in.rowBytes)
	for {
		var c *chunk
		select {
		case <-ctx.Done():
			return nil
		case c = <-r.chunks:
		}
		n := r.taken.Add(1) - 1
		c.seq = r.first + n
		if err := r.in.fill(c, r.in.first+n*int64(size), size); err != nil {
			return err
		}
		atEnd := len(c.data) == 0
		if n == 0 {
			c.start = 0
			if _, err := s.scan(c, false); err != nil {
				return err
			}
		} else if err := s.guess(c); err != nil {
			return err
		}
		sure, err := r.sequence.confirm(c, s)
		if err != nil {
			return err
		}
		for _, c := range sure {
			if c.batch.Counts.Rows > 0 {
				if err := r.receiver.Batch(c.batch); err != nil {
					return err
				}
			}
			if r.opts.Progress != nil {
				r.opts.Progress(r.done+r.sequence.reached(), r.size())
			}
			r.chunks <- c
		}
		if atEnd {
			return nil
		}
	}
}
