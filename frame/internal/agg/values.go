package agg

import (
	"github.com/sav-analytics/sav/frame/internal/rows"
	"github.com/sav-analytics/sav/frame/internal/vec"
)

// Min returns each group's smallest value, null for no values; of text the first bytewise.
func Min(g Groups, v vec.Vec) vec.Vec { return extreme(g, v, false) }

// Max returns each group's largest value, null for no values.
func Max(g Groups, v vec.Vec) vec.Vec { return extreme(g, v, true) }

func extreme(g Groups, v vec.Vec, largest bool) vec.Vec {
	out := vec.Vec{Kind: v.Kind, N: g.N}
	var seen []uint64
	switch v.Kind {
	case vec.Float:
		out.Floats, seen = extremes(g, v.Floats, v.Valid, largest)
	case vec.Text:
		rank, words := vec.Ranked(v.Dict)
		out.Codes, seen = extremes(g, vec.Gather(rank, v.Codes), v.Valid, largest)
		out.Dict = words
	case vec.Bool:
		counts := Count(g, v.N, v.Valid)
		trues := Count(g, v.N, vec.And(v.Bits, v.Valid))
		out.Bits = vec.NewBits(g.N)
		for id, n := range trues {
			if n > 0 && (largest || n == counts[id]) {
				vec.Set(out.Bits, id)
			}
		}
		seen = haveAtLeast(1, counts)
	default:
		out.Ints, seen = extremes(g, v.Ints, v.Valid, largest)
	}
	return out.WithValid(seen)
}

func extremes[T int64 | float64 | uint32](g Groups, values []T, valid []uint64, largest bool) (out []T, seen []uint64) {
	out, seen = make([]T, g.N), vec.NewBits(g.N)
	for i, x := range values {
		if valid != nil && !vec.Get(valid, i) {
			continue
		}
		id := 0
		if g.IDs != nil {
			id = int(g.IDs[i])
		}
		switch {
		case !vec.Get(seen, id):
			vec.Set(seen, id)
			out[id] = x
		case x < out[id]:
			if !largest {
				out[id] = x
			}
		case x > out[id]:
			if largest {
				out[id] = x
			}
		case largest: // equal, which 0 and −0 are, or one is NaN
			out[id] = max(out[id], x)
		default:
			out[id] = min(out[id], x)
		}
	}
	return out, seen
}

// First returns each group's first value that is not null, or null.
func First(g Groups, v vec.Vec) vec.Vec {
	at := noRows(g.N)
	for i := range v.N {
		id := uint32(0)
		if g.IDs != nil {
			id = g.IDs[i]
		}
		if at[id] == vec.NoRow && !v.IsNull(i) {
			at[id] = uint32(i)
			if g.IDs == nil {
				break
			}
		}
	}
	return v.TakeOr(at)
}

// Last returns each group's last value that is not null, or null.
func Last(g Groups, v vec.Vec) vec.Vec {
	at := noRows(g.N)
	for i := v.N - 1; i >= 0; i-- {
		id := uint32(0)
		if g.IDs != nil {
			id = g.IDs[i]
		}
		if at[id] == vec.NoRow && !v.IsNull(i) {
			at[id] = uint32(i)
			if g.IDs == nil {
				break
			}
		}
	}
	return v.TakeOr(at)
}

func noRows(n int) []uint32 {
	at := make([]uint32, n)
	for i := range at {
		at[i] = vec.NoRow
	}
	return at
}

// NUnique returns the number of distinct values of each group. It groups the rows by group and value, and counts those.
func NUnique(g Groups, v vec.Vec) vec.Vec {
	distinct := make([]int64, g.N)
	keys := []vec.Vec{v}
	if g.IDs != nil {
		keys = []vec.Vec{{Kind: vec.Text, N: v.N, Codes: g.IDs, Dict: make([]string, g.N)}, v}
	}
	if v.N > 0 {
		for _, i := range rows.Group(keys, v.N).First {
			switch {
			case v.IsNull(int(i)):
			case g.IDs == nil:
				distinct[0]++
			default:
				distinct[g.IDs[i]]++
			}
		}
	}
	return intVec(distinct)
}
