package eval

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/sav-analytics/sav/frame/internal/vec"
)

// Arith is an operation on two numbers.
type Arith uint8

// The operations.
const (
	Add Arith = iota
	Sub
	Mul
	Div      // of floats
	FloorDiv // rounded down
	Mod      // with the sign of the divisor
)

// Sign returns the operation as it is written.
func (op Arith) Sign() string { return [...]string{"+", "-", "*", "/", "//", "%"}[op] }

// Floats returns the node of a op b, both floats. Division by zero is null.
func (op Arith) Floats(a, b *Node) *Node {
	switch op {
	case Add:
		return floats2(a, b, func(x, y, out []float64) {
			for i, v := range x {
				out[i] = v + y[i]
			}
		})
	case Sub:
		return floats2(a, b, func(x, y, out []float64) {
			for i, v := range x {
				out[i] = v - y[i]
			}
		})
	case Mul:
		return floats2(a, b, func(x, y, out []float64) {
			for i, v := range x {
				out[i] = v * y[i]
			}
		})
	case Div:
		return divided(a, b, func(x, y, out []float64) {
			for i, v := range x {
				out[i] = v / y[i]
			}
		})
	case FloorDiv:
		return divided(a, b, func(x, y, out []float64) {
			for i, v := range x {
				out[i] = math.Floor(v / y[i])
			}
		})
	}
	return divided(a, b, func(x, y, out []float64) {
		for i, v := range x {
			m := math.Mod(v, y[i])
			if m != 0 && (m < 0) != (y[i] < 0) {
				m += y[i]
			}
			out[i] = m
		}
	})
}

func floats2(a, b *Node, fn func(x, y, out []float64)) *Node {
	return strict(vec.Float, func(in []Block, out *Block, rows int) error {
		fn(in[0].Floats[:rows:rows], in[1].Floats[:rows:rows], out.Floats[:rows:rows])
		return nil
	}, a, b)
}

// divided returns the node that floats2 does, but null where b is 0.
func divided(a, b *Node, fn func(x, y, out []float64)) *Node {
	if c := b.Constant(); c != nil && c.Valid == nil && c.Floats[0] != 0 {
		return floats2(a, b, fn)
	}
	return partial(vec.Float, func(in []Block, out *Block, rows int) error {
		y := in[1].Floats[:rows:rows]
		fn(in[0].Floats[:rows:rows], y, out.Floats[:rows:rows])
		clearZeros(y, out.Valid)
		return nil
	}, a, b)
}

// clearZeros clears the bits of the values that are 0.
func clearZeros[T int64 | float64](values []T, valid []uint64) {
	for lo := 0; lo < len(values); lo += 64 {
		var zero uint64
		for j, v := range values[lo:min(lo+64, len(values))] {
			var z uint64
			if v == 0 {
				z = 1
			}
			zero |= z << (uint(j) & 63)
		}
		valid[lo/64] &^= zero
	}
}

// Ints returns the node of a op b, both integers. A result outside int64 is an error, division by zero is null. Div is
// none of these operations.
func (op Arith) Ints(kind vec.Kind, a, b *Node) *Node {
	switch op {
	case Add:
		return ints2(kind, op, a, b, func(x, y, out []int64) (over int64) {
			for i, v := range x {
				s := v + y[i]
				over |= (v ^ s) & (y[i] ^ s)
				out[i] = s
			}
			return over
		})
	case Sub:
		return ints2(kind, op, a, b, func(x, y, out []int64) (over int64) {
			for i, v := range x {
				s := v - y[i]
				over |= (v ^ y[i]) & (v ^ s)
				out[i] = s
			}
			return over
		})
	case Mul:
		return ints2(kind, op, a, b, func(x, y, out []int64) (over int64) {
			for i, v := range x {
				hi, lo := mul(v, y[i])
				if hi != int64(lo)>>63 {
					over = -1
				}
				out[i] = int64(lo)
			}
			return over
		})
	}
	return partial(kind, func(in []Block, out *Block, rows int) error {
		x, y, to := in[0].Ints[:rows:rows], in[1].Ints[:rows:rows], out.Ints[:rows:rows]
		clearZeros(y, out.Valid)
		for i, v := range x {
			d := y[i]
			switch {
			case d == 0:
				to[i] = 0
			case d == -1 && op == Mod:
				to[i] = 0
			case d == -1:
				to[i] = -v // of the smallest: itself, see below
			default:
				q, r := v/d, v%d
				if r != 0 && (r < 0) != (d < 0) {
					q, r = q-1, r+d
				}
				if to[i] = q; op == Mod {
					to[i] = r
				}
			}
		}
		return failed(out, rows, func(i int) (string, bool) {
			return overflow(x[i], op, y[i]), op == FloorDiv && y[i] == -1 && x[i] == math.MinInt64
		})
	}, a, b)
}

// mul returns the product of a and b in 128 bits.
func mul(a, b int64) (hi int64, lo uint64) {
	h, lo := bits.Mul64(uint64(a), uint64(b))
	return int64(h) - a>>63&b - b>>63&a, lo
}

func overflow(a int64, op Arith, b int64) string {
	return fmt.Sprintf("%d %s %d overflows int64", a, op.Sign(), b)
}

// ints2 returns a node of fn, which returns a negative number if some result is outside int64.
func ints2(kind vec.Kind, op Arith, a, b *Node, fn func(x, y, out []int64) int64) *Node {
	return strict(kind, func(in []Block, out *Block, rows int) error {
		x, y := in[0].Ints[:rows:rows], in[1].Ints[:rows:rows]
		if fn(x, y, out.Ints[:rows:rows]) >= 0 {
			return nil
		}
		return failed(out, rows, func(i int) (string, bool) {
			return overflow(x[i], op, y[i]), overflows(x[i], op, y[i])
		})
	}, a, b)
}

func overflows(x int64, op Arith, y int64) bool {
	switch op {
	case Add:
		return (x^(x+y))&(y^(x+y)) < 0
	case Sub:
		return (x^y)&(x^(x-y)) < 0
	}
	hi, lo := mul(x, y)
	return hi != int64(lo)>>63
}

// Neg returns the node of −a, a being integers or floats.
func Neg(a *Node) *Node {
	if a.Kind == vec.Float {
		return Map(a, func(x float64) float64 { return -x })
	}
	return ints1(a, "minus ", func(x int64) int64 { return -x })
}

// Abs returns the node of |a|, a being integers or floats.
func Abs(a *Node) *Node {
	if a.Kind == vec.Float {
		return Map(a, math.Abs)
	}
	return ints1(a, "absolute value of ", func(x int64) int64 { return max(x, -x) })
}

// ints1 returns the node of fn, which the smallest integer overflows.
func ints1(a *Node, what string, fn func(x int64) int64) *Node {
	return strict(a.Kind, func(in []Block, out *Block, rows int) error {
		smallest := false
		x, to := in[0].Ints[:rows:rows], out.Ints[:rows:rows]
		for i, v := range x {
			to[i] = fn(v)
			smallest = smallest || v == math.MinInt64
		}
		if !smallest {
			return nil
		}
		return failed(out, rows, func(i int) (string, bool) {
			return fmt.Sprintf("%s%d overflows int64", what, x[i]), x[i] == math.MinInt64
		})
	}, a)
}

// Map returns the node of fn of each float.
func Map(a *Node, fn func(float64) float64) *Node {
	return strict(vec.Float, func(in []Block, out *Block, rows int) error {
		to := out.Floats[:rows:rows]
		for i, v := range in[0].Floats[:rows:rows] {
			to[i] = fn(v)
		}
		return nil
	}, a)
}
