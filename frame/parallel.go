package frame

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// grain is the number of rows below which another goroutine costs more than it
// saves.
const grain = 1 << 15

// spans calls fn for ranges that make up [0, n), on all cores. A range begins at
// a multiple of 64, so that no two of them share a word of a bitmap.
func spans(n int, fn func(lo, hi int)) {
	parts := min(runtime.GOMAXPROCS(0), n/grain)
	if parts <= 1 {
		fn(0, n)
		return
	}
	step := (n/parts + 63) &^ 63
	var wg sync.WaitGroup
	for lo := step; lo < n; lo += step {
		wg.Go(func() { fn(lo, min(lo+step, n)) })
	}
	fn(0, step)
	wg.Wait()
}

// each calls fn for every i in [0, n), on all cores; n is small and each call
// long.
func each(n int, fn func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	if workers <= 1 {
		for i := range n {
			fn(i)
		}
		return
	}
	var next atomic.Int64
	work := func() {
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			fn(i)
		}
	}
	var wg sync.WaitGroup
	for range workers - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
}
