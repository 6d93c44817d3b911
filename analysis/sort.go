package analysis

import "sync"

// digitBits is how many bits of a span a pass of the radix sort looks at: its
// counters fit the fastest cache.
const digitBits = 11

type digitCounts [1 << digitBits]uint32

// sortTimed returns the elements of all parts in increasing order of their
// spans: a radix sort from the lowest digit (Knuth, TAOCP 5.2.5), which reads
// and writes every element a fixed number of times. In each pass every worker
// takes a part of the elements, in their order.
func sortTimed(parts [][]timed, workers int) []timed {
	n := 0
	var all span // the bits that occur
	for _, part := range parts {
		n += len(part)
		for i := range part {
			all |= part[i].span
		}
	}
	to, other := makeLarge[timed](n, n), makeLarge[timed](n, n)
	radixPass(to, parts, 0)
	for shift := digitBits; all>>shift != 0; shift += digitBits {
		radixPass(other, split(to, workers), shift)
		to, other = other, to
	}
	return to
}

// split cuts elements into parts of about one length.
func split(elements []timed, parts int) [][]timed {
	cut := make([][]timed, parts)
	for i := range cut {
		cut[i] = elements[i*len(elements)/parts : (i+1)*len(elements)/parts]
	}
	return cut
}

// radixPass puts the elements of all parts into the order of the digit at shift;
// those with equal digits stay in order.
func radixPass(to []timed, parts [][]timed, shift int) {
	counts := make([]digitCounts, len(parts))
	each(parts, func(i int) {
		for j := range parts[i] {
			counts[i][parts[i][j].span>>shift&(1<<digitBits-1)]++
		}
	})
	sum := uint32(0)
	for d := range counts[0] {
		for i := range counts {
			n := counts[i][d]
			counts[i][d] = sum
			sum += n
		}
	}
	each(parts, func(i int) {
		place := &counts[i]
		for _, t := range parts[i] {
			d := t.span >> shift & (1<<digitBits - 1)
			to[place[d]] = t
			place[d]++
		}
	})
}

// each calls f for every part, all at the same time.
func each(parts [][]timed, f func(i int)) {
	var wait sync.WaitGroup
	for i := range parts {
		wait.Go(func() { f(i) })
	}
	wait.Wait()
}
