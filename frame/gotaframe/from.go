package gotaframe

import (
	"fmt"
	"slices"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/instant"
)

// From returns the frame of a DataFrame. The columns named in times hold instants: a String column in the forms that a
// column of times in a file may have (see package frameio), where a time without an offset is UTC; an Int column in
// microseconds since the Unix epoch. Digits after the microsecond are dropped.
//
// An error of the DataFrame is returned, as is a name in times that is not there or is of a column that holds something
// else. O(n) for each column, copied.
func From(df dataframe.DataFrame, times ...string) (*frame.Frame, error) {
	if df.Err != nil {
		return nil, fmt.Errorf("gotaframe: %w", df.Err)
	}
	names := df.Names()
	for _, name := range times {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("gotaframe: no column %q in %q", name, names)
		}
	}
	columns := make([]frame.Column, len(names))
	for i, name := range names {
		c, err := column(df.Col(name))
		if err == nil && slices.Contains(times, name) {
			c, err = instants(c)
		}
		if err != nil {
			return nil, fmt.Errorf("gotaframe: column %q: %w", name, err)
		}
		columns[i] = c
	}
	return frame.New(columns...)
}

// column lowers a series, a whole slice at a time where Gota allows it.
func column(s series.Series) (frame.Column, error) {
	if s.Err != nil {
		return frame.Column{}, s.Err
	}
	missing := s.IsNaN()
	valid := frame.NewBitmap(len(missing))
	for i, null := range missing {
		if !null {
			valid.Set(i)
		}
	}
	switch s.Type() {
	case series.Float:
		return frame.Float64s(s.Name, s.Float(), valid), nil
	case series.String:
		return frame.Texts(s.Name, s.Records(), valid), nil
	case series.Int:
		values, err := lower(missing, func(i int) (int64, error) {
			v, err := s.Elem(i).Int()
			return int64(v), err
		})
		return frame.Int64s(s.Name, values, valid), err
	case series.Bool:
		values, err := lower(missing, func(i int) (bool, error) { return s.Elem(i).Bool() })
		return frame.Bools(s.Name, values, valid), err
	}
	return frame.Column{}, fmt.Errorf("series of type %q", s.Type())
}

// lower reads the elements that are not missing. Series.Int and Series.Bool would do, but refuse a series with a
// missing element.
func lower[T any](missing []bool, element func(i int) (T, error)) ([]T, error) {
	values := make([]T, len(missing))
	for i, null := range missing {
		if null {
			continue
		}
		v, err := element(i)
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", i, err)
		}
		values[i] = v
	}
	return values, nil
}

// instants reads a column as times, each distinct text once.
func instants(c frame.Column) (frame.Column, error) {
	switch c.Type() {
	case frame.Int64:
		return frame.Times(c.Name(), c.Int64s(), c.Valid()), nil
	case frame.Text:
	default:
		return c, fmt.Errorf("%v does not hold times", c.Type())
	}
	dict := make([]int64, len(c.Dictionary()))
	for code, text := range c.Dictionary() {
		var err error
		if dict[code], err = instant.ParseText(text, nil); err != nil {
			return c, err
		}
	}
	micros := make([]int64, c.Len())
	for i, code := range c.Codes() {
		if !c.IsNull(i) {
			micros[i] = dict[code]
		}
	}
	return frame.Times(c.Name(), micros, c.Valid()), nil
}
