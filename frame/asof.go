package frame

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// AsofOptions says how [Frame.JoinAsof] finds the row that follows.
type AsofOptions struct {
	On     string   // the column that orders the rows: Int64, Time or Float64, in both frames
	By     []string // the columns that must agree; none: any two rows may match
	Strict bool     // right's On must be greater than left's; otherwise it may be equal
}

// JoinAsof looks forward: it returns each row of f beside the first row of
// right that agrees in the By columns and whose On is not less than f's (with
// Strict: greater). Of several such rows with the same On it takes the first.
// Where there is none, right's columns are null. Neither frame need be sorted;
// the result has f's rows in f's order. A null or NaN in On, and a null in By,
// matches nothing.
//
// The result has f's columns, then right's without By, named as by
// [Frame.Join]: what f's row found is in On with "_right" appended.
// O(m + n·log k), k being the rows of right that agree with one of f.
func (f *Frame) JoinAsof(right *Frame, o AsofOptions) (*Frame, error) {
	f, right = f.orEmpty(), right.orEmpty()
	from, err := f.Column(o.On, Int64, Time, Float64)
	if err != nil {
		return nil, fmt.Errorf("left of asof join: %w", err)
	}
	to, err := right.Column(o.On, from.typ)
	if err != nil {
		return nil, fmt.Errorf("right of asof join: %w", err)
	}
	for _, name := range o.By {
		if name == o.On {
			return nil, errors.New("frame: asof join by the column it is on")
		}
	}
	a, b := make([]uint32, f.rows), numbered{make([]uint32, right.rows), 1}
	if len(o.By) > 0 {
		if a, b, err = matchRows(f, right, o.By); err != nil {
			return nil, err
		}
	}
	starts, order := b.layout(ordinals(to))
	// The values in this order, so that a search stays in one place.
	sorted := to.take(order)
	rows := make([]uint32, f.rows)
	spans(f.rows, func(lo, hi int) {
		// Where f is in order, or nearly, the next row of a key finds its match
		// at or close behind the last one's: no search over all of them.
		// See BenchmarkJoinAsofInOrder.
		last := slices.Clone(starts)
		for i := lo; i < hi; i++ {
			begin, end, at := starts[a[i]], starts[a[i]+1], &last[a[i]]
			switch {
			case from.IsNull(i):
				rows[i] = noRow
				continue
			case from.typ == Float64:
				*at = begin + following(sorted.floats[begin:end], *at-begin, from.floats[i], o.Strict)
			default:
				*at = begin + following(sorted.ints[begin:end], *at-begin, from.ints[i], o.Strict)
			}
			rows[i] = noRow
			if *at < end {
				rows[i] = order[*at]
			}
		}
	})
	return besides(f, right, o.By, rows)
}

// ordinals returns the rows of c in the order of their values, without those
// that are null or NaN.
func ordinals(c Column) []uint32 {
	order := sortedRows(sortParts(c, false), c.Len())
	if order == nil {
		order = identity(c.Len())
	}
	n := len(order) // both stand at the end
	for n > 0 && (c.IsNull(int(order[n-1])) || c.typ == Float64 && math.IsNaN(c.floats[order[n-1]])) {
		n--
	}
	return order[:n]
}

// following returns the place of the first value that is at least x, or greater
// if strict; len(values) if there is none, as for NaN. The values ascend. It
// looks from the place near on, in steps that double, or before it if the value
// there is not too small already: O(log d), d being how far away the place is,
// or O(log n) if it is before.
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
