package waits

import (
	"sync/atomic"

	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/internal/parallel"
)

// EachRow calls visit for each row, in parallel, with the row's spans in ascending
// order; visit may overwrite them. spans are in ascending order, and span i is of row
// row[number[i]]. The spans of all rows lie in scratch.
func EachRow[N ~uint32](spans, scratch []Span, number []N, row []uint32, rows, workers int,
	visit func(r int, of []Span)) {
	ends := []uint32{uint32(len(spans))}
	if rows == 1 {
		copy(scratch, spans)
	} else { // in sorted order, so that each row's spans come out sorted too
		move := func(b int, places []uint32) {
			for i, s := range ints.BlockOf(spans, b) {
				scratch[places[i]] = s
			}
		}
		ends = ints.ParallelCountingSort(ints.NumBlocks(len(spans)), rows, workers, ints.KeysOf(number, row), move)
	}
	taken := min(64, rows/workers/8+1) // rows at a time
	var next atomic.Int64
	parallel.Each(min(workers, rows), func(int) {
		for {
			from := int(next.Add(int64(taken))) - taken
			if from >= rows {
				return
			}
			for r := from; r < min(from+taken, rows); r++ {
				start := uint32(0)
				if r > 0 {
					start = ends[r-1]
				}
				visit(r, scratch[start:ends[r]])
			}
		}
	})
}
