package engine

import (
	"cmp"
	"io"
	"os"
	"slices"

	"github.com/sav-analytics/sav/analysis/internal/memory"
	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/source"
)

// A run is batches that were written to a file at one time, partition by partition. A
// partition has, for each batch, a header cell and the rows.
type run struct {
	file *os.File
	ends []int64 // where each partition ends, in bytes
	rows []int64 // of each partition
}

// header returns the cell before the rows of a batch: its seq, then their base with how
// many cells follow, shifted left by one, and in the lowest bit whether the rows are wide.
func header(seq int64, r rows) memory.Cell {
	n := uint64(len(r.cells)) << 1 // fits: a batch has less than 1<<32 rows
	if r.wide {
		n |= 1
	}
	return memory.Cell{uint64(seq), uint64(r.base) | n}
}

// readHeader returns what a header says: the seq of rows without cells, and how many of
// these follow.
func readHeader(head memory.Cell) (p piece, cells int) {
	n := head[1] & (1<<baseShift - 1)
	return piece{int64(head[0]), rows{wide: n&1 == 1, base: baseOf(source.ID(head[1]))}}, int(n >> 1)
}

// A piece is the rows of a partition that came in one batch.
type piece struct {
	seq int64
	rows
}

// spill writes all batches to a file and takes their memory back.
func (s *Store) spill() error {
	f, err := s.limit.Create()
	if err != nil {
		return err
	}
	r := run{file: f, ends: make([]int64, s.partitions), rows: make([]int64, s.partitions)}
	s.spilled = append(s.spilled, r)
	slices.SortFunc(s.batches, func(a, b batch) int { return cmp.Compare(a.seq, b.seq) })
	if err := r.write(s.batches); err != nil {
		return s.limit.Error("spill to", err)
	}
	s.batches = s.batches[:0]
	s.slabs.Reset()
	return nil
}

func (r *run) write(batches []batch) error {
	const block = 1 << 16 // cells
	buf := make([]memory.Cell, 0, block)
	at := int64(0)
	flush := func() error {
		n, err := r.file.Write(memory.Bytes(buf))
		at += int64(n)
		buf = buf[:0]
		return err
	}
	for p := range r.ends {
		for i := range batches {
			rows := batches[i].of(p)
			if len(rows.cells) == 0 {
				continue
			}
			if len(buf)+1+len(rows.cells) > block {
				if err := flush(); err != nil {
					return err
				}
			}
			buf = append(buf, header(batches[i].seq, rows))
			buf = append(buf, rows.cells...)
			r.rows[p] += int64(rows.len())
		}
		r.ends[p] = at + int64(len(buf))*memory.CellBytes
	}
	return flush()
}

// extent returns where partition p begins and ends, in bytes.
func (r *run) extent(p int) (from, to int64) {
	if p > 0 {
		from = r.ends[p-1]
	}
	return from, r.ends[p]
}

// unspill appends the pieces of partition p in all files to pieces, in the order of the
// input. Their rows are in buf, which is returned to be used again.
func (s *Store) unspill(p int, pieces []piece, buf []memory.Cell) ([]piece, []memory.Cell, error) {
	total := int64(0)
	for i := range s.spilled {
		from, to := s.spilled[i].extent(p)
		total += to - from
	}
	buf = ints.Resize(buf, int(total/memory.CellBytes))
	free := buf
	for i := range s.spilled {
		from, to := s.spilled[i].extent(p)
		part := free[:(to-from)/memory.CellBytes]
		free = free[len(part):]
		if _, err := s.spilled[i].file.ReadAt(memory.Bytes(part), from); err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return nil, buf, s.limit.Error("read back from", err)
		}
		for len(part) > 0 {
			p, n := readHeader(part[0])
			p.cells = part[1:][:n]
			pieces = append(pieces, p)
			part = part[1+n:]
		}
	}
	slices.SortFunc(pieces, func(a, b piece) int { return cmp.Compare(a.seq, b.seq) })
	return pieces, buf, nil
}
