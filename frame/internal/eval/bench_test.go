package eval

import (
	"math/rand/v2"
	"testing"
)

func BenchmarkLess(b *testing.B) {
	x, y := make([]float64, blockRows), make([]float64, blockRows)
	for i := range x {
		x[i], y[i] = rand.Float64(), 0.5
	}
	out := make([]uint64, blockRows/64)
	b.SetBytes(blockRows)
	for b.Loop() {
		less(x, y, out)
	}
}

func BenchmarkLessInts(b *testing.B) {
	x, y := make([]int64, blockRows), make([]int64, blockRows)
	for i := range x {
		x[i], y[i] = rand.Int64N(100), 50
	}
	out := make([]uint64, blockRows/64)
	b.SetBytes(blockRows)
	for b.Loop() {
		less(x, y, out)
	}
}
