package eval

import (
	"math/rand/v2"
	"testing"
)

// What the bits of a comparison of a row cost.
func BenchmarkWords(b *testing.B) {
	ints, other, floats := make([]int64, blockRows), make([]int64, blockRows), make([]float64, blockRows)
	codes, table := make([]uint32, blockRows), make([]uint8, 100)
	for i := range ints {
		codes[i] = rand.Uint32N(100)
		ints[i], other[i], floats[i] = int64(codes[i]), 50, float64(codes[i])
	}
	out := make([]uint64, blockRows/64)
	for name, run := range map[string]func(){
		"less":              func() { less(ints, other, out) },
		"lessThan":          func() { lessThan(ints, 50, out) },
		"greaterThan/float": func() { greaterThan(floats, 50, out) },
		"equalTo/code":      func() { equalTo(codes, 50, out) },
		"truths":            func() { truths(codes, table, out) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				run()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/blockRows, "ns/row")
		})
	}
}
