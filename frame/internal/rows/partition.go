package rows

import (
	"hash/maphash"
	"math/bits"
	"runtime"

	"github.com/sav-analytics/sav/frame/internal/par"
)

// seed differs from one process to the next, so that nobody can choose codes
// that collide. No result depends on it.
var seed = maphash.Comparable(maphash.MakeSeed(), 0)

// mix returns a hash of code.
func mix(code uint64) uint64 {
	hi, lo := bits.Mul64(code^seed, 0xe7037ed1a0b428db)
	return hi ^ lo
}

// partitions holds codes and their rows, hash partitioned: partition k is
// [starts[k], starts[k+1]). Within a partition the rows ascend.
type partitions struct {
	codes  []uint64
	rows   []uint32
	starts []int
}

// partitionRows is the number of rows a partition should have: its table of
// twice as many slots then fits the second-level cache.
const partitionRows = 1 << 14

// partition spreads codes over partitions by the upper bits of their hash.
func partition[T int64 | uint32 | uint64](codes []T) partitions {
	b := min(max(bits.Len(uint(len(codes)/partitionRows)), 1), 11)
	shift := 64 - uint(b)
	n := 1 << b
	workers := runtime.GOMAXPROCS(0)
	step := (len(codes) + workers - 1) / workers
	counts := make([][]int, workers)
	par.Each(workers, func(w int) {
		count := make([]int, n)
		for _, c := range codes[min(w*step, len(codes)):min((w+1)*step, len(codes))] {
			count[mix(uint64(c))>>shift]++
		}
		counts[w] = count
	})
	p := partitions{codes: make([]uint64, len(codes)), rows: make([]uint32, len(codes)), starts: make([]int, n+1)}
	at := 0
	for k := range n {
		p.starts[k] = at
		for w := range workers {
			at, counts[w][k] = at+counts[w][k], at
		}
	}
	p.starts[n] = at
	par.Each(workers, func(w int) {
		next := counts[w]
		lo := min(w*step, len(codes))
		for i, c := range codes[lo:min(lo+step, len(codes))] {
			slot := &next[mix(uint64(c))>>shift]
			p.codes[*slot] = uint64(c)
			p.rows[*slot] = uint32(lo + i)
			*slot++
		}
	})
	return p
}
