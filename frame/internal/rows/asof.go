package rows

import (
	"cmp"
	"slices"

	"github.com/sav-analytics/sav/frame/internal/vec"
	"github.com/sav-analytics/sav/internal/parallel"
)

// An Asof is which right row a left one finds: the nearest at or before it, at or after it, or either.
type Asof struct {
	Backward, Forward bool
	Strict            bool               // one with an equal value is not found
	Near              func(d Delta) bool // what is too far away is not found; nil: nothing is
}

// A Delta is the distance between two values, in the field of their kind.
type Delta struct {
	Int   uint64
	Float float64
}

func (d Delta) cmp(e Delta) int {
	return cmp.Or(cmp.Compare(d.Int, e.Int), cmp.Compare(d.Float, e.Float))
}

// Find returns, for each row of left, the row of right that it finds among those with an equal key, or [vec.NoRow]. Of
// several right rows with one value, that nearest in order to where the left one would stand is found: the last of
// those before it, the first of those after it. If both sides are equally near, the one before is found. Rows that are
// null or NaN find nothing and are not found. O(m log m + n·log k), k being the rows of right that share a key.
func (a Asof) Find(left, right vec.Vec, keys Keys) []uint32 {
	layout := NewLayout(keys.Right, keys.N, Ordinals(right))
	// The values in this order, so that a search stays in the cache.
	sorted := right.Take(layout.Order)
	if left.Kind == vec.Float {
		return find(
			a, left, left.Floats, sorted.Floats, layout, keys.Left,
			func(hi, lo float64) Delta {
				if hi == lo { // both may be infinite
					return Delta{}
				}
				return Delta{Float: hi - lo}
			},
		)
	}
	return find(
		a, left, left.Ints, sorted.Ints, layout, keys.Left,
		func(hi, lo int64) Delta { return Delta{Int: uint64(hi) - uint64(lo)} },
	)
}

func find[T int64 | float64](
	a Asof, left vec.Vec, values, sorted []T, layout Layout, keys []uint32, delta func(hi, lo T) Delta,
) []uint32 {
	out := make([]uint32, left.N)
	parallel.Spans(left.N, func(lo, hi int) {
		// Where left is in order, or nearly, the next row of a key finds its match at or close behind the last one's:
		// no search over all of them. See BenchmarkJoinAsofInOrder.
		last := slices.Clone(layout.Starts)
		for i := lo; i < hi; i++ {
			out[i] = vec.NoRow
			x := values[i]
			if left.IsNull(i) || x != x {
				continue
			}
			begin, end := layout.Starts[keys[i]], layout.Starts[keys[i]+1]
			part, near := sorted[begin:end], &last[keys[i]]
			var best Delta
			if a.Backward {
				n := following(part, *near-begin, x, !a.Strict)
				*near = begin + n
				if n > 0 {
					if d := delta(x, part[n-1]); a.Near == nil || a.Near(d) {
						out[i], best = layout.Order[begin+n-1], d
					}
				}
			}
			if a.Forward {
				n := following(part, *near-begin, x, a.Strict)
				*near = begin + n
				if int(n) < len(part) {
					d := delta(part[n], x)
					if (a.Near == nil || a.Near(d)) && (out[i] == vec.NoRow || d.cmp(best) < 0) {
						out[i] = layout.Order[begin+n]
					}
				}
			}
		}
	})
	return out
}

// following returns the index of the first value that is at least x, or greater if strict; len(values) if there is
// none. The values ascend. It is an exponential search from the index near: O(log d) for a result d values behind near,
// and O(log n) for one before it.
func following[T cmp.Ordered](values []T, near uint32, x T, strict bool) uint32 {
	reached := func(v T) bool { return v > x || v == x && !strict }
	lo, hi := near, uint32(len(values))
	if near > 0 && reached(values[near-1]) {
		lo, hi = 0, near-1
	} else {
		for step := uint32(1); hi-lo > step; step *= 2 {
			if reached(values[lo+step-1]) {
				hi = lo + step - 1
				break
			}
			lo += step
		}
	}
	for lo < hi {
		if middle := lo + (hi-lo)/2; reached(values[middle]) {
			hi = middle
		} else {
			lo = middle + 1
		}
	}
	return lo
}
