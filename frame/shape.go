package frame

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/sav-analytics/sav/frame/internal/agg"
	"github.com/sav-analytics/sav/frame/internal/vec"
	"github.com/sav-analytics/sav/internal/parallel"
)

// Transpose returns the frame with its rows as columns, for small ones: first a column, named column, of the names of
// f's columns, then one for each row, named after the value that the column names has there, or row_0, row_1 and so on
// if names is empty. All other columns must be of one type; numbers are floats if one of them is. O(rows · columns).
func (f *Frame) Transpose(names string) (*Frame, error) {
	f = f.orEmpty()
	columns := f.Columns()
	label := func(row int) string { return "row_" + strconv.Itoa(row) }
	if names != "" {
		c, err := f.column(names)
		if err != nil {
			return nil, fmt.Errorf("frame: transpose: %w", err)
		}
		label = c.label
		columns = slices.Delete(columns, f.index(names), f.index(names)+1)
	}
	if len(columns) == 0 {
		return nil, errors.New("frame: transpose of no column")
	}
	if f.rows > maxWide {
		return nil, fmt.Errorf("frame: transpose: %d rows would be as many columns, %d at most", f.rows, maxWide)
	}
	values, err := alike(columns)
	if err != nil {
		return nil, fmt.Errorf("frame: transpose: %w", err)
	}
	all := vec.Concat(values)
	words := make([]string, len(columns))
	for i, c := range columns {
		words[i] = c.name
	}
	out := []Column{Texts("column", words, nil)}
	for row := range f.rows {
		at := make([]uint32, len(columns))
		for k := range at {
			at[k] = uint32(k*f.rows + row)
		}
		out = append(out, Column{name: label(row), vec: all.Take(at)})
	}
	return New(out...)
}

// label returns row i as the name of a column.
func (c Column) label(i int) string {
	if s, ok := c.Value(i).(string); ok {
		return s
	}
	return c.cell(i)
}

// ValueCounts returns the distinct values of the named columns and the number of rows that have them, in a column named
// count: the most frequent first, equally frequent ones in the order of their first rows. O(n) for each column.
func (f *Frame) ValueCounts(names ...string) (*Frame, error) {
	if len(names) == 0 {
		return nil, errors.New("frame: value counts of no column")
	}
	made, err := f.GroupBy(names...).groups()
	if err != nil {
		return nil, err
	}
	counts := agg.Count(agg.Groups{IDs: made.ids, N: made.n}, f.Len(), nil)
	out, err := New(append(slices.Clone(made.keys), Int64s("count", counts, nil))...)
	if err != nil {
		return nil, err
	}
	return out.SortBy(Desc("count"))
}

// Describe returns a row for each column: its name and type, the number of its values, of its nulls and of its distinct
// values, and of a column of numbers or booleans the mean, standard deviation, minimum, quartiles and maximum; of a
// column of times or text the lowest and the highest value as text. O(n) for each column, in parallel.
func (f *Frame) Describe() (*Frame, error) {
	f = f.orEmpty()
	n := len(f.columns)
	type row struct {
		counts      [3]int64
		numbers     [7]vec.Vec
		low, high   string
		isNumber    bool
		hasExtremes bool
	}
	all := make([]row, n)
	one := agg.Groups{N: 1}
	parallel.Limited(n, func(i int) {
		c, r := f.columns[i], &all[i]
		r.counts = [3]int64{int64(c.Len() - c.NullCount()), int64(c.NullCount()), agg.NUnique(one, c.vec).Ints[0]}
		switch c.Type() {
		case Text, Time:
			low, high := Column{vec: agg.Min(one, c.vec)}, Column{vec: agg.Max(one, c.vec)}
			r.low, r.high, r.hasExtremes = low.label(0), high.label(0), !low.IsNull(0)
		default:
			quantile := func(p float64) vec.Vec { return agg.Quantile(one, c.vec, p) }
			r.isNumber = true
			r.numbers = [7]vec.Vec{
				agg.Mean(one, c.vec), agg.Std(one, c.vec), quantile(0), quantile(0.25), quantile(0.5), quantile(0.75),
				quantile(1),
			}
		}
	})
	names, types := make([]string, n), make([]string, n)
	for i, c := range f.columns {
		names[i], types[i] = c.name, c.Type().String()
	}
	out := []Column{Texts("column", names, nil), Texts("type", types, nil)}
	for k, name := range []string{"count", "nulls", "distinct"} {
		counts := make([]int64, n)
		for i := range all {
			counts[i] = all[i].counts[k]
		}
		out = append(out, Int64s(name, counts, nil))
	}
	for k, name := range []string{"mean", "std", "min", "p25", "median", "p75", "max"} {
		values, valid := make([]float64, n), NewBitmap(n)
		for i, r := range all {
			if r.isNumber && !r.numbers[k].IsNull(0) {
				values[i] = r.numbers[k].Floats[0]
				valid.Set(i)
			}
		}
		out = append(out, Float64s(name, values, valid))
	}
	low, high, valid := make([]string, n), make([]string, n), NewBitmap(n)
	for i, r := range all {
		if low[i], high[i] = r.low, r.high; r.hasExtremes {
			valid.Set(i)
		}
	}
	return New(append(out, Texts("lowest", low, valid), Texts("highest", high, slices.Clone(valid)))...)
}
