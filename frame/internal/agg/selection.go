package agg

import (
	"math/bits"
	"slices"
)

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

func medianOfThree(a, b, c float64) float64 {
	return max(min(a, b), min(max(a, b), c))
}
