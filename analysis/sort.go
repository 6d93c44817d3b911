package analysis

import (
	"math/bits"
	"unsafe"

	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/internal/parallel"
)

// An ordered is the conversations of a cohort in increasing order of their spans, as
// columns: who asks for one or two of them reads that much less memory.
type ordered struct {
	span   []span
	group  []group
	opened []quarter // counted from earliest

	extent
	spare []cell // memory for as many cells
}

// scratch is spare memory for as many spans, for each of two users, 0 and 1.
func (o *ordered) scratch(user int) []span {
	n := len(o.spare)
	return view[span](o.spare, 0, 2*n)[user*n:][:n]
}

// cell is the timed cell of a conversation.
func (o *ordered) cell(i int) cell {
	return timed(o.span[i], o.group[i], int64(o.earliest+o.opened[i])*microsecondsPerQuarter)
}

// An extent is how far the conversations of a cohort reach.
type extent struct {
	longest  span
	whole    bool    // all spans are whole seconds
	earliest quarter // in which a conversation was opened
	latest   quarter
}

// digitBits is how many bits of a span a pass of the radix sort looks at, at most:
// its counters, and the lines of memory it writes to, fit the caches.
const digitBits = 11

// sort brings the timed cells of all parts into the order of their spans: a radix
// sort from the lowest digit (Knuth, TAOCP 5.2.5), which reads and writes every cell
// a fixed number of times. If all spans are whole seconds, their digits are those of
// seconds, which have half as many bits. The last pass writes columns. Nothing that it
// returns shares the memory of parts.
func (c *cohort) sort(memory *cells, workers int) (*ordered, error) {
	pieces := c.pieces()
	o := &ordered{extent: extentOf(pieces, workers)}
	to, from, err := memory.reuse(int(c.counted), c.reach)
	if err != nil || c.counted == 0 {
		return o, err
	}
	highest := o.longest
	if o.whole {
		highest = highest.seconds()
	}
	width := bits.Len64(uint64(highest))
	passes := max(1, (width+digitBits-1)/digitBits)
	digit := (width + passes - 1) / passes
	for pass := range passes {
		shift, mask := pass*digit, span(1)<<digit-1
		reduce := o.whole && pass == 0
		keys := func(b int, keys *ints.Block) int {
			for i, c := range pieces[b] {
				s := c.span()
				if reduce {
					s = s.seconds()
				}
				keys[i] = uint32(s >> shift & mask)
			}
			return len(pieces[b])
		}
		move := func(b int, places []uint32) {
			for i, c := range pieces[b] {
				if reduce {
					c.a = uint64(c.span().seconds())
				}
				to[places[i]] = c
			}
		}
		if pass == passes-1 {
			o.columns(to)
			move = func(b int, places []uint32) {
				for i, c := range pieces[b] {
					s, p := c.span(), places[i]
					if o.whole && !reduce {
						s = newSpan(s.time()*microsecond, s&censored)
					}
					o.span[p], o.group[p], o.opened[p] = s, c.group(), c.opened()-o.earliest
				}
			}
		}
		ints.ParallelCountingSort(len(pieces), 1<<digit, workers, keys, move)
		pieces = ints.Blocks(to)
		to, from = from, to
	}
	o.spare = to // neither parts nor columns are in it
	return o, nil
}

// seconds is the span in whole seconds instead of µs, in the same order.
func (s span) seconds() span { return newSpan(s.time()/microsecond, s&censored) }

// columns lays the columns out in memory of as many cells.
func (o *ordered) columns(memory []cell) {
	n := len(memory)
	o.span = view[span](memory, 0, n)
	o.group = view[group](memory, n*int(unsafe.Sizeof(span(0))), n)
	o.opened = view[quarter](memory, n*int(unsafe.Sizeof(span(0))+unsafe.Sizeof(group(0))), n)
}

// view is the memory of cells from a byte on, as n numbers.
func view[T span | group | quarter](memory []cell, from, n int) []T {
	return unsafe.Slice((*T)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(memory)), from)), n)
}

// pieces are the timed cells of all parts, in blocks.
func (c *cohort) pieces() [][]cell {
	n := 0
	for _, part := range c.parts {
		for _, piece := range part {
			n += ints.NumBlocks(len(piece))
		}
	}
	all := make([][]cell, 0, n) // most pieces are one block: rows of a partition in a batch
	for _, part := range c.parts {
		for _, piece := range part {
			for b := range ints.NumBlocks(len(piece)) {
				all = append(all, ints.BlockOf(piece, b))
			}
		}
	}
	return all
}

// extentOf returns how far the cells reach.
func extentOf(pieces [][]cell, workers int) extent {
	workers = max(1, min(workers, len(pieces)))
	found := make([]extent, workers)
	parallel.Each(workers, func(w int) {
		e := extent{whole: true, earliest: ^quarter(0)}
		for _, piece := range pieces[w*len(pieces)/workers : (w+1)*len(pieces)/workers] {
			for _, c := range piece {
				e.longest = max(e.longest, c.span())
				e.whole = e.whole && c.span().time()%microsecond == 0
				e.earliest, e.latest = min(e.earliest, c.opened()), max(e.latest, c.opened())
			}
		}
		found[w] = e
	})
	all := found[0]
	for _, e := range found[1:] {
		all.longest, all.whole = max(all.longest, e.longest), all.whole && e.whole
		all.earliest, all.latest = min(all.earliest, e.earliest), max(all.latest, e.latest)
	}
	return all
}
