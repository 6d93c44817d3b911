package frame

import (
	"errors"
	"fmt"
	"time"
)

// A Predicate says for each row of a frame whether it holds. Build one from
// [Col] or [Rows] and give it to [Frame.Filter]. What is wrong with it, such as
// a column that the frame lacks, comes to light there.
type Predicate struct {
	mask func(*Frame) (Bitmap, error) // one bit a row
}

// eval returns one bit for each row of f, which is not nil.
func (p Predicate) eval(f *Frame) (Bitmap, error) {
	if p.mask == nil {
		return nil, errors.New("frame: a predicate without a condition: make it with Col, or with Rows and a function")
	}
	return p.mask(f)
}

// Rows returns the predicate that calls hold for each row. It is the way out
// for conditions that have no other form: slower than the others, and on one
// core.
func Rows(hold func(row int) bool) Predicate {
	if hold == nil {
		return Predicate{}
	}
	return Predicate{func(f *Frame) (Bitmap, error) {
		mask := NewBitmap(f.rows)
		for i := range f.rows {
			if hold(i) {
				mask.Set(i)
			}
		}
		return mask, nil
	}}
}

// And holds where p and all the others hold.
func (p Predicate) And(others ...Predicate) Predicate {
	return p.combine(others, func(a, b uint64) uint64 { return a & b })
}

// Or holds where p or one of the others holds.
func (p Predicate) Or(others ...Predicate) Predicate {
	return p.combine(others, func(a, b uint64) uint64 { return a | b })
}

// Not holds where p does not. A comparison with a null does not hold, so its
// negation does: write p.Not().And(Col(name).NotNull()) to leave nulls out.
func (p Predicate) Not() Predicate {
	return Predicate{func(f *Frame) (Bitmap, error) {
		mask, err := p.eval(f)
		for i := range mask {
			mask[i] = ^mask[i]
		}
		return mask, err
	}}
}

func (p Predicate) combine(others []Predicate, op func(a, b uint64) uint64) Predicate {
	return Predicate{func(f *Frame) (Bitmap, error) {
		mask, err := p.eval(f)
		if err != nil {
			return nil, err
		}
		for _, other := range others {
			m, err := other.eval(f)
			if err != nil {
				return nil, err
			}
			for i := range mask {
				mask[i] = op(mask[i], m[i])
			}
		}
		return mask, nil
	}}
}

// Filter returns the rows for which p holds, in their order. O(n) for the
// predicate and O(rows kept) for each column.
func (f *Frame) Filter(p Predicate) (*Frame, error) {
	f = f.orEmpty()
	mask, err := p.eval(f)
	if err != nil {
		return nil, err
	}
	return f.keep(mask.clip(f.rows)), nil
}

// An Operand is a column that is compared to something, row by row.
//
// The other side is a value or another [Operand]. A value must fit the column:
// int or int64 for Int64; float64, int or int64 for Float64; time.Time for
// Time; bool for Bool; string for Text. Two columns must have one type. Text is
// compared bytewise, false before true, instants to the microsecond. A
// comparison that meets a null does not hold, Ne included. A comparison that
// meets a NaN does not hold, but Ne does, as in Go.
type Operand struct{ column string }

// Col returns the named column as an operand.
func Col(name string) Operand { return Operand{name} }

// Eq holds where the column equals x.
func (o Operand) Eq(x any) Predicate { return o.compare(equal, x) }

// Ne holds where the column differs from x.
func (o Operand) Ne(x any) Predicate { return o.compare(less|greater|unordered, x) }

// Lt holds where the column is less than x.
func (o Operand) Lt(x any) Predicate { return o.compare(less, x) }

// Le holds where the column is less than or equal to x.
func (o Operand) Le(x any) Predicate { return o.compare(less|equal, x) }

// Gt holds where the column is greater than x.
func (o Operand) Gt(x any) Predicate { return o.compare(greater, x) }

// Ge holds where the column is greater than or equal to x.
func (o Operand) Ge(x any) Predicate { return o.compare(greater|equal, x) }

// In holds where the column equals one of the values. O(n·log(len(values))).
func (o Operand) In(values ...any) Predicate {
	return o.predicate(func(f *Frame, c Column) (Bitmap, error) { return c.in(values) })
}

// IsNull holds where the column is null.
func (o Operand) IsNull() Predicate { return o.NotNull().Not() }

// NotNull holds where the column is not null.
func (o Operand) NotNull() Predicate {
	return o.predicate(func(f *Frame, c Column) (Bitmap, error) {
		mask := NewBitmap(f.rows)
		for i := range mask {
			mask[i] = ^uint64(0)
		}
		return mask.and(c.valid), nil
	})
}

func (o Operand) compare(op relation, x any) Predicate {
	return o.predicate(func(f *Frame, c Column) (Bitmap, error) {
		other, ok := x.(Operand)
		if !ok {
			return c.compareValue(op, x)
		}
		d, err := f.Column(other.column, c.typ)
		if err != nil {
			return nil, err
		}
		return c.compareColumn(op, d), nil
	})
}

func (o Operand) predicate(mask func(*Frame, Column) (Bitmap, error)) Predicate {
	return Predicate{func(f *Frame) (Bitmap, error) {
		c, err := f.Column(o.column)
		if err != nil {
			return nil, err
		}
		return mask(f, c)
	}}
}

// and clears the bits of mask that are not set in valid, where nil has every
// bit set, and returns mask.
func (b Bitmap) and(valid Bitmap) Bitmap {
	if valid != nil {
		for i := range b {
			b[i] &= valid[i]
		}
	}
	return b
}

// literal returns x as the integer that an Int64, Time or Bool column holds for
// it, the float of a Float64 column, or the string of a Text column.
func (c Column) literal(x any) (n int64, v float64, s string, err error) {
	switch x := x.(type) {
	case int:
		if c.typ == Int64 || c.typ == Float64 {
			return int64(x), float64(x), "", nil
		}
	case int64:
		if c.typ == Int64 || c.typ == Float64 {
			return x, float64(x), "", nil
		}
	case float64:
		if c.typ == Float64 {
			return 0, x, "", nil
		}
	case time.Time:
		if c.typ == Time {
			return x.UnixMicro(), 0, "", nil
		}
	case bool:
		if c.typ == Bool {
			if x {
				n = 1
			}
			return n, 0, "", nil
		}
	case string:
		if c.typ == Text {
			return 0, 0, x, nil
		}
	}
	return 0, 0, "", fmt.Errorf("frame: column %q is %v, which does not compare with %v (%T)", c.name, c.typ, x, x)
}
