// Package window computes values of rows from the rows around them, within groups: shifts, running sums, ranks, and
// statistics of rolling windows.
package window

import (
	"github.com/sav-analytics/sav/frame/internal/agg"
	"github.com/sav-analytics/sav/frame/internal/rows"
	"github.com/sav-analytics/sav/frame/internal/vec"
	"github.com/sav-analytics/sav/internal/parallel"
)

// layout returns the rows of each group, in the order of visit, or in theirs if that is nil.
func layout(g agg.Groups, n int, visit []uint32) rows.Layout {
	if g.IDs == nil {
		if visit == nil {
			visit = rows.Identity(n)
		}
		return rows.Layout{Starts: []uint32{0, uint32(len(visit))}, Order: visit}
	}
	return rows.NewLayout(g.IDs, g.N, visit)
}

// eachGroup calls fn with the rows of each group, in parallel.
func eachGroup(l rows.Layout, fn func(of []uint32)) {
	n := len(l.Starts) - 1
	const batch = 64 // groups that a goroutine takes at once
	parallel.Limited((n+batch-1)/batch, func(k int) {
		for id := k * batch; id < min((k+1)*batch, n); id++ {
			fn(l.Of(uint32(id)))
		}
	})
}

func filled(n int) []uint32 {
	at := make([]uint32, n)
	for i := range at {
		at[i] = vec.NoRow
	}
	return at
}

// Shift returns the value k rows before each row in its group, after it if k is negative, and null where there is none.
// O(n).
func Shift(g agg.Groups, v vec.Vec, k int) vec.Vec {
	at := filled(v.N)
	if g.IDs == nil {
		for i := max(k, 0); i < min(v.N, v.N+k); i++ {
			at[i] = uint32(i - k)
		}
		return v.TakeOr(at)
	}
	eachGroup(layout(g, v.N, nil), func(of []uint32) {
		for i := max(k, 0); i < min(len(of), len(of)+k); i++ {
			at[of[i]] = of[i-k]
		}
	})
	return v.TakeOr(at)
}

// Fill returns v with the last value of the group in the place of nulls, or the next value if backward. O(n).
func Fill(g agg.Groups, v vec.Vec, backward bool) vec.Vec {
	if v.Valid == nil {
		return v
	}
	at, last := make([]uint32, v.N), filled(g.N)
	for k := range v.N {
		i, id := k, uint32(0)
		if backward {
			i = v.N - 1 - k
		}
		if g.IDs != nil {
			id = g.IDs[i]
		}
		if !v.IsNull(i) {
			last[id] = uint32(i)
		}
		at[i] = last[id]
	}
	return v.TakeOr(at)
}

// CumSum returns the sum of the group's values up to each row; nulls add nothing and stay null. It returns the first
// row whose sum of integers is outside int64, or −1. O(n).
func CumSum(g agg.Groups, v vec.Vec) (out vec.Vec, overflow int) {
	out = v.Blank(v.N)
	if v.Kind == vec.Float {
		sums := make([]float64, g.N)
		for i, x := range v.Floats {
			id := uint32(0)
			if g.IDs != nil {
				id = g.IDs[i]
			}
			if !v.IsNull(i) {
				sums[id] += x
			}
			out.Floats[i] = sums[id]
		}
		return out.WithValid(v.Valid), -1
	}
	sums := make([]int64, g.N)
	for i, x := range v.Ints {
		id := uint32(0)
		if g.IDs != nil {
			id = g.IDs[i]
		}
		if !v.IsNull(i) {
			s := sums[id]
			if sums[id] = s + x; (s^sums[id])&(x^sums[id]) < 0 {
				return vec.Vec{}, i
			}
		}
		out.Ints[i] = sums[id]
	}
	return out.WithValid(v.Valid), -1
}

// Method says which ranks equal values have.
type Method uint8

// The methods.
const (
	Average Method = iota // the mean of the ranks that they take up
	Min                   // the smallest of them
	Max                   // the largest of them
	Dense                 // one rank, and the next value has the next one
	Ordinal               // all of them, in the order of the rows
)

// Rank returns the rank of each value in its group, from 1, floats if the method is Average and integers otherwise. All
// NaN are equal and greater than any number; nulls have no rank. O(n), after sorting.
func Rank(g agg.Groups, v vec.Vec, m Method, descending bool) vec.Vec {
	order := rows.Sorted([]rows.Key{{Vec: v, Descending: descending}}, v.N)
	if order == nil {
		order = rows.Identity(v.N)
	}
	out := vec.Vec{Kind: vec.Int}
	if m == Average {
		out.Kind = vec.Float
	}
	out = out.Blank(v.N)
	eachGroup(layout(g, v.N, order), func(of []uint32) {
		for n := len(of); n > 0 && v.IsNull(int(of[n-1])); n-- {
			of = of[:n-1]
		}
		dense := 0
		for lo, hi := 0, 0; lo < len(of); lo = hi {
			for hi = lo + 1; hi < len(of) && same(v, of[lo], of[hi]); hi++ {
			}
			dense++
			for k := lo; k < hi; k++ {
				switch m {
				case Average:
					out.Floats[of[k]] = float64(lo+1+hi) / 2
				case Min:
					out.Ints[of[k]] = int64(lo + 1)
				case Max:
					out.Ints[of[k]] = int64(hi)
				case Dense:
					out.Ints[of[k]] = int64(dense)
				default:
					out.Ints[of[k]] = int64(k + 1)
				}
			}
		}
	})
	return out.WithValid(v.Valid)
}

// same reports whether the values of two rows are equal, or both NaN.
func same(v vec.Vec, i, j uint32) bool {
	switch v.Kind {
	case vec.Float:
		a, b := v.Floats[i], v.Floats[j]
		return a == b || a != a && b != b
	case vec.Text:
		return v.Codes[i] == v.Codes[j]
	case vec.Bool:
		return vec.Get(v.Bits, int(i)) == vec.Get(v.Bits, int(j))
	}
	return v.Ints[i] == v.Ints[j]
}
