package frame

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/sav-analytics/sav/frame/internal/vec"
	"github.com/sav-analytics/sav/internal/nearest"
	"github.com/sav-analytics/sav/internal/parallel"
)

// A Frame is a sequence of columns of one length under distinct names. It is immutable: verbs return new frames, which
// share the columns they keep. A nil Frame is one without columns.
type Frame struct {
	columns   []Column
	rows      int
	groupings *groupings // not nil while a verb evaluates expressions
}

// New returns the frame of the given columns. They must have distinct names and one length; the error names the column
// that does not fit. A frame holds fewer than 2³² − 1 rows.
func New(columns ...Column) (*Frame, error) {
	f := &Frame{columns: slices.Clone(columns)}
	known := make(map[string]bool, len(columns))
	for i, c := range columns {
		if c.err != nil {
			return nil, c.err
		}
		if c.Type() == 0 {
			return nil, fmt.Errorf("frame: column %d has no type: make it with a constructor", i)
		}
		if known[c.name] {
			return nil, fmt.Errorf("frame: two columns are named %q: rename one", c.name)
		}
		known[c.name] = true
		if i > 0 && c.Len() != f.rows {
			return nil, fmt.Errorf("frame: column %q has %d rows, %q has %d", c.name, c.Len(), columns[0].name, f.rows)
		}
		f.rows = c.Len()
	}
	if f.rows >= maxRows {
		return nil, fmt.Errorf("frame: %d rows: a frame holds fewer than 2³² − 1", f.rows)
	}
	return f, nil
}

// maxRows is one more than the rows of the longest frame: vec.NoRow is no row.
const maxRows = min(math.MaxUint32, math.MaxInt)

// orEmpty returns f, or a frame without columns if f is nil. The methods of a nil frame so end with errors such as "no
// column", or with nothing, and never panic.
func (f *Frame) orEmpty() *Frame {
	if f == nil {
		return &Frame{}
	}
	return f
}

// remembering returns f as expressions see it: grouping by the same columns twice computes the groups once.
func (f *Frame) remembering() *Frame {
	g := *f
	g.groupings = &groupings{known: make(map[string]*groups)}
	return &g
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

// Column returns the column of that name. It is an error if there is none, or if types are given and the column has
// none of them.
func (f *Frame) Column(name string, types ...Type) (Column, error) {
	c, err := f.column(name, types...)
	return c, prefixed(err)
}

// column returns what Column does; its error has no prefix.
func (f *Frame) column(name string, types ...Type) (Column, error) {
	i := f.index(name)
	if i < 0 {
		return Column{}, fmt.Errorf("no column %q in %q%s", name, f.Names(), meant(name, f.Names()))
	}
	c := f.columns[i]
	if len(types) > 0 && !slices.Contains(types, c.Type()) {
		return Column{}, fmt.Errorf("column %q is %v, not %s", name, c.Type(), alternatives(types))
	}
	return c, nil
}

// prefixed returns err, which may be nil, as one of this package.
func prefixed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("frame: %w", err)
}

// meant returns the end of an error about a name: the nearest of the known ones.
func meant(name string, known []string) string {
	if near := nearest.Name(name, known); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}

// Row returns the values of row i as [Column.Value] gives them. It is for tests and small frames.
func (f *Frame) Row(i int) []any {
	f = f.orEmpty()
	row := make([]any, len(f.columns))
	for k, c := range f.columns {
		row[k] = c.Value(i)
	}
	return row
}

// index returns the index of the column of that name, or −1.
func (f *Frame) index(name string) int {
	return slices.IndexFunc(f.orEmpty().columns, func(c Column) bool { return c.name == name })
}

// lookup returns the named columns. Its error has no prefix.
func (f *Frame) lookup(names []string) ([]Column, error) {
	columns := make([]Column, len(names))
	for i, name := range names {
		c, err := f.column(name)
		if err != nil {
			return nil, err
		}
		columns[i] = c
	}
	return columns, nil
}

// take returns the given rows of f, in that order. O(len(rows)) for each column.
func (f *Frame) take(rows []uint32) *Frame {
	g := &Frame{columns: make([]Column, len(f.columns)), rows: len(rows)}
	parallel.Limited(len(f.columns), func(i int) { g.columns[i] = f.columns[i].take(rows) })
	return g
}

// take returns the given rows of c, none of which is vec.NoRow.
func (c Column) take(rows []uint32) Column { return Column{name: c.name, vec: c.vec.Take(rows)} }

// keep returns the rows whose bit is set in mask.
func (f *Frame) keep(mask []uint64) *Frame {
	mask = vec.Clip(mask, f.rows)
	n := vec.Count(mask, f.rows)
	if n == f.rows {
		return f
	}
	g := &Frame{columns: f.Columns(), rows: n}
	for i, v := range vec.Keep(vecs(f.columns), mask) {
		g.columns[i].vec = v
	}
	return g
}

func vecs(columns []Column) []vec.Vec {
	out := make([]vec.Vec, len(columns))
	for i, c := range columns {
		out[i] = c.vec
	}
	return out
}

func alternatives(types []Type) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.String()
	}
	return strings.Join(names, " or ")
}

// Select returns the named columns, in the order given. A name that is not there, or there twice, is an error.
// O(columns), and no value is copied.
func (f *Frame) Select(names ...string) (*Frame, error) {
	columns, err := f.lookup(names)
	if err != nil {
		return nil, prefixed(err)
	}
	return New(columns...)
}

// Drop returns all columns but the named ones, which must be there. O(columns), and no value is copied.
func (f *Frame) Drop(names ...string) (*Frame, error) {
	if _, err := f.lookup(names); err != nil {
		return nil, prefixed(err)
	}
	return New(slices.DeleteFunc(f.Columns(), func(c Column) bool { return slices.Contains(names, c.name) })...)
}

// Rename returns the frame with the column from named to, in its place. It returns an error if there is no column
// from, or if another column is named to. O(columns), and no value is copied.
func (f *Frame) Rename(from, to string) (*Frame, error) {
	if _, err := f.Column(from); err != nil {
		return nil, err
	}
	columns := f.Columns()
	i := f.index(from)
	columns[i] = columns[i].Rename(to)
	return New(columns...)
}
