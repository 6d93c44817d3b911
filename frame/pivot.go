package frame

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/sav-analytics/sav/frame/internal/rows"
	"github.com/sav-analytics/sav/frame/internal/vec"
	"github.com/sav-analytics/sav/internal/parallel"
)

// maxWide bounds the columns that Pivot and Transpose make: more of them are a mistake, such as a pivot on an id.
const maxWide = 10_000

// PivotOptions says how [Frame.Pivot] makes a wide frame.
type PivotOptions struct {
	Index  []string // the columns that tell the rows apart
	On     string   // the column whose values become columns
	Values Expr     // what the cells hold: a statistic, such as expr.Col("dt_s").Median()
	Sorted bool     // rows and columns in ascending order, not in that of their first rows
}

// Pivot returns one row for each combination of the Index columns, and in it a column for each value of the column On,
// named after it. A cell is the statistic Values of the rows that have both; it is null where there is none. More than
// 10,000 columns are an error, and so are two of one name. O(n) for the groups, with the memory of [Frame.GroupBy], and
// O(rows · columns) for the cells.
func (f *Frame) Pivot(o PivotOptions) (*Frame, error) {
	if slices.Contains(o.Index, o.On) {
		return nil, fmt.Errorf("frame: pivot on %q, which is among the index", o.On)
	}
	if isNil(o.Values) {
		return nil, errors.New("frame: pivot without values: give a statistic, such as expr.Col(name).Mean()")
	}
	g := f.GroupBy(append(slices.Clone(o.Index), o.On)...)
	made, err := g.groups()
	if err != nil {
		return nil, err
	}
	values, err := o.Values.Groups(g)
	if err != nil {
		return nil, err
	}
	if values.Len() != made.n {
		return nil, fmt.Errorf("frame: expression %q has %d rows for %d groups", values.name, values.Len(), made.n)
	}
	index, on := made.keys[:len(o.Index)], made.keys[len(o.Index)]
	if made.n == 0 {
		return New(index...)
	}
	down, across := rows.Group(vecs(index), made.n), rows.Group([]vec.Vec{on.vec}, made.n)
	height, width := len(down.First), len(across.First)
	if width > maxWide {
		return nil, fmt.Errorf(
			"frame: pivot on %q: %d values would be as many columns, %d at most", o.On, width, maxWide,
		)
	}
	cells := make([]uint32, width*height) // the group of each cell, column by column
	for i := range cells {
		cells[i] = vec.NoRow
	}
	for group := range made.n {
		cells[int(across.IDs[group])*height+int(down.IDs[group])] = uint32(group)
	}
	columns := make([]Column, width)
	order := rows.Identity(width)
	if o.Sorted {
		order = sortedFirst([]Column{on.take(across.First)}, width)
	}
	parallel.Limited(width, func(i int) {
		k := int(order[i])
		columns[i] = Column{
			name: on.label(int(across.First[k])),
			vec:  values.vec.TakeOr(cells[k*height : (k+1)*height]),
		}
	})
	for i, c := range index {
		index[i] = c.take(down.First)
	}
	out, err := New(slices.Concat(index, columns)...)
	if err != nil || !o.Sorted || len(index) == 0 {
		return out, err
	}
	return out.take(sortedFirst(index, height)), nil
}

// sortedFirst returns the rows of columns in their order, also where that is the one they have.
func sortedFirst(columns []Column, n int) []uint32 {
	keys := make([]rows.Key, len(columns))
	for i, c := range columns {
		keys[i].Vec = c.vec
	}
	if order := rows.Sorted(keys, n); order != nil {
		return order
	}
	return rows.Identity(n)
}

// UnpivotOptions says how [Frame.Unpivot] makes a long frame.
type UnpivotOptions struct {
	Index []string // the columns that are repeated
	On    []string // the columns whose values are stacked; none: all others
	Name  string   // of the column that holds their names; empty: variable
	Value string   // of the column that holds their values; empty: value
}

// Unpivot returns a row for each value of the columns On, all those of the first before those of the second: the Index
// columns, the name of the column, the value. The columns On must be of one type; numbers are floats if one of them is.
// O(rows of the result) for each column.
func (f *Frame) Unpivot(o UnpivotOptions) (*Frame, error) {
	f = f.orEmpty()
	index, err := f.lookup(o.Index)
	if err != nil {
		return nil, fmt.Errorf("frame: unpivot: %w", err)
	}
	on := slices.Clone(o.On)
	if len(on) == 0 {
		on = slices.DeleteFunc(f.Names(), func(name string) bool { return slices.Contains(o.Index, name) })
	}
	stacked, err := f.lookup(on)
	if err != nil {
		return nil, fmt.Errorf("frame: unpivot: %w", err)
	}
	if len(stacked) == 0 {
		return nil, errors.New("frame: unpivot of no column")
	}
	if f.rows >= maxRows/len(on) {
		return nil, fmt.Errorf(
			"frame: unpivot: %d rows of %d columns: a frame holds fewer than 2³² − 1", f.rows, len(on),
		)
	}
	values, err := alike(stacked)
	if err != nil {
		return nil, fmt.Errorf("frame: unpivot: %w", err)
	}
	columns := make([]Column, len(index), len(index)+2)
	for i, c := range index {
		columns[i] = Column{name: c.name, vec: vec.Concat(slices.Repeat([]vec.Vec{c.vec}, len(on)))}
	}
	codes := make([]uint32, f.rows*len(on))
	for i := range codes {
		codes[i] = uint32(i / f.rows)
	}
	name, value := cmp.Or(o.Name, "variable"), cmp.Or(o.Value, "value")
	return New(append(columns, Dictionary(name, codes, on, nil), Column{name: value, vec: vec.Concat(values)})...)
}

// alike returns the values of columns of one type: numbers are floats if one of them is.
func alike(columns []Column) ([]vec.Vec, error) {
	out := vecs(columns)
	kind := out[0].Kind
	for i, c := range columns {
		k := c.vec.Kind
		switch {
		case k == kind:
		case k+kind == vec.Int+vec.Float:
			kind = vec.Float
		default:
			return nil, fmt.Errorf(
				"column %q is %v, %q is %v: Cast one", columns[0].name, columns[0].Type(), columns[i].name, c.Type(),
			)
		}
	}
	for i, v := range out {
		if v.Kind != kind {
			out[i] = v.Floating()
		}
	}
	return out, nil
}
