// Package parallel runs functions at the same time and waits for them: [Each] and [Do]
// all at once, [Limited] and [Spans] no more than there are cores.
package parallel

import "sync"

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
