package parallel_test

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/parallel"
)

func TestEach(t *testing.T) {
	for _, n := range []int{0, 1, 2, 100} {
		called := make([]atomic.Int32, n)
		parallel.Each(n, func(i int) { called[i].Add(1) })
		for i := range called {
			require.EqualValues(t, 1, called[i].Load())
		}
	}
}

// All run at the same time: each waits for the other.
func TestDo(t *testing.T) {
	a, b := make(chan int), make(chan int)
	parallel.Do(func() { a <- 1; <-b }, func() { <-a; b <- 2 })
}
