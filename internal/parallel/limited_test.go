package parallel

import (
	"errors"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// Spans covers each row once, in ranges that begin at multiples of 64.
func TestSpansCoverOnce(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	for _, n := range []int{0, 1, 63, 64, Grain, 2*Grain - 1, 2 * Grain, 3*Grain + 1, 5*Grain + 100} {
		seen := make([]atomic.Int32, n)
		Spans(n, func(lo, hi int) {
			if lo%64 != 0 || lo > hi || hi > n {
				t.Errorf("range [%d, %d) of %d", lo, hi, n)
			}
			for i := lo; i < hi; i++ {
				seen[i].Add(1)
			}
		})
		for i := range seen {
			require.Equal(t, int32(1), seen[i].Load())
		}
	}
}

// A panic in any goroutine is one of the caller, and the rest comes to an end.
func TestPanicsReachTheCaller(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	cause := errors.New("cause")
	for _, at := range []int{0, 5, 99} {
		func() {
			defer func() {
				p, ok := recover().(*Panic)
				require.True(t, ok)
				require.Equal(t, cause, p.Value)
				require.ErrorContains(t, p, "limited_test.go")
			}()
			Limited(100, func(i int) {
				if i == at {
					panic(cause)
				}
			})
			t.Error("no panic")
		}()
	}
}
