package frame

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/sav-analytics/sav/internal/nearest"
)

// A Frame is a sequence of columns of one length under distinct names. It is
// immutable: verbs return new frames, which share the columns they keep.
type Frame struct {
	columns []Column
	rows    int
}

// New returns the frame of the given columns. They must have distinct names and
// one length; the error names the column that does not fit.
func New(columns ...Column) (*Frame, error) {
	f := &Frame{columns: slices.Clone(columns)}
	for i, c := range columns {
		if c.err != nil {
			return nil, c.err
		}
		if c.typ == 0 {
			return nil, fmt.Errorf("frame: column %d has no type: make it with a constructor", i)
		}
		if j := f.index(c.name); j != i {
			return nil, fmt.Errorf("frame: two columns are named %q", c.name)
		}
		if i > 0 && c.Len() != f.rows {
			return nil, fmt.Errorf("frame: column %q has %d rows, %q has %d", c.name, c.Len(), columns[0].name, f.rows)
		}
		f.rows = c.Len()
	}
	if uint64(f.rows) >= math.MaxUint32 {
		return nil, fmt.Errorf("frame: %d rows: a frame holds fewer than 2³² − 1", f.rows)
	}
	return f, nil
}

// orEmpty returns f, or a frame without columns if f is nil. The methods of a nil
// frame so end with errors such as "no column", or with nothing, and never panic.
func (f *Frame) orEmpty() *Frame {
	if f == nil {
		return &Frame{}
	}
	return f
}

// Len returns the number of rows.
func (f *Frame) Len() int { return f.orEmpty().rows }

// Columns returns the columns in order. The slice is the caller's.
func (f *Frame) Columns() []Column { return slices.Clone(f.orEmpty().columns) }

// Names returns the names of the columns in order. The slice is the caller's.
func (f *Frame) Names() []string {
	f = f.orEmpty()
	names := make([]string, len(f.columns))
	for i, c := range f.columns {
		names[i] = c.name
	}
	return names
}

// Column returns the column of that name. It is an error if there is none, or
// if types are given and the column has none of them.
func (f *Frame) Column(name string, types ...Type) (Column, error) {
	i := f.index(name)
	if i < 0 {
		meant := ""
		if near := nearest.Name(name, f.Names()); near != "" {
			meant = fmt.Sprintf("; did you mean %q?", near)
		}
		return Column{}, fmt.Errorf("frame: no column %q in %s%s", name, quoted(f.Names()), meant)
	}
	c := f.columns[i]
	if len(types) > 0 && !slices.Contains(types, c.typ) {
		return Column{}, fmt.Errorf("frame: column %q is %v, not %s", name, c.typ, alternatives(types))
	}
	return c, nil
}

// Row returns the values of row i as [Column.Value] gives them. It is for tests
// and small frames.
func (f *Frame) Row(i int) []any {
	f = f.orEmpty()
	row := make([]any, len(f.columns))
	for k, c := range f.columns {
		row[k] = c.Value(i)
	}
	return row
}

// Select returns the named columns, in the order given.
func (f *Frame) Select(names ...string) (*Frame, error) {
	columns, err := f.lookup(names)
	if err != nil {
		return nil, err
	}
	return New(columns...)
}

// Drop returns all columns but the named ones.
func (f *Frame) Drop(names ...string) (*Frame, error) {
	if _, err := f.lookup(names); err != nil {
		return nil, err
	}
	return New(slices.DeleteFunc(f.Columns(), func(c Column) bool { return slices.Contains(names, c.name) })...)
}

// Rename returns the frame with the column from named to.
func (f *Frame) Rename(from, to string) (*Frame, error) {
	if _, err := f.Column(from); err != nil {
		return nil, err
	}
	columns := f.Columns()
	i := f.index(from)
	columns[i] = columns[i].Rename(to)
	return New(columns...)
}

// WithColumn returns the frame with c in the place of the column of that name,
// or behind the last one if there is none.
func (f *Frame) WithColumn(c Column) (*Frame, error) {
	f = f.orEmpty()
	if len(f.columns) > 0 && c.err == nil && c.Len() != f.rows {
		return nil, fmt.Errorf("frame: column %q has %d rows, the frame has %d", c.name, c.Len(), f.rows)
	}
	columns := f.Columns()
	if i := f.index(c.name); i >= 0 {
		columns[i] = c
	} else {
		columns = append(columns, c)
	}
	return New(columns...)
}

// Head returns the first n rows, or all if there are fewer. It copies no
// values.
func (f *Frame) Head(n int) *Frame {
	f = f.orEmpty()
	n = min(max(n, 0), f.rows)
	head := &Frame{columns: f.Columns(), rows: n}
	for i, c := range head.columns {
		switch c.typ {
		case Float64:
			c.floats = c.floats[:n:n]
		case Text:
			c.codes = c.codes[:n:n]
		default:
			c.ints = c.ints[:n:n]
		}
		if c.valid != nil && c.valid.count(n) == n {
			c.valid = nil
		}
		head.columns[i] = c
	}
	return head
}

// index returns the place of the column of that name, or −1.
func (f *Frame) index(name string) int {
	return slices.IndexFunc(f.orEmpty().columns, func(c Column) bool { return c.name == name })
}

// lookup returns the named columns.
func (f *Frame) lookup(names []string) ([]Column, error) {
	columns := make([]Column, len(names))
	for i, name := range names {
		c, err := f.Column(name)
		if err != nil {
			return nil, err
		}
		columns[i] = c
	}
	return columns, nil
}

func quoted(names []string) string { return fmt.Sprintf("%q", names) }

func alternatives(types []Type) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.String()
	}
	return strings.Join(names, " or ")
}
