package eval

import (
	"fmt"
	"math"

	"github.com/sav-analytics/sav/frame/internal/vec"
)

// As returns the node of the same integers as another kind of integers.
func As(kind vec.Kind, a *Node) *Node {
	if leaf := a.Leaf(); leaf != nil {
		v := *leaf
		v.Kind = kind
		return Column(v)
	}
	n := strict(kind, func(in []Block, out *Block, rows int) error {
		copy(out.Ints, in[0].Ints[:rows])
		return nil
	}, a)
	return n
}

// IntsToFloats returns the node of the integers as floats.
func IntsToFloats(a *Node) *Node {
	if c := a.Constant(); c != nil {
		return Constant(c.Floating())
	}
	return strict(vec.Float, func(in []Block, out *Block, rows int) error {
		to := out.Floats[:rows:rows]
		for i, v := range in[0].Ints[:rows:rows] {
			to[i] = float64(v)
		}
		return nil
	}, a)
}

// BitsToInts returns the node of booleans as 0 and 1.
func BitsToInts(a *Node) *Node {
	return strict(vec.Int, func(in []Block, out *Block, rows int) error {
		for i := range rows {
			out.Ints[i] = int64(in[0].Bits[i/64] >> (uint(i) & 63) & 1)
		}
		return nil
	}, a)
}

// FloatsToInts returns the node of the floats times scale as integers, rounded toward zero, or to the nearest if round
// is set. What is outside int64 or NaN is an error, or null if lenient.
func FloatsToInts(kind vec.Kind, a *Node, scale float64, round, lenient bool) *Node {
	run := func(in []Block, out *Block, rows int) error {
		x := in[0].Floats[:rows]
		fits := func(f float64) bool { return f >= -1<<63 && f < 1<<63 }
		all := true
		for i, v := range x {
			f := v * scale
			if round {
				f = math.RoundToEven(f)
			}
			if !fits(f) {
				all, f = false, 0
			}
			out.Ints[i] = int64(f)
		}
		if all {
			return nil
		}
		if lenient {
			for i, v := range x {
				if f := v * scale; !fits(f) {
					out.Valid[i/64] &^= 1 << (uint(i) & 63)
				}
			}
			return nil
		}
		return failed(out, rows, func(i int) (string, bool) {
			return fmt.Sprintf("%v does not fit an int64", x[i]), !fits(x[i] * scale)
		})
	}
	if lenient {
		return partial(kind, run, a)
	}
	return strict(kind, run, a)
}

// SecondsApart returns the node of microseconds as seconds.
func SecondsApart(a *Node) *Node {
	return strict(vec.Float, func(in []Block, out *Block, rows int) error {
		to := out.Floats[:rows:rows]
		for i, v := range in[0].Ints[:rows:rows] {
			to[i] = float64(v) / 1e6
		}
		return nil
	}, a)
}

// Lookup returns the node of the element of table at each code, of a text column or of groups. Where the bit of valid
// is not set it is null; a nil valid sets all. A table of text is of codes into dict.
func Lookup(a *Node, table vec.Vec) *Node {
	if table.N == 0 { // all codes are of null rows, and 0
		table = table.Blank(1)
	}
	var truth []uint8 // a byte for each word: faster to look up than its bit
	if table.Kind == vec.Bool {
		truth = make([]uint8, table.N)
		for i := range truth {
			truth[i] = uint8(table.Bits[i/64] >> (uint(i) & 63) & 1)
		}
	}
	run := func(in []Block, out *Block, rows int) error {
		codes := in[0].Codes[:rows:rows]
		switch table.Kind {
		case vec.Float:
			lookup(table.Floats, codes, out.Floats)
		case vec.Text:
			lookup(table.Codes, codes, out.Codes)
		case vec.Bool:
			truths(codes, truth, out.Bits)
		default:
			lookup(table.Ints, codes, out.Ints)
		}
		if table.Valid != nil {
			for lo := 0; lo < rows; lo += 64 {
				var word uint64
				for j, c := range codes[lo:min(lo+64, rows)] {
					word |= (table.Valid[c/64] >> (c % 64) & 1) << (uint(j) & 63)
				}
				out.Valid[lo/64] &= word
			}
		}
		return nil
	}
	var n *Node
	if table.Valid != nil {
		n = partial(table.Kind, run, a)
	} else {
		n = strict(table.Kind, run, a)
	}
	n.Dict = table.Dict
	return n
}

func lookup[T any](table []T, codes []uint32, out []T) {
	out = out[:len(codes)]
	for i, c := range codes {
		out[i] = table[c]
	}
}

// WithDict returns the node with another dictionary, in which its codes mean the same words.
func (n *Node) WithDict(dict []string) *Node {
	out := *n
	out.Dict = dict
	if n.leaf != nil {
		leaf := *n.leaf
		leaf.Dict = dict
		out.leaf = &leaf
	}
	return &out
}
