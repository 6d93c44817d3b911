package eval

import (
	"cmp"
	"math"

	"github.com/sav-analytics/sav/frame/internal/vec"
)

// Relation is a comparison of two values.
type Relation uint8

// The relations.
const (
	Eq Relation = iota
	Ne
	Lt
	Le
	Gt
	Ge
)

// Sign returns the relation as it is written.
func (r Relation) Sign() string { return [...]string{"==", "!=", "<", "<=", ">", ">="}[r] }

// Holds reports whether the relation holds for two values that compare as order, and are both numbers.
func (r Relation) Holds(order int) bool {
	switch r {
	case Eq:
		return order == 0
	case Ne:
		return order != 0
	case Lt:
		return order < 0
	case Le:
		return order <= 0
	case Gt:
		return order > 0
	}
	return order >= 0
}

// Mirrored returns the relation that holds for b and a where r does for a and b.
func (r Relation) Mirrored() Relation {
	return [...]Relation{Eq: Eq, Ne: Ne, Lt: Gt, Le: Ge, Gt: Lt, Ge: Le}[r]
}

// Node returns the node of a r b, both integers or instants, floats, or codes of one dictionary (Eq and Ne alone). NaN
// is unequal to everything, and neither less nor greater.
func (r Relation) Node(a, b *Node) *Node {
	if a.Constant() != nil && b.Constant() == nil {
		return r.Mirrored().Node(b, a)
	}
	if c := b.Constant(); c != nil && c.Valid == nil && c.Kind != vec.Bool {
		return strict(vec.Bool, func(in []Block, out *Block, rows int) error {
			switch x := in[0]; {
			case x.Floats != nil:
				compareFloat(r, x.Floats[:rows], c.Floats[0], out.Bits)
			case x.Codes != nil:
				compareTo(r, x.Codes[:rows], c.Codes[0], out.Bits)
			default:
				compareTo(r, x.Ints[:rows], c.Ints[0], out.Bits)
			}
			return nil
		}, a)
	}
	return strict(vec.Bool, func(in []Block, out *Block, rows int) error {
		switch x, y := in[0], in[1]; {
		case x.Floats != nil:
			compare(r, x.Floats[:rows], y.Floats[:rows], out.Bits)
		case x.Codes != nil:
			compare(r, x.Codes[:rows], y.Codes[:rows], out.Bits)
		case x.Bits != nil:
			for i := range out.Bits {
				if out.Bits[i] = x.Bits[i] ^ y.Bits[i]; r == Eq {
					out.Bits[i] = ^out.Bits[i]
				}
			}
		default:
			compare(r, x.Ints[:rows], y.Ints[:rows], out.Bits)
		}
		return nil
	}, a, b)
}

// compare writes the bits of the rows for which x r y holds.
func compare[T cmp.Ordered](r Relation, x, y []T, out []uint64) {
	switch r {
	case Lt:
		less(x, y, out)
	case Gt:
		less(y, x, out)
	case Le, Ge: // not the opposite of greater or less, for NaN
		equal(x, y, out)
		equals := [blockRows / 64]uint64{}
		copy(equals[:], out)
		compare(r-Le+Lt, x, y, out)
		for i := range out {
			out[i] |= equals[i]
		}
	case Eq:
		equal(x, y, out)
	case Ne: // also for NaN
		equal(x, y, out)
		invert(out)
	}
}

// compareTo writes the bits of the rows for which x r c holds.
func compareTo[T int64 | uint32](r Relation, x []T, c T, out []uint64) {
	switch r {
	case Lt, Ge:
		lessThan(x, c, out)
	case Gt, Le:
		greaterThan(x, c, out)
	case Eq, Ne:
		equalTo(x, c, out)
	}
	if r == Ge || r == Le || r == Ne {
		invert(out)
	}
}

// compareFloat writes the bits of the rows for which x r c holds; a NaN compares as in Go.
func compareFloat(r Relation, x []float64, c float64, out []uint64) {
	switch {
	case r == Lt:
		lessThan(x, c, out)
	case r == Gt:
		greaterThan(x, c, out)
	case r == Le && c < math.Inf(1): // less than the next float; NaN is not
		lessThan(x, math.Nextafter(c, math.Inf(1)), out)
	case r == Ge && c > math.Inf(-1):
		greaterThan(x, math.Nextafter(c, math.Inf(-1)), out)
	case r == Le || r == Ge: // all but NaN, or nothing if c is NaN
		equal(x, x, out)
		if c != c {
			clear(out)
		}
	default:
		equalTo(x, c, out)
		if r == Ne {
			invert(out)
		}
	}
}

func invert(out []uint64) {
	for i := range out {
		out[i] = ^out[i]
	}
}

// MixedNode returns the node of a r b, one side integers and the other floats. It compares exactly: 2⁵³ + 1 is greater
// than 2⁵³.
func (r Relation) MixedNode(a, b *Node) *Node {
	if c := b.Constant(); c != nil && c.Valid == nil {
		// One side is a number that the other's type has as well: no row needs to be converted.
		if c.Kind == vec.Int && c.Ints[0] <= 1<<53 && c.Ints[0] >= -1<<53 {
			return r.Node(a, IntsToFloats(b))
		}
		if c.Kind == vec.Float && c.Floats[0] == math.Trunc(c.Floats[0]) && math.Abs(c.Floats[0]) < 1<<63 {
			return r.Node(a, Constant(vec.Vec{Kind: vec.Int, N: 1, Ints: []int64{int64(c.Floats[0])}}))
		}
	}
	if a.Kind == vec.Float {
		return r.Mirrored().MixedNode(b, a)
	}
	return strict(vec.Bool, func(in []Block, out *Block, rows int) error {
		x, y := in[0].Ints[:rows], in[1].Floats[:rows]
		for lo := 0; lo < rows; lo += 64 {
			var word uint64
			for j, v := range x[lo:min(lo+64, rows)] {
				f, bit := y[lo+j], uint64(0)
				if f != f {
					if r == Ne {
						bit = 1
					}
				} else if r.Holds(compareIntFloat(v, f)) {
					bit = 1
				}
				word |= bit << (uint(j) & 63)
			}
			out.Bits[lo/64] = word
		}
		return nil
	}, a, b)
}

// compareIntFloat compares a with b, which is not NaN, exactly.
func compareIntFloat(a int64, b float64) int {
	switch {
	case b >= 1<<63:
		return -1
	case b < -1<<63:
		return 1
	}
	whole := math.Floor(b)
	if c := cmp.Compare(a, int64(whole)); c != 0 || whole == b {
		return c
	}
	return -1 // a is the whole part, and b has a fraction
}
