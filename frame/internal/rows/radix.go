package rows

import (
	"math/bits"
	"runtime"

	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/internal/parallel"
)

// An entry is a row to be sorted by its code.
type entry struct {
	code uint64
	row  uint32
}

const (
	maxDigit  = 10      // bits of the code that one pass looks at
	smallSort = 32      // entries that insertion sorts fastest
	largeSort = 1 << 17 // entries worth a pass over all cores
)

// radixSort returns the rows in stable order of their codes, all below width (0: any). The rows come in the given
// order, or 0, 1, … if that is nil; nil is returned if that order is sorted already.
func radixSort(codes []uint64, width uint64, order []uint32) []uint32 {
	if order == nil && ascending(codes) {
		return nil
	}
	entries := make([]entry, len(codes))
	parallel.Spans(len(codes), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			row := uint32(i)
			if order != nil {
				row = order[i]
			}
			entries[i] = entry{codes[row], row}
		}
	})
	sortEntries(entries, make([]entry, len(codes)), bits.Len64(width-1), false)
	if order == nil {
		order = make([]uint32, len(codes))
	}
	parallel.Spans(len(codes), func(lo, hi int) {
		for i, e := range entries[lo:hi] {
			order[lo+i] = e.row
		}
	})
	return order
}

func ascending(codes []uint64) bool {
	for i := 1; i < len(codes); i++ {
		if codes[i-1] > codes[i] {
			return false
		}
	}
	return true
}

// sortEntries sorts a by the lowest n bits of the code, in stable order; the bits above them are equal. It starts from
// the highest bits, so that soon all happens within the cache. The result is left in a, or in b if swap, which is as
// long.
func sortEntries(a, b []entry, n int, swap bool) {
	for {
		if len(a) <= smallSort || n == 0 {
			if n > 0 {
				insertionSort(a)
			}
			if swap {
				copy(b, a)
			}
			return
		}
		// Some 8 entries a bucket, if the codes are spread evenly.
		digit := min(n, maxDigit, max(bits.Len(uint(len(a)))-3, 1))
		if n -= digit; len(a) >= largeSort {
			scatterWide(a, b, n, swap)
			return
		}
		if scatter(a, b, n, digit, swap) {
			return
		}
	}
}

// scatter moves the entries of a to b by the digit above the lowest n bits, and sorts what falls together by those. It
// does nothing and returns false if all have one digit.
func scatter(a, b []entry, n, digit int, swap bool) bool {
	var counts [1 << maxDigit]uint32
	mask := uint64(1)<<digit - 1
	starts := counts[:mask+1]
	for _, e := range a {
		starts[e.code>>n&mask]++
	}
	if starts[a[0].code>>n&mask] == uint32(len(a)) {
		return false
	}
	ints.Starts(starts)
	// Filling moves the start of each bucket to its end, where the next begins.
	for _, e := range a {
		at := &starts[e.code>>n&mask]
		b[*at] = e
		*at++
	}
	if n == 0 {
		if !swap {
			copy(a, b)
		}
		return true
	}
	lo := uint32(0)
	for _, hi := range starts {
		switch {
		case hi-lo > 1:
			sortEntries(b[lo:hi], a[lo:hi], n, !swap)
		case hi > lo && !swap:
			a[lo] = b[lo]
		}
		lo = hi
	}
	return true
}

// scatterWide does what scatter does on all cores, for the widest digit.
func scatterWide(a, b []entry, n int, swap bool) {
	const size, mask = 1 << maxDigit, 1<<maxDigit - 1
	keys := func(k int, keys *ints.Block) int {
		part := ints.BlockOf(a, k)
		for i := range part {
			keys[i] = uint32(part[i].code >> n & mask)
		}
		return len(part)
	}
	move := func(k int, places []uint32) {
		for i, e := range ints.BlockOf(a, k) {
			b[places[i]] = e
		}
	}
	ends := ints.ParallelCountingSort(ints.NumBlocks(len(a)), size, runtime.GOMAXPROCS(0), keys, move)
	parallel.Limited(size, func(k int) {
		lo, hi := uint32(0), ends[k]
		if k > 0 {
			lo = ends[k-1]
		}
		sortEntries(b[lo:hi], a[lo:hi], n, !swap)
	})
}

func insertionSort(entries []entry) {
	for i := 1; i < len(entries); i++ {
		e := entries[i]
		j := i
		for ; j > 0 && entries[j-1].code > e.code; j-- {
			entries[j] = entries[j-1]
		}
		entries[j] = e
	}
}
