package main

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

// Results come in order, each once, and no more than one is computed before it is asked for.
func TestAhead(t *testing.T) {
	t.Parallel()
	odd := errors.New("odd")
	started := make(chan int, 10)
	next := ahead(4, func(i int) (int, error) {
		started <- i
		if i%2 == 1 {
			return i, odd
		}
		return i, nil
	})
	require.Equal(t, 0, <-started)
	for i := range 4 {
		value, err := next()
		require.Equal(t, i, value)
		require.Equal(t, i%2 == 1, errors.Is(err, odd))
		if i < 3 {
			require.Equal(t, i+1, <-started)
		}
		require.Empty(t, started)
	}
}
