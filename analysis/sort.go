package analysis

import "sync"

// digitBits is how many bits of a span a pass of the radix sort looks at: its
// counters fit the fastest cache.
const digitBits = 11

// sortSpans returns the timed cells of all parts in increasing order of their
// spans, and scratch memory of the same length: a radix sort from the lowest
// digit (Knuth, TAOCP 5.2.5), which reads and writes every cell a fixed number
// of times.
func sortSpans(parts [][]cell, memory *cells, workers int) (sorted, scratch []cell) {
	n, all := 0, uint64(0) // all the bits that occur
	for _, part := range parts {
		n += len(part)
		for i := range part {
			all |= part[i].a
		}
	}
	sorted, scratch = memory.reuse(n)
	digit := func(shift int) func(cell) uint32 {
		return func(c cell) uint32 { return uint32(c.a>>shift) & (1<<digitBits - 1) }
	}
	distribute(sorted, parts, 1<<digitBits, digit(0))
	for shift := digitBits; all>>shift != 0; shift += digitBits {
		distribute(scratch, split(sorted, workers), 1<<digitBits, digit(shift))
		sorted, scratch = scratch, sorted
	}
	return sorted, scratch
}

// split cuts cells into parts of about one length.
func split(all []cell, parts int) [][]cell {
	cut := make([][]cell, parts)
	for i := range cut {
		cut[i] = all[i*len(all)/parts : (i+1)*len(all)/parts]
	}
	return cut
}

// distribute puts the cells of all parts into the order of their keys, which are
// below n; those with equal keys stay in order. It returns where the cells of
// each key end. Every part is a worker's.
func distribute(to []cell, parts [][]cell, n int, key func(cell) uint32) (ends []uint32) {
	counts := make([][]uint32, len(parts))
	each(len(parts), func(i int) {
		counts[i] = make([]uint32, n)
		for _, c := range parts[i] {
			counts[i][key(c)]++
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
		for _, c := range parts[i] {
			k := key(c)
			to[place[k]] = c
			place[k]++
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
