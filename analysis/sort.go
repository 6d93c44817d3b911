package analysis

import (
	"slices"
	"sync"
)

// digitBits is how many bits of a span a pass of the radix sort looks at: its
// counters fit the fastest cache, and two passes are enough for the seconds of
// three months.
const digitBits = 12

// sortSpans returns the timed cells of all parts in increasing order of their
// spans, and scratch memory of the same length: a radix sort from the lowest
// digit (Knuth, TAOCP 5.2.5), which reads and writes every cell a fixed number
// of times. If all spans are whole seconds, their digits are those of seconds,
// which have half as many. The sorted cells don't share the memory of parts.
func (c *cohort) sortSpans(memory *cells, workers int) (sorted, scratch []cell, err error) {
	const mask = 1<<digitBits - 1
	most, whole := c.extent()
	digit := func(shift int) func(cell) uint32 {
		return func(c cell) uint32 { return uint32(c.a>>shift) & mask }
	}
	if whole {
		most = most.seconds()
		digit = func(shift int) func(cell) uint32 {
			return func(c cell) uint32 { return uint32(c.span().seconds()>>shift) & mask }
		}
	}
	if sorted, scratch, err = memory.reuse(int(c.counted), c.reach); err != nil {
		return nil, nil, err
	}
	distribute(sorted, c.parts, 1<<digitBits, digit(0))
	for shift := digitBits; most>>shift != 0; shift += digitBits {
		distribute(scratch, split(sorted, workers), 1<<digitBits, digit(shift))
		sorted, scratch = scratch, sorted
	}
	return sorted, scratch, nil
}

// extent returns the greatest span of all parts, and whether all are whole
// seconds.
func (c *cohort) extent() (most span, whole bool) {
	mosts, wholes := make([]span, len(c.parts)), make([]bool, len(c.parts))
	each(len(c.parts), func(i int) {
		most, whole := span(0), true
		for _, piece := range c.parts[i] {
			for _, c := range piece {
				most = max(most, c.span())
				whole = whole && c.span().time()%microsecond == 0
			}
		}
		mosts[i], wholes[i] = most, whole
	})
	for i := range mosts {
		most = max(most, mosts[i])
	}
	return most, !slices.Contains(wholes, false)
}

// seconds is the span in whole seconds instead of µs, in the same order.
func (s span) seconds() span { return newSpan(s.time()/microsecond, s&censored) }

// split cuts cells into parts of about one length.
func split(all []cell, parts int) [][][]cell {
	cut := make([][][]cell, parts)
	for i := range cut {
		cut[i] = [][]cell{all[i*len(all)/parts : (i+1)*len(all)/parts]}
	}
	return cut
}

// distribute puts the cells of all parts into the order of their keys, which are
// below n; those with equal keys stay in order. It returns where the cells of
// each key end. Every part is a worker's, in pieces.
func distribute(to []cell, parts [][][]cell, n int, key func(cell) uint32) (ends []uint32) {
	counts := make([][]uint32, len(parts))
	each(len(parts), func(i int) {
		counts[i] = make([]uint32, n)
		count := counts[i]
		for _, piece := range parts[i] {
			for _, c := range piece {
				count[key(c)]++
			}
		}
	})
	ends = make([]uint32, n)
	sum := uint32(0)
	for k := range ends {
		for i := range counts {
			here := counts[i][k]
			counts[i][k] = sum
			sum += here
		}
		ends[k] = sum
	}
	each(len(parts), func(i int) {
		place := counts[i]
		for _, piece := range parts[i] {
			for _, c := range piece {
				k := key(c)
				to[place[k]] = c
				place[k]++
			}
		}
	})
	return ends
}

// each calls f for 0 to n-1, all at the same time.
func each(n int, f func(i int)) {
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() { f(i) })
	}
	wait.Wait()
}
