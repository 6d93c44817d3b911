package analysis

import "sync"

// A cell is 16 bytes that hold a message from when it is read until it is paired,
// and then, in the same memory, what a conversation contributes to the report:
// the system hands out fresh memory more slowly than it can be filled.
type cell struct{ a, b uint64 }

const cellBytes = 16

// cells hands out memory for cells. It may be used from several goroutines.
type cells struct {
	spill *spill // where what is beyond the budget goes; nil: there is none

	mu    sync.Mutex
	slabs [][]cell // the last one is being handed out; all may be used again
	used  int      // cells of the last one
	next  int      // how many the next slab has
}

const (
	firstSlab = 1 << 12 // cells
	mostSlab  = 1 << 21
)

// newCells expects that so many cells will be asked for; 0 is not known. With a
// spill there is one slab, of its budget: memory that is not written to costs
// nothing.
func newCells(expected int64, spill *spill) *cells {
	c := &cells{spill: spill, next: max(firstSlab, int(expected))}
	if spill != nil {
		c.next = spill.budget
	}
	return c
}

// A place is where cells end: in which slab, and before which of its cells.
type place struct{ slab, end int }

// take returns n cells, of any content, and their place.
func (c *cells) take(n int) ([]cell, place) {
	c.mu.Lock()
	defer c.mu.Unlock()
	last := len(c.slabs) - 1
	if last < 0 || c.used+n > len(c.slabs[last]) {
		size := max(n, c.next)
		c.slabs = append(c.slabs, makeLarge[cell](size))
		c.next = min(2*size, mostSlab)
		c.used, last = 0, last+1
	}
	taken := c.slabs[last][c.used:][:n:n]
	c.used += n
	return taken, place{last, c.used}
}

// fits reports whether n more cells are within the budget, or have it to themselves.
func (c *cells) fits(n int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.spill == nil || c.used == 0 || len(c.slabs) <= 1 && c.used+n <= c.spill.budget
}

// taken is where the cells end that were handed out.
func (c *cells) taken() []place {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []place
	for i, slab := range c.slabs {
		all = append(all, place{i, len(slab)})
	}
	if n := len(all); n > 0 {
		all[n-1].end = c.used
	}
	return all
}

// reset takes all cells back. What was handed out must not be used any more.
func (c *cells) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.slabs, c.used = c.slabs[:min(len(c.slabs), 1)], 0
}

// reuse takes all cells back but those up to the places that are kept, which
// go on being used. It returns two arrays of n cells, of memory that was used
// before as far as there is any.
func (c *cells) reuse(n int, kept []place) (one, other []cell, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	from := make([]int, len(c.slabs)) // where the free part of each slab begins
	for _, k := range kept {
		from[k.slab] = max(from[k.slab], k.end)
	}
	var arrays [2][]cell
	found := 0
	for i, slab := range c.slabs {
		if i == len(c.slabs)-1 && c.spill == nil {
			slab = slab[:c.used] // the rest was never touched
		}
		slab = slab[from[i]:]
		for found < 2 && len(slab) >= n {
			arrays[found], slab = slab[:n:n], slab[n:]
			found++
		}
	}
	c.slabs = nil
	for ; found < 2; found++ {
		if c.spill == nil {
			arrays[found] = makeLarge[cell](n)
		} else if arrays[found], err = c.spill.array(n); err != nil {
			return nil, nil, err
		}
	}
	return arrays[0], arrays[1], nil
}
