package chunk

import (
	"context"
	"errors"
	"math"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/source"
)

// An Input is a file whose columns are known.
type Input struct {
	File     *dialect.File
	Header   *source.Header
	First    int64 // where the first record begins
	Line     int64 // on which line that is, from 1
	RowBytes int   // of a row, about
	// Scanner returns a scanner for rows that are received with needs and dict.
	Scanner func(needs source.Needs, dict *source.Dict) Scanner
	// Finish, if not nil, is called when all was read; it may say that the file cannot be
	// used after all.
	Finish func() error
}

// Options say how a Source is read. The zero value is the default.
type Options struct {
	// Progress, if not nil, is called with how many bytes of how many were scanned; the
	// total is -1 if it is not known. It is called from several goroutines.
	Progress func(done, total int64)

	Workers   int // 0: one a core
	Size      int // of a chunk; 0: as rows are long
	MaxRecord int // bytes of a record, longer ones being rejected; 0: the constant MaxRecord
}

// A Source is a list of files that are read as one input.
type Source struct {
	Inputs []*Input
	Options
}

// Add adds files, whose columns newInput finds, and closes all files if it fails.
func (s *Source) Add(files []*dialect.File, newInput func(*dialect.File) (*Input, error)) (err error) {
	if len(files) == 0 {
		return errors.New("no file to read")
	}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	for _, f := range files { // all, so that Close closes them
		s.Inputs = append(s.Inputs, &Input{File: f, Header: &source.Header{}})
	}
	for i, f := range files {
		in, err := newInput(f)
		if err != nil {
			return err
		}
		s.Inputs[i] = in
	}
	return intake.AgreeAll(s.Headers(), func(i int) string { return s.Inputs[i].File.Name })
}

// Close closes the files.
func (s *Source) Close() error {
	var all []error
	for _, in := range s.Inputs {
		all = append(all, in.File.Close())
	}
	return errors.Join(all...)
}

// Columns returns the fields that any of the files has.
func (s *Source) Columns() source.Columns {
	var all source.Columns
	for _, in := range s.Inputs {
		all |= in.Header.Columns()
	}
	return all
}

// Headers returns the files' headers.
func (s *Source) Headers() []*source.Header {
	headers := make([]*source.Header, len(s.Inputs))
	for i, in := range s.Inputs {
		headers[i] = in.Header
	}
	return headers
}

// EstimateRows guesses the number of rows from the size of the files and that of their
// first rows; 0 if that is not known.
func (s *Source) EstimateRows() int64 {
	var rows int64
	for _, in := range s.Inputs {
		if in.File.Size < 0 {
			return 0
		}
		rows += in.File.Size/int64(max(in.RowBytes, 1)) + 1
	}
	return rows
}

// size returns the bytes of all files, or -1.
func (s *Source) size() int64 {
	var sum int64
	for _, in := range s.Inputs {
		if in.File.Size < 0 || sum > math.MaxInt64-in.File.Size {
			return -1
		}
		sum += in.File.Size
	}
	return sum
}

// A chunk's rows give each partition of the analysis, which has more of them for a large
// input, a few cache lines of them, if they have no very long texts.
const (
	rowsPerChunk = 1 << 14
	rowsOfLarge  = 1 << 16
	largeInput   = 1 << 25 // rows
	minSize      = 1 << 20
	maxSize      = 4 << 20
)

// chunkSize returns how many bytes of a file are scanned at a time.
func (s *Source) chunkSize(in *Input) int {
	if s.Size > 0 {
		return s.Size
	}
	rows := rowsPerChunk
	if s.EstimateRows() >= largeInput {
		rows = rowsOfLarge
	}
	return min(max(rows*min(in.RowBytes, maxSize), minSize), maxSize)
}

// Read scans the files on all cores.
func (s *Source) Read(ctx context.Context, r *source.Receiver) error {
	if err := r.Check(); err != nil {
		return err
	}
	var seq, done int64
	for i, in := range s.Inputs {
		if err := in.File.Begin(); err != nil {
			return err
		}
		read := &reading{Source: s, in: in, file: i, receiver: r, done: done, first: seq}
		err := read.run(ctx)
		if err == nil && in.Finish != nil {
			err = in.Finish()
		}
		if _, ok := errors.AsType[*source.InputError](err); ok || err == nil {
			err = in.File.Check(err)
		}
		if err != nil {
			return err
		}
		seq = read.sequence.next
		done += max(in.File.Size, 0)
	}
	return nil
}

// ScanAll reads the files as [Source.Read] does, each as one chunk and from its
// beginning: what tests hold the parallel reading to.
func (s *Source) ScanAll(r *source.Receiver) error {
	for i, in := range s.Inputs {
		q := sequence{file: in.File, reject: r.Reject, pos: in.First, line: in.Line}
		c := &Chunk{seq: int64(i), file: in.File, Start: Unknown,
			Batch: intake.NewBatch(in.Header.Columns(), r.Needs, r.Dict)}
		if err := c.fill(in.First, 1<<24); err != nil {
			return err
		}
		if err := q.settle(c, in.Scanner(r.Needs, r.Dict)); err != nil {
			return err
		}
		if err := r.Batch(&c.Batch.Batch); err != nil {
			return err
		}
	}
	return nil
}
