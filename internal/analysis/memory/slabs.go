package memory

import (
	"math"
	"runtime/debug"
	"sync"
)

// Slabs hands out cells: a slab allocator. It may be used from several goroutines.
type Slabs struct {
	limit *Limit // nil: none

	mu       sync.Mutex
	expected int      // cells that will be asked for, as far as is known: a hint
	slabs    [][]Cell // in the order in which they are handed out
	current  int      // the one being handed out
	used     int      // cells of it
	total    int      // cells of all slabs
	toFiles  bool     // what is beyond the limit is of a file
	beside   int      // cells of the limit that are left to other things
}

// Slabs double, up to largestSlab cells, or to as many as are in use already where
// more are expected: however wrong the hint is, it costs no more than that.
const (
	firstSlab   = 1 << 12
	largestSlab = 1 << 21
	largestHint = 1 << 24
)

// NewSlabs returns slabs for about that number of cells; 0 if it is not known.
func NewSlabs(expected int64, limit *Limit) *Slabs {
	return &Slabs{limit: limit, expected: int(min(expected, math.MaxInt))}
}

// A Place is where cells end: in which slab, and before which of its cells.
type Place struct{ slab, end int }

// Take returns n cells, of any content, and their place.
func (s *Slabs) Take(n int) ([]Cell, Place, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.current < len(s.slabs) && s.used+n > len(s.slabs[s.current]) {
		s.current, s.used = s.current+1, 0
	}
	if s.current == len(s.slabs) {
		slab, err := s.slab(n)
		if err != nil {
			return nil, Place{}, err
		}
		s.slabs, s.total = append(s.slabs, slab), s.total+len(slab)
	}
	taken := s.slabs[s.current][s.used:][:n:n]
	s.used += n
	return taken, Place{s.current, s.used}, nil
}

// slab returns a new slab for at least n cells.
func (s *Slabs) slab(n int) ([]Cell, error) {
	size := max(n, firstSlab, min(s.total, largestSlab), min(s.expected-s.total, max(s.total, largestHint)))
	if s.limit == nil {
		return MakeLarge[Cell](size), nil
	}
	left := s.limit.Cells - s.total
	if n > left && s.toFiles {
		return s.limit.Array(size)
	}
	return MakeLarge[Cell](max(n, min(size, left))), nil
}

// LeaveBeside reserves part of the limit, in cells, for memory that is not in slabs. It
// replaces the reservation made before.
func (s *Slabs) LeaveBeside(cells int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.limit != nil {
		s.limit.Cells = max(s.limit.Cells+s.beside-cells, min(s.limit.Cells, minCellBytes/CellBytes))
		s.beside = cells
	}
}

// ToFiles makes that what is beyond the limit from now on is of a file.
func (s *Slabs) ToFiles() { s.toFiles = true }

// Fits reports whether n more cells are within the limit, or have it to themselves.
func (s *Slabs) Fits(n int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.limit == nil || s.current == 0 && s.used == 0 || n <= s.limit.Cells-s.total {
		return true
	}
	used := s.used
	for _, slab := range s.slabs[min(s.current, len(s.slabs)):] {
		if used+n <= len(slab) {
			return true
		}
		used = 0
	}
	return false
}

// Taken returns where the cells end that were handed out.
func (s *Slabs) Taken() []Place {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Place
	for i, slab := range s.slabs[:min(s.current+1, len(s.slabs))] {
		all = append(all, Place{i, len(slab)})
	}
	if n := len(all); n > 0 && n == s.current+1 {
		all[n-1].end = s.used
	}
	return all
}

// Reset takes all cells back. What was handed out must not be used any more.
func (s *Slabs) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current, s.used = 0, 0
	for n := len(s.slabs); n > 1 && s.limit != nil && s.total > s.limit.Cells; n-- {
		s.total -= len(s.slabs[n-1])
		s.slabs = s.slabs[:n-1]
	}
}

// GiveUp lets memory go for n of the cells that the limit allows. None may be in use.
func (s *Slabs) GiveUp(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slabs, s.current, s.used, s.total = nil, 0, 0, 0
	s.limit.Cells = max(0, s.limit.Cells-n)
}

// Reuse takes all cells back but those up to the places that are kept, which
// go on being used. It returns two arrays of n cells, of memory that was used
// before as far as there is any; else of memory, or of files beyond the limit.
func (s *Slabs) Reuse(n int, kept []Place) (one, other []Cell, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	from := make([]int, len(s.slabs)) // where the free part of each slab begins
	for _, k := range kept {
		from[k.slab] = max(from[k.slab], k.end)
	}
	var arrays [2][]Cell
	found, held := 0, 0
	for i, slab := range s.slabs {
		before := found
		whole := len(slab)
		if i == len(s.slabs)-1 && s.limit == nil {
			slab = slab[:s.used] // the rest was never touched
		}
		slab = slab[from[i]:]
		for found < 2 && len(slab) >= n {
			arrays[found], slab = slab[:n:n], slab[n:]
			found++
		}
		if from[i] > 0 || found > before {
			held += whole
		}
	}
	s.slabs, s.current, s.used, s.total = nil, 0, 0, 0
	if found < 2 && s.limit != nil {
		debug.FreeOSMemory() // before there is more
	}
	for ; found < 2; found++ {
		if s.limit == nil || n <= s.limit.Cells-held {
			arrays[found] = MakeLarge[Cell](n)
			held += n
		} else if arrays[found], err = s.limit.Array(n); err != nil {
			return nil, nil, err
		}
	}
	return arrays[0], arrays[1], nil
}
