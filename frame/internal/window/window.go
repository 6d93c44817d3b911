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
