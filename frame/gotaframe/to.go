package gotaframe

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"
	"github.com/sav-analytics/sav/frame"
)

// missing is how Gota spells a missing element, in and out.
const missing = "NaN"

// To returns the DataFrame of a frame. It is an error if f has no column or one without a name, an instant outside the
// years 0 to 9999, or an integer that does not fit an int. O(n) for each column, copied.
func To(f *frame.Frame) (dataframe.DataFrame, error) {
	columns := f.Columns()
	if len(columns) == 0 {
		return dataframe.DataFrame{}, errors.New("gotaframe: a frame without columns has no DataFrame")
	}
	all := make([]series.Series, len(columns))
	for i, c := range columns {
		if c.Name() == "" {
			return dataframe.DataFrame{}, fmt.Errorf("gotaframe: column %d has no name", i)
		}
		s, err := raise(c)
		if err != nil {
			return dataframe.DataFrame{}, fmt.Errorf("gotaframe: column %q: %w", c.Name(), err)
		}
		all[i] = s
	}
	df := dataframe.New(all...)
	return df, df.Err
}

// Apply returns the DataFrame of what fn returns for the frame of df: [From], fn, [To]. The columns named in times are
// those of From.
//
// An error is in the Err field of the DataFrame returned, where Gota's own verbs leave theirs, so that calls can be
// chained; it wraps the error of fn.
func Apply(df dataframe.DataFrame, fn func(*frame.Frame) (*frame.Frame, error), times ...string) dataframe.DataFrame {
	f, err := From(df, times...)
	if err == nil && fn == nil {
		err = errors.New("gotaframe: Apply without a function")
	}
	if err == nil {
		f, err = fn(f)
	}
	if err == nil {
		df, err = To(f)
	}
	if err != nil {
		return dataframe.DataFrame{Err: err}
	}
	return df
}

func raise(c frame.Column) (series.Series, error) {
	var s series.Series
	switch c.Type() {
	case frame.Int64:
		values := make([]int, c.Len())
		for i, v := range c.Int64s() {
			values[i] = int(v)
			if int64(values[i]) != v && !c.IsNull(i) {
				return s, fmt.Errorf("row %d: %d does not fit an int", i, v)
			}
		}
		s = series.New(values, series.Int, c.Name())
	case frame.Float64:
		s = series.New(c.Float64s(), series.Float, c.Name())
	case frame.Bool:
		values := make([]bool, c.Len())
		for i := range values {
			values[i] = c.Bits().Get(i)
		}
		s = series.New(values, series.Bool, c.Name())
	case frame.Text:
		return raiseText(c), nil
	case frame.Time:
		return raiseTime(c)
	}
	if c.Valid() != nil {
		for i := range c.Len() {
			if c.IsNull(i) {
				s.Elem(i).Set(nil)
			}
		}
	}
	return s, nil
}

func raiseText(c frame.Column) series.Series {
	words := make([]string, c.Len())
	for i, code := range c.Codes() {
		words[i] = missing
		if !c.IsNull(i) {
			words[i] = c.Dictionary()[code]
		}
	}
	s := series.New(words, series.String, c.Name())
	if slices.Contains(c.Dictionary(), missing) {
		// Set takes the string for missing, but from an element it takes the text as it is.
		literal := series.Strings(missing).Elem(0)
		for i, word := range words {
			if word == missing && !c.IsNull(i) {
				s.Elem(i).Set(literal)
			}
		}
	}
	return s
}

func raiseTime(c frame.Column) (series.Series, error) {
	words := make([]string, c.Len())
	for i, micros := range c.Int64s() {
		words[i] = missing
		if c.IsNull(i) {
			continue
		}
		t := time.UnixMicro(micros).UTC()
		if y := t.Year(); y < 0 || y > 9999 {
			return series.Series{}, fmt.Errorf("row %d: year %d", i, y)
		}
		// Six digits always, so that the text sorts as the time does.
		words[i] = t.Format("2006-01-02T15:04:05.000000Z")
	}
	return series.New(words, series.String, c.Name()), nil
}
