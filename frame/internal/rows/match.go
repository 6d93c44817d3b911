package rows

import (
	"runtime"
	"slices"

	"github.com/sav-analytics/sav/frame/internal/vec"
	"github.com/sav-analytics/sav/internal/parallel"
)

// Keys holds a number for each row of two frames: rows match exactly if their numbers are equal.
type Keys struct {
	Left, Right []uint32
	N           int // all numbers are below N
}

// NumberKeys numbers the key columns of two frames, which have the same types. A null matches nothing.
func NumberKeys(left, right []vec.Vec) Keys {
	n, m := left[0].N, right[0].N
	if a, b := left[0], right[0]; len(left) == 1 && a.Kind == vec.Text && a.Valid == nil && b.Valid == nil {
		if narrow(uint64(len(a.Dict)+len(b.Dict)), n+m) { // codes are numbers already
			codes, dict := vec.Merge([]vec.Vec{a, b})
			return Keys{codes[0], codes[1], len(dict)}
		}
	}
	codes, width := encode(left, right)
	g := group(codes, 0, width, true)
	return Keys{g.IDs[:n:n], g.IDs[n:], len(g.First)}
}

// Pairs returns the pairs of a left and a right row that match, in the order of the left rows and then of the right
// ones. With outer, a left row that matches nothing is paired with [vec.NoRow]. It returns ok = false, and the number
// of pairs, if that is not below limit. left is nil if it would be each row once.
func (k Keys) Pairs(outer bool, limit int) (left, right []uint32, n int, ok bool) {
	if left, right, ok = k.lookup(outer); ok {
		return left, right, len(right), true
	}
	layout := NewLayout(k.Right, k.N, nil)
	count := func(id uint32) int {
		n := len(layout.Of(id))
		if n == 0 && outer {
			return 1
		}
		return n
	}
	parts := max(1, min(runtime.GOMAXPROCS(0), len(k.Left)/parallel.Grain))
	bound := func(p int) int { return p * len(k.Left) / parts }
	from := make([]int, parts+1) // where each part's pairs begin
	parallel.Limited(parts, func(p int) {
		total := 0
		for _, id := range k.Left[bound(p):bound(p+1)] {
			total += count(id)
		}
		from[p+1] = total
	})
	for p := range parts {
		from[p+1] += from[p]
	}
	if n = from[parts]; n >= limit {
		return nil, nil, n, false
	}
	left, right = make([]uint32, n), make([]uint32, n)
	parallel.Limited(parts, func(p int) {
		at := from[p]
		for i := bound(p); i < bound(p+1); i++ {
			found := layout.Of(k.Left[i])
			for _, row := range found {
				left[at], right[at] = uint32(i), row
				at++
			}
			if len(found) == 0 && outer {
				left[at], right[at] = uint32(i), vec.NoRow
				at++
			}
		}
	})
	return left, right, n, true
}

// lookup returns the pairs if no two right rows have one number, as in a table of merchants or of countries.
func (k Keys) lookup(outer bool) (left, right []uint32, ok bool) {
	table := make([]uint32, k.N)
	for i := range table {
		table[i] = vec.NoRow
	}
	for row, id := range k.Right {
		if table[id] != vec.NoRow {
			return nil, nil, false
		}
		table[id] = uint32(row)
	}
	right = vec.Gather(table, k.Left)
	if outer || !slices.Contains(right, vec.NoRow) {
		return nil, right, true
	}
	left = vec.Rows(found(right))
	return left, vec.Gather(right, left), true
}

// found returns the bits of the rows that are not [vec.NoRow].
func found(rows []uint32) []uint64 {
	out := vec.NewBits(len(rows))
	parallel.Spans(len(rows), func(lo, hi int) {
		for ; lo < hi; lo += 64 {
			var word uint64
			for j, row := range rows[lo:min(lo+64, hi)] {
				if row != vec.NoRow {
					word |= 1 << (uint(j) & 63)
				}
			}
			out[lo/64] = word
		}
	})
	return out
}

// Matched returns the bits of the left rows that match a right one.
func (k Keys) Matched() []uint64 { return matched(k.Left, k.Right, k.N) }

// RightMatched returns the bits of the right rows that match a left one.
func (k Keys) RightMatched() []uint64 { return matched(k.Right, k.Left, k.N) }

func matched(of, by []uint32, n int) []uint64 {
	known := make([]uint8, n)
	for _, id := range by {
		known[id] = 1
	}
	out := vec.NewBits(len(of))
	parallel.Spans(len(of), func(lo, hi int) {
		for ; lo < hi; lo += 64 {
			var word uint64
			for j, id := range of[lo:min(lo+64, hi)] {
				word |= uint64(known[id]) << (uint(j) & 63)
			}
			out[lo/64] = word
		}
	})
	return out
}
