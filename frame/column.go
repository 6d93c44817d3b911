package frame

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/sav-analytics/sav/frame/internal/vec"
)

// Type is the type of a column's values.
type Type uint8

// The types of columns.
const (
	Int64   Type = iota + 1 // 64-bit signed integers
	Float64                 // 64-bit floats; NaN is a value
	Time                    // int64 microseconds since the Unix epoch, UTC
	Bool                    // bits
	Text                    // codes into a dictionary of distinct strings
)

var typeNames = [...]string{Int64: "int64", Float64: "float64", Time: "time", Bool: "bool", Text: "text"}

// String returns the type's name, as the header of a printed frame shows it.
func (t Type) String() string {
	if int(t) < len(typeNames) && typeNames[t] != "" {
		return typeNames[t]
	}
	return "Type(" + strconv.Itoa(int(t)) + ")"
}

// A Column is a named, immutable slice of values of one type, some of which may be null. It is small and passed by
// value; copies share the slice. Make one with [Int64s], [Float64s], [Times], [Bools], [Texts], [Bits] or [Dictionary].
//
// A Column is an [Expr], too: the one that computes itself.
type Column struct {
	name string
	vec  vec.Vec
	err  error // what is wrong with it; New reports it
}

// Int64s returns a column of integers. It owns values and valid from now on: the caller must not change them. The rows
// whose bit is not set in valid are null; nil says that none is. A valid too short for values is an error, which [New]
// and [Frame.WithColumns] return. O(n/64), as for each constructor of numbers.
func Int64s(name string, values []int64, valid Bitmap) Column {
	return column(name, vec.Vec{Kind: vec.Int, N: len(values), Ints: values}, valid)
}

// Float64s returns a column of floats; ownership and valid are as for [Int64s].
func Float64s(name string, values []float64, valid Bitmap) Column {
	return column(name, vec.Vec{Kind: vec.Float, N: len(values), Floats: values}, valid)
}

// Times returns a column of instants, given as microseconds since the Unix epoch, UTC; ownership and valid are as for
// [Int64s].
func Times(name string, micros []int64, valid Bitmap) Column {
	return column(name, vec.Vec{Kind: vec.Time, N: len(micros), Ints: micros}, valid)
}

// column returns v with a validity, under a name.
func column(name string, v vec.Vec, valid Bitmap) Column {
	if valid != nil && len(valid)*64 < v.N {
		err := fmt.Errorf("frame: column %q: validity for %d rows of %d", name, len(valid)*64, v.N)
		return Column{name: name, vec: v, err: err}
	}
	return Column{name: name, vec: v.WithValid(valid)}
}

// Name returns the column's name.
func (c Column) Name() string { return c.name }

// Type returns the type of the column's values.
func (c Column) Type() Type { return Type(c.vec.Kind) }

// Len returns the number of rows, nulls included.
func (c Column) Len() int { return c.vec.N }

// Rename returns the same column under another name.
func (c Column) Rename(name string) Column {
	c.name = name
	return c
}

// Int64s returns the values of an Int64 column, or the microseconds since the Unix epoch of a Time column, and nil for
// any other. The slice is the column's own, to be read only; what it holds in a null row has no meaning.
func (c Column) Int64s() []int64 { return c.vec.Ints }

// Float64s returns the values of a Float64 column, and nil for any other. The slice is the column's own, to be read
// only; what it holds in a null row has no meaning.
func (c Column) Float64s() []float64 { return c.vec.Floats }

// Bits returns the bits of the rows of a Bool column that are true, and nil for any other. They are the column's own,
// to be read only; the bit of a null row has no meaning.
func (c Column) Bits() Bitmap { return c.vec.Bits }

// Codes returns, for each row of a Text column, the index of its value in [Column.Dictionary], and nil for any other.
// The slice is the column's own, to be read only; what it holds in a null row has no meaning.
func (c Column) Codes() []uint32 { return c.vec.Codes }

// Dictionary returns the distinct values of a Text column, to be read only. A column that came from a filter may use
// but a few of them.
func (c Column) Dictionary() []string { return c.vec.Dict }

// Valid returns the bitmap of the rows that are not null, to be read only. It is nil exactly when no row is null.
func (c Column) Valid() Bitmap { return c.vec.Valid }

// IsNull reports whether row i is null, or is not there.
func (c Column) IsNull(i int) bool { return uint(i) >= uint(c.vec.N) || c.vec.IsNull(i) }

// NullCount returns the number of null rows. O(n/64).
func (c Column) NullCount() int {
	if c.vec.Valid == nil {
		return 0
	}
	return c.vec.N - vec.Count(c.vec.Valid, c.vec.N)
}

// Value returns row i as an int64, float64, time.Time (UTC), bool or string, or nil if it is null or there is no row i.
// It is for tests and small frames.
func (c Column) Value(i int) any {
	if i < 0 || i >= c.vec.N || c.vec.IsNull(i) {
		return nil
	}
	switch c.Type() {
	case Float64:
		return c.vec.Floats[i]
	case Text:
		return c.vec.Dict[c.vec.Codes[i]]
	case Time:
		return time.UnixMicro(c.vec.Ints[i]).UTC()
	case Bool:
		return vec.Get(c.vec.Bits, i)
	}
	return c.vec.Ints[i]
}

// Texts returns a column of text, whose dictionary holds the distinct values in the order in which they are first seen.
// It keeps the strings but not the slice; valid is as for [Int64s]. O(n), one look-up for each run of equal values.
func Texts(name string, values []string, valid Bitmap) Column {
	if valid != nil && len(valid)*64 < len(values) {
		return column(name, vec.Vec{Kind: vec.Text, N: len(values)}, valid)
	}
	return Column{name: name, vec: vec.Intern(values, valid)}
}

// Dictionary returns a column of text from codes, indices into dict. The strings of dict must be distinct; this is not
// checked. The column owns all three slices, and sets the codes of null rows to 0. A code outside dict in a row that is
// not null is an error, which [New] and [Frame.WithColumns] return. O(n).
func Dictionary(name string, codes []uint32, dict []string, valid Bitmap) Column {
	c := column(name, vec.Vec{Kind: vec.Text, N: len(codes), Codes: codes, Dict: dict}, valid)
	if c.err != nil || len(codes) == 0 || int(slices.Max(codes)) < len(dict) {
		return c
	}
	for i, code := range codes {
		if int(code) < len(dict) {
			continue
		}
		if !c.vec.IsNull(i) {
			c.err = fmt.Errorf("frame: column %q: row %d: code %d in a dictionary of %d", name, i, code, len(dict))
			return c
		}
		codes[i] = 0
	}
	return c
}

// Bools returns a column of booleans. It copies values; valid is as for [Int64s].
func Bools(name string, values []bool, valid Bitmap) Column {
	return Bits(name, Valid(values...), len(values), valid)
}

// Bits returns a column of n booleans, true where a bit is set. It owns bits and valid from now on. Too few bits for n
// rows are an error, which [New] and [Frame.WithColumns] return.
func Bits(name string, bits Bitmap, n int, valid Bitmap) Column {
	if n < 0 || len(bits)*64 < n {
		err := fmt.Errorf("frame: column %q: bits for %d rows of %d", name, len(bits)*64, n)
		return Column{name: name, vec: vec.Vec{Kind: vec.Bool, N: max(n, 0)}, err: err}
	}
	return column(name, vec.Vec{Kind: vec.Bool, N: n, Bits: vec.Clip(bits, n)}, valid)
}

// A Bitmap holds one bit for each row, row i at bit i%64 of word i/64. As the validity of a column a set bit means that
// the row holds a value. bits after the last row are ignored.
type Bitmap []uint64

// NewBitmap returns a bitmap for n rows with no bit set, empty if n is negative.
func NewBitmap(n int) Bitmap { return vec.NewBits(max(n, 0)) }

// Valid returns the bitmap that has the given bits.
func Valid(rows ...bool) Bitmap {
	b := NewBitmap(len(rows))
	for i, ok := range rows {
		if ok {
			b.Set(i)
		}
	}
	return b
}

// Get reports whether bit i is set. It panics, as a slice does, if the bitmap has no bit i.
func (b Bitmap) Get(i int) bool { return vec.Get(b, i) }

// Set sets bit i. It panics if i is out of range. Do not call it on a bitmap that belongs to a column.
func (b Bitmap) Set(i int) { vec.Set(b, i) }
