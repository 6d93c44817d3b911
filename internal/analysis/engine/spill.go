package engine

import (
	"cmp"
	"io"
	"os"
	"slices"

	"github.com/sav-analytics/sav/internal/analysis/memory"
	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/source"
)

// A run is batches that were written to a file at one time, partition by partition. A
// partition has, for each batch, a header, the rows, and the texts of their conversations.
type run struct {
	file *os.File
	ends []int64 // where each partition ends, in bytes
	rows []int64 // of each partition
	// texts is how many cells the texts of each partition take.
	texts []int64
}

// Of the second number of a header, the lowest bits that a base leaves free say whether the
// rows are wide, whether a second cell follows, which says how many cells of texts there are,
// and how many cells of rows.
const (
	headerWide  = 1
	headerTexts = 2
	headerShift = 2
)

// appendHeader appends the cells before the rows of a batch.
func appendHeader(dst []memory.Cell, seq int64, r rows) []memory.Cell {
	n := uint64(len(r.cells)) << headerShift
	if r.wide {
		n |= headerWide
	}
	if len(r.texts) == 0 {
		return append(dst, memory.Cell{uint64(seq), uint64(r.base) | n})
	}
	return append(dst, memory.Cell{uint64(seq), uint64(r.base) | n | headerTexts}, memory.Cell{uint64(len(r.texts))})
}

// readPiece returns the first of the pieces that were written to cells, and the cells behind it.
func readPiece(cells []memory.Cell) (p piece, rest []memory.Cell) {
	head, texts := cells[0], 0
	cells = cells[1:]
	if head[1]&headerTexts != 0 {
		texts, cells = int(cells[0][0]), cells[1:]
	}
	n := int(head[1] & (1<<baseShift - 1) >> headerShift)
	p = piece{int64(head[0]), rows{cells: cells[:n], wide: head[1]&headerWide != 0, base: baseOf(source.ID(head[1]))}}
	p.texts = cells[n:][:texts]
	return p, cells[n+texts:]
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
	r := run{file: f, ends: make([]int64, s.partitions), rows: make([]int64, s.partitions),
		texts: make([]int64, s.partitions)}
	s.spilled = append(s.spilled, r)
	s.arrange()
	if err := r.write(s); err != nil {
		return s.limit.Error("spill to", err)
	}
	s.batches = s.batches[:0]
	s.slabs.Reset()
	return nil
}

func (r *run) write(s *Store) error {
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
		starts, ends := s.of(p)
		for i, start := range starts {
			rows := s.batches[i].part(p, start, ends[i])
			if len(rows.cells) == 0 {
				continue
			}
			if len(buf)+2+len(rows.cells)+len(rows.texts) > block {
				if err := flush(); err != nil {
					return err
				}
			}
			buf = appendHeader(buf, s.batches[i].seq, rows)
			buf = append(append(buf, rows.cells...), rows.texts...)
			r.rows[p] += int64(rows.len())
			r.texts[p] += int64(len(rows.texts))
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
			var p piece
			p, part = readPiece(part)
			pieces = append(pieces, p)
		}
	}
	slices.SortFunc(pieces, func(a, b piece) int { return cmp.Compare(a.seq, b.seq) })
	return pieces, buf, nil
}
