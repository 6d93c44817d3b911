// Package agg computes statistics of groups of rows. Nulls are left out by all of them, while one NaN makes the
// statistics of its group NaN.
package agg

import (
	"math"

	"github.com/sav-analytics/sav/frame/internal/vec"
)

// Groups gives each row the number of its group, below N. Nil IDs put all rows into the only group.
type Groups struct {
	IDs []uint32
	N   int
}

// Count returns the number of each group's rows whose bit is set in valid, or of all its rows if that is nil. rows is
// the number of rows.
func Count(g Groups, rows int, valid []uint64) []int64 {
	counts := make([]int64, g.N)
	switch {
	case g.IDs == nil && valid == nil:
		counts[0] = int64(rows)
	case g.IDs == nil:
		counts[0] = int64(vec.Count(valid, rows))
	case valid == nil:
		for _, id := range g.IDs {
			counts[id]++
		}
	default:
		for i, id := range g.IDs {
			counts[id] += int64(valid[i/64] >> (uint(i) & 63) & 1)
		}
	}
	return counts
}

// sumFloats returns the sum of each group's values, added up in row order.
func sumFloats(g Groups, v vec.Vec) []float64 {
	sums := make([]float64, g.N)
	switch {
	case g.IDs == nil && v.Valid == nil:
		s := 0.0
		for _, x := range v.Floats {
			s += x
		}
		sums[0] = s
	case g.IDs == nil:
		s := 0.0
		for i, x := range v.Floats {
			if vec.Get(v.Valid, i) {
				s += x
			}
		}
		sums[0] = s
	case v.Valid == nil:
		values := v.Floats[:len(g.IDs)]
		for i, id := range g.IDs {
			sums[id] += values[i]
		}
	default:
		for i, id := range g.IDs {
			if vec.Get(v.Valid, i) {
				sums[id] += v.Floats[i]
			}
		}
	}
	return sums
}

// sumInts returns the exact sum of each group's values as low + high·2⁶⁴; high is nil if it is 0 for all groups.
func sumInts(g Groups, v vec.Vec) (low, high []int64) {
	low = make([]int64, g.N)
	for i, x := range v.Ints {
		if v.IsNull(i) {
			continue
		}
		id := uint32(0)
		if g.IDs != nil {
			id = g.IDs[i]
		}
		s := low[id]
		t := s + x
		low[id] = t
		if (s^t)&(x^t) < 0 { // both have the sign that the sum lost
			if high == nil {
				high = make([]int64, g.N)
			}
			if x < 0 {
				high[id]--
			} else {
				high[id]++
			}
		}
	}
	return low, high
}

// Sum returns the sums of integers, floats, or booleans, of which it counts the true ones. The sum of no values is 0. A
// sum outside int64 returns overflow, the number of its group; otherwise that is −1.
func Sum(g Groups, v vec.Vec) (sums vec.Vec, overflow int) {
	switch v.Kind {
	case vec.Float:
		return vec.Vec{Kind: vec.Float, N: g.N, Floats: sumFloats(g, v)}, -1
	case vec.Bool:
		return intVec(Count(g, v.N, vec.And(v.Bits, v.Valid))), -1
	}
	low, high := sumInts(g, v)
	for id, h := range high {
		if h != 0 {
			return vec.Vec{}, id
		}
	}
	return intVec(low), -1
}

// means returns the mean of each group's values, NaN for none.
func means(g Groups, v vec.Vec, counts []int64) []float64 {
	switch v.Kind {
	case vec.Float:
		out := sumFloats(g, v)
		for id := range out {
			out[id] /= float64(counts[id])
		}
		return out
	case vec.Bool:
		out := make([]float64, g.N)
		for id, n := range Count(g, v.N, vec.And(v.Bits, v.Valid)) {
			out[id] = float64(n) / float64(counts[id])
		}
		return out
	}
	low, high := sumInts(g, v)
	out := make([]float64, g.N)
	for id, s := range low {
		out[id] = float64(s)
		if high != nil {
			out[id] += float64(high[id]) * (1 << 32) * (1 << 32)
		}
		out[id] /= float64(counts[id])
	}
	return out
}

// Mean returns the arithmetic means, null for no values.
func Mean(g Groups, v vec.Vec) vec.Vec {
	counts := Count(g, v.N, v.Valid)
	out := means(g, v, counts)
	for id, n := range counts {
		if n == 0 {
			out[id] = 0 // under a null
		}
	}
	return floats(out).WithValid(haveAtLeast(1, counts))
}

// Var returns the sample variances (n − 1), null for fewer than two values. It adds up the squared deviations from the
// mean in a second pass, with the correction that gonum's stat.MeanVariance has for the mean's own rounding.
func Var(g Groups, v vec.Vec) vec.Vec {
	counts := Count(g, v.N, v.Valid)
	mean := means(g, v, counts)
	squares, rest := make([]float64, g.N), make([]float64, g.N)
	for i := range v.N {
		if v.IsNull(i) {
			continue
		}
		id := uint32(0)
		if g.IDs != nil {
			id = g.IDs[i]
		}
		d := number(v, i) - mean[id]
		squares[id] += d * d
		rest[id] += d
	}
	for id, n := range counts {
		if n < 2 {
			squares[id] = 0 // under a null
			continue
		}
		n := float64(n)
		squares[id] = (squares[id] - rest[id]*rest[id]/n) / (n - 1)
	}
	return floats(squares).WithValid(haveAtLeast(2, counts))
}

// Std returns the square roots of [Var].
func Std(g Groups, v vec.Vec) vec.Vec {
	out := Var(g, v)
	for id, x := range out.Floats {
		out.Floats[id] = math.Sqrt(x)
	}
	return out
}

func number(v vec.Vec, i int) float64 {
	switch v.Kind {
	case vec.Float:
		return v.Floats[i]
	case vec.Bool:
		return float64(v.Bits[i/64] >> (uint(i) & 63) & 1)
	}
	return float64(v.Ints[i])
}

func intVec(values []int64) vec.Vec { return vec.Vec{Kind: vec.Int, N: len(values), Ints: values} }

func floats(values []float64) vec.Vec {
	return vec.Vec{Kind: vec.Float, N: len(values), Floats: values}
}

// haveAtLeast returns the bits of the groups that have min values or more.
func haveAtLeast(min int64, counts []int64) []uint64 {
	valid := vec.NewBits(len(counts))
	for id, n := range counts {
		if n >= min {
			vec.Set(valid, id)
		}
	}
	return valid
}
