package eval

import (
	"math/bits"
	"slices"

	"github.com/sav-analytics/sav/frame/internal/vec"
)

// And returns the node of a and b in Kleene's logic: false and null is false, true and null is null.
func And(a, b *Node) *Node {
	return kleene(a, b, func(at, av, bt, bv uint64) (bits, valid uint64) {
		return at & bt, av&bv | av&^at | bv&^bt
	})
}

// Or returns the node of a or b in Kleene's logic: true or null is true, false or null is null.
func Or(a, b *Node) *Node {
	return kleene(a, b, func(at, av, bt, bv uint64) (bits, valid uint64) { return at | bt, av&bv | at | bt })
}

// kleene returns the node of fn, which has the true and the not null rows of each side, a word at a time.
func kleene(a, b *Node, fn func(at, av, bt, bv uint64) (bits, valid uint64)) *Node {
	n := &Node{Kind: vec.Bool, args: []*Node{a, b}, Nulls: a.Nulls || b.Nulls, ownValid: true}
	n.run = func(in []Block, out *Block, rows int) error {
		x, y := in[0], in[1]
		if x.Valid == nil && y.Valid == nil {
			for i := range out.Bits {
				out.Bits[i], _ = fn(x.Bits[i], ^uint64(0), y.Bits[i], ^uint64(0))
			}
			out.Valid = nil
			return nil
		}
		for i := range out.Bits {
			av, bv := word(x.Valid, i), word(y.Valid, i)
			out.Bits[i], out.Valid[i] = fn(x.Bits[i]&av, av, y.Bits[i]&bv, bv)
		}
		return nil
	}
	return n
}

func word(valid []uint64, i int) uint64 {
	if valid == nil {
		return ^uint64(0)
	}
	return valid[i]
}

// Not returns the node of not a; null stays null.
func Not(a *Node) *Node {
	return strict(vec.Bool, func(in []Block, out *Block, rows int) error {
		for i := range out.Bits {
			out.Bits[i] = ^in[0].Bits[i]
		}
		return nil
	}, a)
}

// NotNull returns the node that is true where a is not null, and never null.
func NotNull(a *Node) *Node {
	return &Node{Kind: vec.Bool, args: []*Node{a}, ownValid: true, run: func(in []Block, out *Block, rows int) error {
		for i := range out.Bits {
			out.Bits[i] = word(in[0].Valid, i)
		}
		out.Valid = nil
		return nil
	}}
}

// IsNaN returns the node that is true where a float is NaN.
func IsNaN(a *Node) *Node { return Ne.Node(a, a) }

// In returns the node that is true where a is one of the integers or floats. O(n·log(len(set))).
func In[T int64 | float64](a *Node, of func(Block) []T, set []T) *Node {
	set = slices.Clone(set)
	slices.Sort(set)
	return strict(vec.Bool, func(in []Block, out *Block, rows int) error {
		values := of(in[0])[:rows]
		for lo := 0; lo < rows; lo += 64 {
			var word uint64
			for j, v := range values[lo:min(lo+64, rows)] {
				_, ok := slices.BinarySearch(set, v)
				word |= bit(ok) << (j & 63)
			}
			out.Bits[lo/64] = word
		}
		return nil
	}, a)
}

// Select returns the node of a where cond is true, and of b where it is false or null. a and b are of one kind, and of
// one dictionary if they are text.
func Select(cond, a, b *Node) *Node {
	n := &Node{Kind: a.Kind, Dict: a.Dict, args: []*Node{cond, a, b}, Nulls: a.Nulls || b.Nulls, ownValid: true}
	n.run = func(in []Block, out *Block, rows int) error {
		mask, x, y := in[0], in[1], in[2]
		pick := func(i int) uint64 { return mask.Bits[i] & word(mask.Valid, i) }
		switch {
		case x.Floats != nil:
			choose(pick, x.Floats[:rows], y.Floats, out.Floats)
		case x.Codes != nil:
			choose(pick, x.Codes[:rows], y.Codes, out.Codes)
		case x.Bits != nil:
			for i := range out.Bits {
				m := pick(i)
				out.Bits[i] = x.Bits[i]&m | y.Bits[i]&^m
			}
		default:
			choose(pick, x.Ints[:rows], y.Ints, out.Ints)
		}
		if x.Valid == nil && y.Valid == nil {
			out.Valid = nil
			return nil
		}
		for i := range (rows + 63) / 64 {
			m := pick(i)
			out.Valid[i] = word(x.Valid, i)&m | word(y.Valid, i)&^m
		}
		return nil
	}
	return n
}

// choose writes x where the bit of pick is set, and y elsewhere: all of one, and then the fewer rows of the other.
func choose[T any](pick func(i int) uint64, x, y, out []T) {
	for lo := 0; lo < len(x); lo += 64 {
		m, hi := pick(lo/64), min(lo+64, len(x))
		few, most, to := x[lo:hi], y[lo:hi], out[lo:hi]
		few, to = few[:len(most)], to[:len(most)]
		if bits.OnesCount64(m) > 32 {
			few, most, m = most, few, ^m
		}
		m &= ^uint64(0) >> (64 - len(to)) // bits after the last row have no meaning
		for copy(to, most); m != 0; m &= m - 1 {
			i := bits.TrailingZeros64(m)
			to[i] = few[i]
		}
	}
}
