package window

import (
	"github.com/sav-analytics/sav/frame/internal/agg"
	"github.com/sav-analytics/sav/frame/internal/rows"
	"github.com/sav-analytics/sav/frame/internal/vec"
)

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
