package frame

import "slices"

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

// Rename returns the frame with the column from named to, in its place. It is an error if from is not there, or if to
// is another column. O(columns), and no value is copied.
func (f *Frame) Rename(from, to string) (*Frame, error) {
	if _, err := f.Column(from); err != nil {
		return nil, err
	}
	columns := f.Columns()
	i := f.index(from)
	columns[i] = columns[i].Rename(to)
	return New(columns...)
}
