package frame

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"sort"
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
		for i := lo; i < hi; i++ {
			begin, end := starts[a[i]], starts[a[i]+1]
			at := begin
			switch {
			case from.IsNull(i):
				at = end
			case from.typ == Float64:
				at += following(sorted.floats[begin:end], from.floats[i], o.Strict)
			default:
				at += following(sorted.ints[begin:end], from.ints[i], o.Strict)
			}
			rows[i] = noRow
			if at < end {
				rows[i] = order[at]
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
// if strict; len(values) if there is none, as for NaN. The values ascend.
func following[T cmp.Ordered](values []T, x T, strict bool) uint32 {
	at := sort.Search(len(values), func(k int) bool {
		return values[k] > x || values[k] == x && !strict
	})
	return uint32(at)
}
