package engine

import (
	"cmp"

	"github.com/sav-analytics/sav/internal/analysis/memory"
	"github.com/sav-analytics/sav/internal/analysis/waits"
)

// A writer writes waits into the memory that a partition's rows had in each batch,
// then into other memory. A wait is no larger than a row, and the rows of a partition
// are in its own memory before the first wait is written. Working times have memory of
// their own or, within a limit, fill the same memory from its end.
type writer struct {
	limited   bool // there is a limit of memory
	slabs     *memory.Slabs
	batches   []batch
	partition int
	starts    []uint32 // of the partition in each batch
	ends      []uint32
	batch     int          // whose memory is written to
	free      []waits.Wait // of this, what is left
	begun     []waits.Wait // and what is left or not yet in pieces
	atEnd     int          // of what is not in pieces, those written at the end
	used      int          // batches written to, by any partition so far
	more      bool         // memory was taken beyond that of batches
	pieces    [][]waits.Wait
	worked    [][]waits.Wait
	err       error // the first one, after which waits are lost
}

// moreCells is how many cells are taken at a time where rows have left none.
const moreCells = 1 << 12

// begin makes the memory of partition p that of the next waits. Without batches in
// memory, what is left goes on being used.
func (w *writer) begin(s *Store, p int) {
	if w.slabs == nil || len(s.batches) > 0 {
		w.slabs, w.batches, w.partition, w.batch = s.slabs, s.batches, p, -1
		w.starts, w.ends = s.of(p)
		w.free, w.begun = nil, nil
	}
}

// write writes a wait.
func (w *writer) write(x waits.Wait) {
	w.need(1)
	w.free[0] = x
	w.free = w.free[1:]
}

// Working times are kept in chunks: the first holds firstChunk of them, and each next one
// doubles the size, up to largestChunk.
const (
	firstChunk   = 1 << 9
	largestChunk = 1 << 18
)

// writeBoth writes a wait, and what of it was working time.
func (w *writer) writeBoth(x, worked waits.Wait) {
	if !w.limited {
		w.write(x)
		last := len(w.worked) - 1
		if last < 0 || len(w.worked[last]) == cap(w.worked[last]) {
			n := firstChunk
			if last >= 0 {
				n = min(2*cap(w.worked[last]), largestChunk)
			}
			w.worked = append(w.worked, memory.As[waits.Wait](memory.MakeLarge[memory.Cell](n))[:0])
			last++
		}
		w.worked[last] = append(w.worked[last], worked)
		return
	}
	w.need(2)
	last := len(w.free) - 1
	w.free[0], w.free[last] = x, worked
	w.free = w.free[1:last]
	w.atEnd++
}

// need makes room for n waits.
func (w *writer) need(n int) {
	for len(w.free) < n {
		w.flush()
		if w.batch++; w.batch < len(w.batches) {
			w.free = memory.As[waits.Wait](w.batches[w.batch].part(w.partition, w.starts[w.batch],
				w.ends[w.batch]).cells)
			w.used = max(w.used, w.batch+1)
		} else {
			cells, _, err := w.slabs.Take(moreCells)
			if err != nil {
				w.err = cmp.Or(w.err, err)
				cells = make([]memory.Cell, moreCells)
			}
			w.free, w.more = memory.As[waits.Wait](cells), true
		}
		w.begun = w.free
	}
}

// flush adds the waits that were written last to pieces.
func (w *writer) flush() {
	if n := len(w.begun) - len(w.free) - w.atEnd; n > 0 {
		w.pieces = append(w.pieces, w.begun[:n])
	}
	if w.atEnd > 0 {
		w.worked = append(w.worked, w.begun[len(w.begun)-w.atEnd:])
	}
	w.begun, w.atEnd = w.free, 0
}

// kept returns where the waits end that were written to the store's memory, up to so
// many of its batches, or to more.
func (s *Store) kept(used int, more bool) []memory.Place {
	if more || len(s.batches) == 0 {
		return s.slabs.Taken()
	}
	var places []memory.Place
	for _, b := range s.batches[:used] {
		places = append(places, b.place)
	}
	return places
}
