package frame

import (
	"errors"
	"fmt"

	"github.com/sav-analytics/sav/frame/internal/vec"
)

// An Expr computes a column from those of a frame. Package [github.com/sav-analytics/sav/frame/expr] makes them; a
// [Column] is one, too.
type Expr interface {
	// Rows returns the column with a value for each row of f.
	Rows(f *Frame) (Column, error)
	// Groups returns the column with a value for each group of g.
	Groups(g Grouping) (Column, error)
}

// Rows returns the column itself. It is an error if its length differs from that of f, unless f has no columns.
func (c Column) Rows(f *Frame) (Column, error) {
	f = f.orEmpty()
	if c.err == nil && len(f.columns) > 0 && c.Len() != f.rows {
		return c, fmt.Errorf("frame: column %q has %d rows, the frame has %d", c.name, c.Len(), f.rows)
	}
	return c, c.err
}

// Groups returns the column itself. It is an error if its length differs from the number of groups.
func (c Column) Groups(g Grouping) (Column, error) {
	_, n, err := g.IDs()
	if err == nil {
		err = c.err
	}
	if err == nil && c.Len() != n {
		err = fmt.Errorf("frame: column %q has %d rows for %d groups", c.name, c.Len(), n)
	}
	return c, err
}

func rowsOf(e Expr, f *Frame) (Column, error) {
	if isNil(e) {
		return Column{}, errors.New("frame: a nil expression")
	}
	return e.Rows(f)
}

// isNil reports whether e is nil, or a nil pointer to a column.
func isNil(e Expr) bool {
	c, ok := e.(*Column)
	return e == nil || ok && c == nil
}

// Filter returns the rows for which the Bool expression e is true, in their order; those for which it is false or null
// are left out. An expression that is not Bool is an error. O(n) for the expression and O(rows kept) for each column; a
// bit or two for each row.
func (f *Frame) Filter(e Expr) (*Frame, error) {
	f = f.orEmpty()
	c, err := rowsOf(e, f.remembering())
	if err != nil {
		return nil, err
	}
	if c.Type() != Bool {
		return nil, fmt.Errorf("frame: filter by %q, which is %v, not bool", c.name, c.Type())
	}
	if c.Len() != f.rows {
		return nil, fmt.Errorf("frame: filter by %q, which has %d rows of %d", c.name, c.Len(), f.rows)
	}
	return f.keep(c.trues()), nil
}

// trues returns the bits of the rows of a Bool column that are true.
func (c Column) trues() []uint64 { return vec.And(c.vec.Bits, c.vec.Valid) }

// WithColumns returns the frame with the column of each expression in the place of the column of that name, or after
// the last one if there is none. All are computed from f: none sees another's result. A wrong name or type is an error
// that names the expression. O(n) for each expression, or what it says.
func (f *Frame) WithColumns(exprs ...Expr) (*Frame, error) {
	f = f.orEmpty()
	columns := f.Columns()
	seen := make(map[string]bool)
	from := f.remembering()
	for _, e := range exprs {
		c, err := rowsOf(e, from)
		if err != nil {
			return nil, err
		}
		if seen[c.name] {
			return nil, fmt.Errorf("frame: two expressions are named %q: name one with As", c.name)
		}
		seen[c.name] = true
		if i := f.index(c.name); i >= 0 {
			columns[i] = c
		} else {
			columns = append(columns, c)
		}
	}
	return New(columns...)
}
