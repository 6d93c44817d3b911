package analysis

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unsafe"

	"github.com/sav-analytics/sav/internal/ints"
)

// A spill is files for what is beyond the memory limit. They have no name from
// the moment on that they are made, so that nothing of them is left whatever ends
// the process.
type spill struct {
	dir    string
	limit  int64 // bytes of memory
	budget int   // cells that may be in memory
	free   int64 // bytes that reading takes, and pairing may take after it

	runs   []spilledRun
	arrays []mapped
	named  []string // files that still have a name
	swept  bool
}

// overhead is what a run needs beyond its cells: the chunks that are scanned, the
// batches made of them, and the program itself.
const overhead = 128 << 20

// programBytes is what of this the program itself needs.
const programBytes = 32 << 20

// newSpill returns nil for a limit of 0: there is none.
func newSpill(dir string, limit int64) *spill {
	if limit == 0 {
		return nil
	}
	const least = 1 << 20 // bytes
	return &spill{dir: dir, limit: limit, free: overhead - programBytes,
		budget: int(min(max(limit-overhead, least)/cellBytes, math.MaxInt))}
}

// A spilledRun is rows that were written at one time, partition by partition. A
// partition has, for each batch, a cell that says its seq and how many cells of
// which width follow.
type spilledRun struct {
	file *os.File
	ends []int64 // where each partition ends, in bytes
	rows []int64 // of each partition
}

// A piece is the rows of a partition that came in one batch.
type piece struct {
	seq   int64
	rows  []cell
	width int
}

// write writes the rows of all batches to a new run.
func (s *spill) write(batches []packed, partitions int) error {
	f, err := s.create()
	if err != nil {
		return err
	}
	run := spilledRun{file: f, ends: make([]int64, partitions), rows: make([]int64, partitions)}
	s.runs = append(s.runs, run)
	slices.SortFunc(batches, func(a, b packed) int { return cmp.Compare(a.seq, b.seq) })
	const block = 1 << 16 // cells
	buf := make([]cell, 0, block)
	at := int64(0)
	flush := func() error {
		n, err := f.Write(cellsAsBytes(buf))
		at += int64(n)
		buf = buf[:0]
		if err != nil {
			return fmt.Errorf("spill to %s: %w", s.dir, err)
		}
		return nil
	}
	for p := range partitions {
		for i := range batches {
			rows := batches[i].rows(p)
			if len(rows) == 0 {
				continue
			}
			if len(buf)+1+len(rows) > block {
				if err := flush(); err != nil {
					return err
				}
			}
			buf = append(buf, cell{uint64(batches[i].seq), uint64(len(rows)*wideCells + batches[i].width - 1)})
			buf = append(buf, rows...)
			run.rows[p] += int64(len(rows) / batches[i].width)
		}
		run.ends[p] = at + int64(len(buf))*cellBytes
	}
	return flush()
}

// read appends the pieces of partition p in all runs to pieces. Their rows are in
// buf, which is returned to be used again.
func (s *spill) read(p int, pieces []piece, buf []cell) ([]piece, []cell, error) {
	total := int64(0)
	for i := range s.runs {
		from, to := s.runs[i].extent(p)
		total += to - from
	}
	buf = ints.Resize(buf, int(total/cellBytes))
	free := buf
	for i := range s.runs {
		from, to := s.runs[i].extent(p)
		part := free[:(to-from)/cellBytes]
		free = free[len(part):]
		if _, err := s.runs[i].file.ReadAt(cellsAsBytes(part), from); err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return nil, buf, fmt.Errorf("read back from %s: %w", s.dir, err)
		}
		for len(part) > 0 {
			head := part[0]
			n := int(head.b / wideCells)
			pieces = append(pieces, piece{seq: int64(head.a), rows: part[1:][:n], width: int(head.b%wideCells) + 1})
			part = part[1+n:]
		}
	}
	slices.SortFunc(pieces, func(a, b piece) int { return cmp.Compare(a.seq, b.seq) })
	return pieces, buf, nil
}

func (r *spilledRun) extent(p int) (from, to int64) {
	if p > 0 {
		from = r.ends[p-1]
	}
	return from, r.ends[p]
}

// array returns n cells of a file that is mapped to memory: the system writes them
// out when it needs the memory for something else.
func (s *spill) array(n int) ([]cell, error) {
	f, err := s.create()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	m, err := mapFile(f, int64(n)*cellBytes)
	if err != nil {
		return nil, fmt.Errorf("spill to %s: %w", s.dir, err)
	}
	s.arrays = append(s.arrays, m)
	return bytesAsCells(m)[:n], nil
}

// spillPrefix begins the name that a file has for a moment.
const spillPrefix = ".sav-spill-"

// create makes a file and removes its name: the system frees it however the process
// ends. A system that keeps the names of open files keeps it until close.
func (s *spill) create() (*os.File, error) {
	if !s.swept {
		s.swept = true
		s.sweep()
	}
	f, err := os.CreateTemp(s.dir, spillPrefix+"*")
	if err != nil {
		return nil, fmt.Errorf("spill: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		s.named = append(s.named, f.Name())
	}
	return f, nil
}

// sweep removes what a process left that was killed before it removed the name. What
// can't be removed is somebody else's.
func (s *spill) sweep() {
	dir := s.dir
	if dir == "" {
		dir = os.TempDir()
	}
	entries, _ := os.ReadDir(dir) // a folder that can't be read may still be written to
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), spillPrefix) && e.Type().IsRegular() {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}

// close gives everything back. No cell of it may be used any more.
func (s *spill) close() {
	if s == nil {
		return
	}
	for _, r := range s.runs {
		r.file.Close()
	}
	for _, m := range s.arrays {
		m.unmap()
	}
	for _, name := range s.named {
		_ = os.Remove(name)
	}
}

// cellsAsBytes is the memory of cells, as it is.
func cellsAsBytes(c []cell) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(c))), len(c)*cellBytes)
}

func bytesAsCells(b []byte) []cell {
	return unsafe.Slice((*cell)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/cellBytes)
}
