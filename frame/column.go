package frame

import (
	"fmt"
	"strconv"
	"time"
)

// Type is the type of a column's values.
type Type uint8

// The types of columns.
const (
	Int64   Type = iota + 1 // 64-bit signed integers
	Float64                 // 64-bit floats; NaN is a value
	Time                    // int64 microseconds since the Unix epoch, UTC
	Bool                    // kept as int64: 0 is false, 1 is true
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

// A Column is a named, immutable slice of values of one type, some of which may
// be null. It is small and passed by value; copies share the slice. Make one
// with [Int64s], [Float64s], [Times], [Bools], [Texts] or [Dictionary].
type Column struct {
	name   string
	typ    Type
	ints   []int64   // Int64, Time, Bool
	floats []float64 // Float64
	codes  []uint32  // Text
	dict   []string  // Text
	valid  Bitmap    // nil when no row is null
	err    error     // what is wrong with it; New reports it
}

// Int64s returns a column of integers. It owns values and valid from now on:
// the caller must not change them. The rows whose bit is not set in valid are
// null; nil says that none is. A valid too short for values is an error, which
// [New] and [Frame.WithColumn] return. O(n/64), as for each constructor of
// numbers.
func Int64s(name string, values []int64, valid Bitmap) Column {
	return Column{name: name, typ: Int64, ints: values}.withValid(valid)
}

// Float64s returns a column of floats; ownership and valid are as for [Int64s].
func Float64s(name string, values []float64, valid Bitmap) Column {
	return Column{name: name, typ: Float64, floats: values}.withValid(valid)
}

// Times returns a column of instants, given as microseconds since the Unix
// epoch, UTC; ownership and valid are as for [Int64s].
func Times(name string, micros []int64, valid Bitmap) Column {
	return Column{name: name, typ: Time, ints: micros}.withValid(valid)
}

// Bools returns a column of booleans. It copies values; valid is as for
// [Int64s].
func Bools(name string, values []bool, valid Bitmap) Column {
	ints := make([]int64, len(values))
	for i, v := range values {
		if v {
			ints[i] = 1
		}
	}
	return Column{name: name, typ: Bool, ints: ints}.withValid(valid)
}

// withValid attaches the validity, or none if no row is null.
func (c Column) withValid(valid Bitmap) Column {
	n := c.Len()
	switch {
	case valid == nil:
	case len(valid)*64 < n:
		c.err = fmt.Errorf("frame: column %q: validity for %d rows of %d", c.name, len(valid)*64, n)
	case valid.count(n) < n:
		c.valid = valid
	}
	return c
}

// Name returns the column's name.
func (c Column) Name() string { return c.name }

// Type returns the type of the column's values.
func (c Column) Type() Type { return c.typ }

// Len returns the number of rows, nulls included.
func (c Column) Len() int {
	switch c.typ {
	case Float64:
		return len(c.floats)
	case Text:
		return len(c.codes)
	}
	return len(c.ints)
}

// Rename returns the same column under another name.
func (c Column) Rename(name string) Column {
	c.name = name
	return c
}

// Int64s returns the values of an Int64 column, the microseconds since the
// Unix epoch of a Time column, or the zeros and ones of a Bool column, and nil
// for any other. The slice is the column's own, to be read only; what it holds
// in a null row has no meaning.
func (c Column) Int64s() []int64 { return c.ints }

// Float64s returns the values of a Float64 column, and nil for any other. The
// slice is the column's own, to be read only; what it holds in a null row has
// no meaning.
func (c Column) Float64s() []float64 { return c.floats }

// Codes returns, for each row of a Text column, the index of its value in
// [Column.Dictionary], and nil for any other. The slice is the column's own,
// to be read only; what it holds in a null row has no meaning.
func (c Column) Codes() []uint32 { return c.codes }

// Dictionary returns the distinct values of a Text column, to be read only. A
// column that came from a filter may use but a few of them.
func (c Column) Dictionary() []string { return c.dict }

// Valid returns the bitmap of the rows that are not null, to be read only. It
// is nil exactly when no row is null.
func (c Column) Valid() Bitmap { return c.valid }

// IsNull reports whether row i is null.
func (c Column) IsNull(i int) bool { return !c.valid.has(i) }

// NullCount returns the number of null rows. O(n/64).
func (c Column) NullCount() int {
	if c.valid == nil {
		return 0
	}
	n := c.Len()
	return n - c.valid.count(n)
}

// Value returns row i as an int64, float64, time.Time (UTC), bool or string, or
// nil if it is null or there is no row i. It is for tests and small frames.
func (c Column) Value(i int) any {
	if i < 0 || i >= c.Len() || c.IsNull(i) {
		return nil
	}
	switch c.typ {
	case Float64:
		return c.floats[i]
	case Text:
		return c.dict[c.codes[i]]
	case Time:
		return time.UnixMicro(c.ints[i]).UTC()
	case Bool:
		return c.ints[i] != 0
	}
	return c.ints[i]
}
