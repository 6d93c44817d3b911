package analysis

import (
	"math"
	"sync"
)

// A cell is 16 bytes that hold a message from when it is read until it is paired,
// and then, in the same memory, what a conversation contributes to the report:
// the system hands out fresh memory more slowly than it can be filled.
type cell struct{ a, b uint64 }

const cellBytes = 16

// cells hands out memory for cells: a slab allocator. It may be used from several
// goroutines.
type cells struct {
	spill *spill // where what is beyond the budget goes; nil: there is none

	mu       sync.Mutex
	expected int      // cells that will be asked for, as far as is known: a hint
	slabs    [][]cell // in the order in which they are handed out
	current  int      // the one being handed out
	used     int      // cells of it
	total    int      // cells of all slabs
	toFiles  bool     // what is beyond the budget is of a file
}

// Slabs double, up to largestSlab cells, or to as many as are in use already where
// more are expected: however wrong the hint is, it costs no more than that.
const (
	firstSlab   = 1 << 12
	largestSlab = 1 << 21
	largestHint = 1 << 22
)

// newCells expects about so many cells to be asked for; 0 is not known.
func newCells(expected int64, spill *spill) *cells {
	return &cells{spill: spill, expected: int(min(expected, math.MaxInt))}
}

// A place is where cells end: in which slab, and before which of its cells.
type place struct{ slab, end int }

// take returns n cells, of any content, and their place.
func (c *cells) take(n int) ([]cell, place, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.current < len(c.slabs) && c.used+n > len(c.slabs[c.current]) {
		c.current, c.used = c.current+1, 0
	}
	if c.current == len(c.slabs) {
		slab, err := c.slab(n)
		if err != nil {
			return nil, place{}, err
		}
		c.slabs, c.total = append(c.slabs, slab), c.total+len(slab)
	}
	taken := c.slabs[c.current][c.used:][:n:n]
	c.used += n
	return taken, place{c.current, c.used}, nil
}

// slab returns a new slab for at least n cells.
func (c *cells) slab(n int) ([]cell, error) {
	size := max(n, firstSlab, min(c.total, largestSlab), min(c.expected-c.total, max(c.total, largestHint)))
	if c.spill == nil {
		return makeLarge[cell](size), nil
	}
	left := c.spill.budget - c.total
	if n > left && c.toFiles {
		return c.spill.array(size)
	}
	return makeLarge[cell](max(n, min(size, left))), nil
}

// fits reports whether n more cells are within the budget, or have it to themselves.
func (c *cells) fits(n int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.spill == nil || c.current == 0 && c.used == 0 || n <= c.spill.budget-c.total {
		return true
	}
	used := c.used
	for _, slab := range c.slabs[min(c.current, len(c.slabs)):] {
		if used+n <= len(slab) {
			return true
		}
		used = 0
	}
	return false
}

// taken is where the cells end that were handed out.
func (c *cells) taken() []place {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []place
	for i, slab := range c.slabs[:min(c.current+1, len(c.slabs))] {
		all = append(all, place{i, len(slab)})
	}
	if n := len(all); n > 0 && n == c.current+1 {
		all[n-1].end = c.used
	}
	return all
}

// reset takes all cells back. What was handed out must not be used any more.
func (c *cells) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.current, c.used = 0, 0
	for n := len(c.slabs); n > 1 && c.spill != nil && c.total > c.spill.budget; n-- {
		c.total -= len(c.slabs[n-1])
		c.slabs = c.slabs[:n-1]
	}
}

// giveUp lets memory go for n of the cells that the budget has. None may be in use.
func (c *cells) giveUp(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.slabs, c.current, c.used, c.total = nil, 0, 0, 0
	c.spill.budget = max(0, c.spill.budget-n)
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
	c.slabs, c.current, c.used, c.total = nil, 0, 0, 0
	for ; found < 2; found++ {
		if c.spill == nil {
			arrays[found] = makeLarge[cell](n)
		} else if arrays[found], err = c.spill.array(n); err != nil {
			return nil, nil, err
		}
	}
	return arrays[0], arrays[1], nil
}
