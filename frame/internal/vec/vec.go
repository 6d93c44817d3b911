// Package vec stores the values of a column: a typed slice and a bitmap of the rows that hold a value. It takes rows
// from columns; it knows no names.
package vec

import (
	"strings"
	"unsafe"
)

// A Kind is the type of a column's values. The numbers are those of frame.Type.
type Kind uint8

// The kinds.
const (
	Int   Kind = iota + 1 // Ints
	Float                 // Floats
	Time                  // Ints, microseconds since the Unix epoch
	Bool                  // Bits
	Text                  // Codes, indices into Dict
)

// A Vec is the values of a column. Only the slices of its kind are set. Nobody changes them once the Vec is made.
type Vec struct {
	Kind   Kind
	N      int // rows
	Ints   []int64
	Floats []float64
	Bits   []uint64 // bits from N on are clear
	Codes  []uint32 // 0 in null rows; below len(Dict) in all others
	Dict   []string // distinct
	Valid  []uint64 // nil exactly if no row is null
}

// IsNull reports whether row i is null.
func (v Vec) IsNull(i int) bool { return v.Valid != nil && !Get(v.Valid, i) }

// WithValid returns v with the given validity, or with none if no row is null.
func (v Vec) WithValid(valid []uint64) Vec {
	v.Valid = nil
	if valid != nil && Count(valid, v.N) < v.N {
		v.Valid = valid
	}
	return v
}

// Blank returns n zeros of v's kind and dictionary, for the caller to fill.
func (v Vec) Blank(n int) Vec {
	out := Vec{Kind: v.Kind, N: n, Dict: v.Dict}
	switch v.Kind {
	case Float:
		out.Floats = make([]float64, n)
	case Text:
		out.Codes = make([]uint32, n)
	case Bool:
		out.Bits = NewBits(n)
	default:
		out.Ints = make([]int64, n)
	}
	return out
}

// ToWrite returns a Vec of n rows for a caller who writes all numbers and codes: these are not cleared before.
func (v Vec) ToWrite(n int) Vec {
	out := Vec{Kind: v.Kind, N: n, Dict: v.Dict}
	switch v.Kind {
	case Float:
		out.Floats = Room[float64](n)
	case Text:
		out.Codes = Room[uint32](n)
	case Bool:
		out.Bits = NewBits(n)
	default:
		out.Ints = Room[int64](n)
	}
	return out
}

// Slice returns the rows [lo, hi). It copies bitmaps, and no other values.
func (v Vec) Slice(lo, hi int) Vec {
	out := Vec{Kind: v.Kind, N: hi - lo, Dict: v.Dict}
	switch v.Kind {
	case Float:
		out.Floats = v.Floats[lo:hi:hi]
	case Text:
		out.Codes = v.Codes[lo:hi:hi]
	case Bool:
		out.Bits = SliceBits(v.Bits, lo, hi)
	default:
		out.Ints = v.Ints[lo:hi:hi]
	}
	if v.Valid != nil {
		out = out.WithValid(SliceBits(v.Valid, lo, hi))
	}
	return out
}

// Nulls returns n nulls of a kind.
func Nulls(kind Kind, n int) Vec {
	v := Vec{Kind: kind}.Blank(n)
	return v.WithValid(NewBits(n))
}

// Floating returns integers as floats, and floats as they are.
func (v Vec) Floating() Vec {
	if v.Kind != Int {
		return v
	}
	out := Vec{Kind: Float, N: v.N, Floats: make([]float64, v.N), Valid: v.Valid}
	for i, x := range v.Ints {
		out.Floats[i] = float64(x)
	}
	return out
}

// A number is what stands in a column for a value of its type.
type number interface{ int64 | float64 | uint32 }

// Room returns n values for the caller to write, each of them: what they hold has no meaning. Unlike make it does not
// clear the memory first, which is a quarter of the time of a filter that keeps nearly all rows.
func Room[T number](n int) []T {
	var zero T
	size := n * int(unsafe.Sizeof(zero))
	if size < largeRoom {
		return make([]T, n)
	}
	var b strings.Builder // its buffer is the only memory that Go hands out as it is
	b.Grow(size)
	b.WriteByte(0) // the data of an empty string need not be the buffer
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.StringData(b.String()))), n)
}

// largeRoom is the size in bytes from which memory begins at a page, and so is aligned for all types.
const largeRoom = 1 << 16
