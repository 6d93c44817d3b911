// Package parallel runs functions at the same time and waits for them: [Each] and [Do]
// all at once, [Limited] and [Spans] no more than there are cores.
package parallel

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// Each calls f for 0 to n-1, each in a goroutine of its own, and returns when all
// have returned.
func Each(n int, f func(i int)) {
	if n == 1 {
		f(0)
		return
	}
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() { f(i) })
	}
	wait.Wait()
}

// Do calls all functions at the same time, and returns when all have returned.
func Do(functions ...func()) { Each(len(functions), func(i int) { functions[i]() }) }

// Grain is the number of rows below which another goroutine costs more than it
// saves.
const Grain = 1 << 15

// Spans calls fn for ranges that make up [0, n), as [Limited] does. A range begins at
// a multiple of 64, so that no two of them share a word of a bitmap.
func Spans(n int, fn func(lo, hi int)) {
	parts := min(runtime.GOMAXPROCS(0), n/Grain)
	if parts <= 1 {
		fn(0, n)
		return
	}
	step := (n/parts + 63) &^ 63
	Limited((n+step-1)/step, func(i int) { fn(i*step, min((i+1)*step, n)) })
}

// Limited calls fn for each i in [0, n), on at most GOMAXPROCS goroutines.
// A goroutine takes the next i when it is free. A panic of fn becomes a
// [Panic] of the caller, who can recover from it.
func Limited(n int, fn func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	if workers <= 1 {
		for i := range n {
			fn(i)
		}
		return
	}
	var (
		next  atomic.Int64
		first atomic.Pointer[Panic]
		wg    sync.WaitGroup
	)
	work := func() {
		defer func() {
			if v := recover(); v != nil {
				next.Store(int64(n)) // the others stop
				first.CompareAndSwap(nil, &Panic{Value: v, Stack: debug.Stack()})
			}
		}()
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			fn(i)
		}
	}
	for range workers - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
	if p := first.Load(); p != nil {
		panic(p)
	}
}

// A Panic is a panic of another goroutine. Spans and Limited panic with one after fn did.
type Panic struct {
	Value any    // with which the other goroutine panicked
	Stack []byte // of that goroutine
}

// Error returns the value and the stack.
func (p *Panic) Error() string { return fmt.Sprintf("%v\n\n%s", p.Value, p.Stack) }
