package parquetfile

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/source"
)

// Options say how files are read. The zero value is the default.
type Options struct {
	// Rules say how columns are found and values are read. Rules.Zone is also that of
	// timestamps that are not adjusted to UTC.
	source.Rules
	// Progress, if not nil, is called with how many bytes of how many were read. It is
	// called from several goroutines.
	Progress func(done, total int64)

	Workers   int // 0: one a core
	BatchRows int // 0: defaultBatch
}

// defaultBatch is how many rows make a batch, at least where a row group has so
// many. It gives each partition of the analysis a few cache lines of them.
const defaultBatch = 1 << 14

// A Source is a list of Parquet files that are read as one input. It can be read
// any number of times.
type Source struct {
	opts   Options
	files  []*file
	groups []*group // of all files
}

// A group is a row group and its place in the input.
type group struct {
	file  *file
	index int   // in the file
	rows  int64 // how many it has
	first int64 // rows of the file before it
	seq   int64 // of its first batch
}

// New returns a source of open files, whose footers it reads. They must agree on the
// columns that all inputs have or none; a [source.InputError] says where they don't, and
// what else makes a file unusable. Close closes the files; so does New if it fails.
func New(files []*dialect.File, opts Options) (_ *Source, err error) {
	if len(files) == 0 {
		return nil, errors.New("no file to read")
	}
	opts.BatchRows = cmp.Or(opts.BatchRows, defaultBatch)
	s := &Source{opts: opts}
	defer func() {
		if err != nil {
			for _, f := range files {
				f.Close()
			}
		}
	}()
	seq := int64(0)
	for _, opened := range files {
		f, err := newFile(opened, &opts.Rules)
		if err != nil {
			return nil, err
		}
		s.files = append(s.files, f)
		if err := intake.Agree(f.header.Columns(), f.Name, s.files[0].Name, s.files[0].header.Columns()); err != nil {
			return nil, err
		}
		first := int64(0)
		for i, rows := range f.groupRows {
			s.groups = append(s.groups, &group{file: f, index: i, rows: rows, first: first, seq: seq})
			first += rows
			seq += rows/int64(opts.BatchRows) + 1
		}
	}
	return s, nil
}

// Close closes the files.
func (s *Source) Close() error {
	var all []error
	for _, f := range s.files {
		all = append(all, f.Close())
	}
	return errors.Join(all...)
}

// Columns returns the fields that any of the files has.
func (s *Source) Columns() source.Columns {
	var all source.Columns
	for _, f := range s.files {
		all |= f.header.Columns()
	}
	return all
}

// Headers returns the files' headers.
func (s *Source) Headers() []*source.Header {
	headers := make([]*source.Header, len(s.files))
	for i, f := range s.files {
		headers[i] = f.header
	}
	return headers
}

// EstimateRows returns the number of rows, which the footers tell.
func (s *Source) EstimateRows() int64 {
	var sum int64
	for _, g := range s.groups {
		sum += g.rows
	}
	return sum
}

// Read reads the row groups on all cores. The line of a row that is rejected is
// its place in its file, from 1; the record is the columns that were read of it,
// as CSV, in the file's order.
func (s *Source) Read(parent context.Context, r *source.Receiver) error {
	if err := r.Check(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	workers := cmp.Or(s.opts.Workers, runtime.GOMAXPROCS(0))
	progress := s.newProgress()
	order := newOrder(ctx, len(s.groups), r.Reject)
	var taken atomic.Int64
	var pool sync.WaitGroup
	for range min(workers, len(s.groups)) {
		pool.Go(func() {
			w := &worker{Source: s, receiver: r, order: order}
			for ctx.Err() == nil {
				n := int(taken.Add(1)) - 1
				if n >= len(s.groups) {
					return
				}
				if err := w.read(ctx, n); err != nil {
					cancel(err)
					return
				}
				progress.add(s.groups[n])
			}
		})
	}
	pool.Wait()
	err := context.Cause(ctx)
	if _, ok := errors.AsType[*source.InputError](err); ok || err == nil {
		for _, f := range s.files {
			if changed := f.Check(nil); changed != nil {
				return changed
			}
		}
	}
	return err
}

// A progress adds up how much of the files was read: the share of a file's bytes is that of its rows.
type progress struct {
	tell        func(done, total int64)
	total, done int64
	mu          sync.Mutex
}

func (s *Source) newProgress() *progress {
	p := &progress{tell: s.opts.Progress}
	for _, f := range s.files {
		p.total += f.Size
	}
	return p
}

func (p *progress) add(g *group) {
	if p.tell == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	rows := g.file.rows
	share := func(upTo int64) int64 { return int64(float64(g.file.Size) * (float64(upTo) / float64(rows))) }
	if rows > 0 {
		p.done += share(g.first+g.rows) - share(g.first)
	}
	p.tell(p.done, p.total)
}
