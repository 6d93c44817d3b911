package rows

import (
	"runtime"

	"github.com/sav-analytics/sav/internal/ints"
)

// A Layout holds rows sorted by a number that each has: those of number k are Order[Starts[k]:Starts[k+1]].
type Layout struct {
	Starts []uint32
	Order  []uint32
}

// Of returns the rows of number k.
func (l Layout) Of(k uint32) []uint32 { return l.Order[l.Starts[k]:l.Starts[k+1]] }

// NewLayout sorts rows by their numbers ids, which are below n, by a counting sort: the rows of one number keep the
// order in which they stand in visit. A nil visit stands for all rows from the first to the last.
func NewLayout(ids []uint32, n int, visit []uint32) Layout {
	if visit == nil {
		order := make([]uint32, len(ids))
		keys := func(b int, keys *ints.Block) int { return copy(keys[:], ints.BlockOf(ids, b)) }
		move := func(b int, places []uint32) {
			for i, place := range places {
				order[place] = uint32(b*ints.BlockItems + i)
			}
		}
		return newLayout(len(ids), n, order, keys, move)
	}
	order := make([]uint32, len(visit))
	move := func(b int, places []uint32) {
		for i, row := range ints.BlockOf(visit, b) {
			order[places[i]] = row
		}
	}
	return newLayout(len(visit), n, order, ints.KeysOf(visit, ids), move)
}

func newLayout(rows, n int, order []uint32, keys func(int, *ints.Block) int, move func(int, []uint32)) Layout {
	ends := ints.ParallelCountingSort(ints.NumBlocks(rows), n, runtime.GOMAXPROCS(0), keys, move)
	starts := make([]uint32, n+1)
	copy(starts[1:], ends)
	return Layout{starts, order}
}

// Identity returns 0, 1, … n−1.
func Identity(n int) []uint32 {
	rows := make([]uint32, n)
	for i := range rows {
		rows[i] = uint32(i)
	}
	return rows
}
