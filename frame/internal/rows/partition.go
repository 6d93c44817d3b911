package rows

import (
	"math/bits"
	"runtime"

	"github.com/sav-analytics/sav/internal/ints"
)

// partitions holds codes and their rows, hash partitioned: partition k is [starts[k], starts[k+1]). Within a partition
// the rows ascend.
type partitions struct {
	codes  []uint64
	rows   []uint32
	starts []uint32
}

// partitionRows is the number of rows a partition should have: its table, with two slots a row, then fits the
// second-level cache.
const partitionRows = 1 << 15

// maxPartitions keeps the lines of memory that are written to in the caches.
const maxPartitions = 1 << 11

// partition spreads codes over partitions by bits of their hash that a hash table does not look at: it takes the
// highest.
func partition[T int64 | uint32 | uint64](codes []T) partitions {
	n := min(1<<max(bits.Len(uint(len(codes)/partitionRows)), 1), maxPartitions)
	const shift = 64 / 3
	mask := uint64(n - 1)
	p := partitions{codes: make([]uint64, len(codes)), rows: make([]uint32, len(codes))}
	keys := func(b int, keys *ints.Block) int {
		part := ints.BlockOf(codes, b)
		for i, c := range part {
			keys[i] = uint32(ints.Hash(uint64(c)) >> shift & mask)
		}
		return len(part)
	}
	move := func(b int, places []uint32) {
		for i, c := range ints.BlockOf(codes, b) {
			p.codes[places[i]] = uint64(c)
			p.rows[places[i]] = uint32(b*ints.BlockItems + i)
		}
	}
	ends := ints.ParallelCountingSort(ints.NumBlocks(len(codes)), n, runtime.GOMAXPROCS(0), keys, move)
	p.starts = append([]uint32{0}, ends...)
	return p
}

// of returns the codes of partition k and their rows.
func (p partitions) of(k int) (codes []uint64, rows []uint32) {
	lo, hi := p.starts[k], p.starts[k+1]
	return p.codes[lo:hi], p.rows[lo:hi]
}

func (p partitions) len() int { return len(p.starts) - 1 }
