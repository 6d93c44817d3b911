package frame

import (
	"math/bits"
	"runtime"
)

// An entry is a row to be sorted by its code.
type entry struct {
	code uint64
	row  uint32
}

const (
	topBits   = 10      // of the first pass, which spreads the rows over the cores
	digitBits = 8       // of the others
	smallSort = 48      // entries that insertion sorts fastest
	largeSort = 1 << 17 // entries worth another pass over all cores
)

// radixSort returns the rows in stable order of their codes, all below width
// (0: any). The rows come in the given order, or 0, 1, … if that is nil; nil is
// returned if that order is sorted already.
func radixSort(codes []uint64, width uint64, order []uint32) []uint32 {
	if order == nil && ascending(codes) {
		return nil
	}
	entries := make([]entry, len(codes))
	spans(len(codes), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			row := uint32(i)
			if order != nil {
				row = order[i]
			}
			entries[i] = entry{codes[row], row}
		}
	})
	sortEntries(entries, make([]entry, len(codes)), bits.Len64(width-1))
	if order == nil {
		order = make([]uint32, len(codes))
	}
	spans(len(codes), func(lo, hi int) {
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

// sortEntries sorts by the lowest n bits of the code; the bits above them are
// equal. tmp is as long as entries, and anything may be left in it.
func sortEntries(entries, tmp []entry, n int) {
	switch {
	case len(entries) <= smallSort:
		insertionSort(entries)
		return
	case len(entries) < largeSort:
		radixLSD(entries, tmp, n)
		return
	}
	// Spread by the upper bits, then sort what falls together, in the cache.
	shift := max(n-topBits, 0)
	starts := scatter(entries, tmp, shift)
	each(1<<topBits, func(k int) {
		lo, hi := starts[k], starts[k+1]
		if shift > 0 {
			sortEntries(tmp[lo:hi], entries[lo:hi], shift)
		}
		copy(entries[lo:hi], tmp[lo:hi])
	})
}

// scatter moves the entries to where the topBits bits from shift on say, in
// stable order, and returns where each of their values starts.
func scatter(from, to []entry, shift int) []int {
	const size, mask = 1 << topBits, 1<<topBits - 1
	workers := runtime.GOMAXPROCS(0)
	step := (len(from) + workers - 1) / workers
	share := func(w int) []entry { return from[min(w*step, len(from)):min((w+1)*step, len(from))] }
	counts := make([][size]int, workers)
	each(workers, func(w int) {
		for _, e := range share(w) {
			counts[w][e.code>>shift&mask]++
		}
	})
	starts := make([]int, size+1)
	at := 0
	for k := range size {
		starts[k] = at
		for w := range workers {
			at, counts[w][k] = at+counts[w][k], at
		}
	}
	starts[size] = at
	each(workers, func(w int) {
		next := &counts[w]
		for _, e := range share(w) {
			k := e.code >> shift & mask
			to[next[k]] = e
			next[k]++
		}
	})
	return starts
}

// radixLSD sorts by the lowest n bits, a digit at a time from the lowest.
func radixLSD(entries, tmp []entry, n int) {
	const size, mask = 1 << digitBits, 1<<digitBits - 1
	from, to := entries, tmp
	for shift := 0; shift < n; shift += digitBits {
		var next [size]int
		for _, e := range from {
			next[e.code>>shift&mask]++
		}
		if next[from[0].code>>shift&mask] == len(from) {
			continue // all have one digit
		}
		at := 0
		for k, c := range next {
			next[k] = at
			at += c
		}
		for _, e := range from {
			k := e.code >> shift & mask
			to[next[k]] = e
			next[k]++
		}
		from, to = to, from
	}
	if &from[0] != &entries[0] {
		copy(entries, from)
	}
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
