package agg

import (
	"math"
	"math/bits"
	"runtime"
	"slices"

	"github.com/sav-analytics/sav/frame/internal/vec"
	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/internal/parallel"
	"github.com/sav-analytics/sav/internal/quantile"
)

// layout sorts the values that are not null by their groups, as floats, by a counting sort: those of group k are
// values[starts[k]:starts[k+1]], in row order.
func layout(g Groups, v vec.Vec) (values []float64, starts []uint32) {
	ids := g.IDs
	if ids == nil {
		ids = make([]uint32, v.N)
	}
	values = make([]float64, v.N)
	keys := func(b int, keys *ints.Block) (n int) {
		if v.Valid == nil {
			return copy(keys[:], ints.BlockOf(ids, b))
		}
		for i, id := range ints.BlockOf(ids, b) {
			if vec.Get(v.Valid, b*ints.BlockItems+i) {
				keys[n] = id
				n++
			}
		}
		return n
	}
	move := func(b int, places []uint32) {
		if v.Valid == nil && v.Kind == vec.Float {
			for i, x := range ints.BlockOf(v.Floats, b) {
				values[places[i]] = x
			}
			return
		}
		row := b * ints.BlockItems
		for _, place := range places {
			for v.IsNull(row) {
				row++
			}
			values[place] = number(v, row)
			row++
		}
	}
	ends := ints.ParallelCountingSort(ints.NumBlocks(v.N), g.N, runtime.GOMAXPROCS(0), keys, move)
	starts = append([]uint32{0}, ends...)
	return values[:starts[g.N]], starts
}

// Quantile returns the p-quantiles by linear interpolation between order statistics, null for no values.
func Quantile(g Groups, v vec.Vec, p float64) vec.Vec {
	return Own(g, v, func(values []float64) float64 {
		if slices.ContainsFunc(values, math.IsNaN) {
			return math.NaN()
		}
		selectTwo(values, int(float64(len(values)-1)*p))
		return quantile.Sorted(p, values)
	})
}

// Own returns fn of each group's values, null for no values. fn may change the slice, but not keep it. It is called by
// several goroutines at once.
func Own(g Groups, v vec.Vec, fn func([]float64) float64) vec.Vec {
	values, starts := layout(g, v)
	out := make([]float64, g.N)
	valid := vec.NewBits(g.N)
	for id := range out {
		if starts[id] < starts[id+1] {
			vec.Set(valid, id)
		}
	}
	const batch = 64 // groups that a goroutine takes at once
	parallel.Limited((g.N+batch-1)/batch, func(k int) {
		for id := k * batch; id < min((k+1)*batch, g.N); id++ {
			if part := values[starts[id]:starts[id+1]:starts[id+1]]; len(part) > 0 {
				out[id] = fn(part)
			}
		}
	})
	return floats(out).WithValid(valid)
}

// selectSort is the number of values from which selecting is faster than sorting.
const selectSort = 64

// selectTwo reorders values, none of which is NaN, so that the k-th least and the one after it, if any, stand where
// sorting would put them. O(n) where sorting would be O(n·log n); see BenchmarkGroupByQuantile.
func selectTwo(values []float64, k int) {
	for rounds := 2 * bits.Len(uint(len(values))); len(values) > selectSort; rounds-- {
		if rounds == 0 {
			break // the pivots were bad: sorting bounds the time
		}
		pivot := medianOfThree(values[0], values[len(values)/2], values[len(values)-1])
		below := divide(values, pivot, 0)
		// The values equal to the pivot are in place too: without this step many equal values would take n rounds.
		upto := below + divide(values[below:], pivot, 1)
		switch {
		case k+1 < below:
			values = values[:below]
		case k >= upto:
			values, k = values[upto:], k-upto
		case k+1 < upto && k >= below:
			return
		case k >= below: // the last of the equal ones: the next is the least above
			if upto < len(values) {
				least(values[upto:])
			}
			return
		default: // k is the last below: the next is the pivot, in place
			greatest(values[:below])
			return
		}
	}
	slices.Sort(values)
}

// divide moves the values below the pivot to the front, and those equal to it too if equal is 1; it returns how many
// they are. It has no branch to predict.
func divide(values []float64, pivot float64, equal int) int {
	n := 0
	for i, v := range values {
		values[i], values[n] = values[n], v
		below := 0
		if v < pivot {
			below = 1
		}
		if v == pivot {
			below = equal
		}
		n += below
	}
	return n
}

// least swaps the least value to the front.
func least(values []float64) {
	at := 0
	for i, v := range values {
		if v < values[at] {
			at = i
		}
	}
	values[0], values[at] = values[at], values[0]
}

// greatest swaps the greatest value to the end.
func greatest(values []float64) {
	at, last := 0, len(values)-1
	for i, v := range values {
		if v > values[at] {
			at = i
		}
	}
	values[last], values[at] = values[at], values[last]
}

func medianOfThree(a, b, c float64) float64 { return max(min(a, b), min(max(a, b), c)) }
