package frameio

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/nearest"
)

// ReadOptions says how text becomes a frame. The zero value reads all columns, infers their types, and takes the empty
// field alone for null.
type ReadOptions struct {
	// Types are those of the named columns; the types of others are inferred.
	Types map[string]frame.Type
	// Columns are those to read, in their order; empty: all, as they are there.
	Columns []string
	// Nulls are texts that stand for null in CSV, beside the empty field.
	Nulls []string
	// Delimiter parts the fields of CSV; 0: a comma.
	Delimiter byte
	// Zone is that of times without an offset; nil: UTC.
	Zone *time.Location
}

// WriteOptions says how a frame becomes text. The zero value writes each value so that it can be read again.
type WriteOptions struct {
	// Decimals is the number of digits after the point to which floats are rounded; trailing zeros are dropped. 0
	// writes as many as tell a float from all others; Whole rounds to integers.
	Decimals int
	// Null is written for null in CSV.
	Null string
	// Delimiter parts the fields of CSV; 0: a comma.
	Delimiter byte
}

// Whole, as Decimals, rounds floats to integers.
const Whole = -1

func (o ReadOptions) check() error {
	if err := checkDelimiter(o.Delimiter); err != nil {
		return err
	}
	for name, t := range o.Types {
		if t < frame.Int64 || t > frame.Text {
			return fmt.Errorf("no type %v, of column %q", t, name)
		}
	}
	return nil
}

// readAll returns what r holds, if the options are good.
func (o ReadOptions) readAll(r io.Reader) ([]byte, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if r == nil {
		return nil, errors.New("no reader")
	}
	return io.ReadAll(r)
}

func (o WriteOptions) check() error {
	if o.Decimals < Whole || o.Decimals > 300 {
		return fmt.Errorf("%d decimals: expected 0 to 300, or Whole", o.Decimals)
	}
	return checkDelimiter(o.Delimiter)
}

func checkDelimiter(d byte) error {
	if d == '"' || d == '\n' || d == '\r' || d >= 0x80 {
		return fmt.Errorf("delimiter %q: expected an ASCII character other than a quote or a line break", d)
	}
	return nil
}

func comma(d byte) byte { return cmp.Or(d, ',') }

// prefix makes an error say what was being done.
func prefix(err *error, doing string) {
	if *err != nil {
		*err = fmt.Errorf("%s: %w", doing, *err)
	}
}

// choose returns the indices in names of the columns to read, and an error if one that is named is not there.
func (o ReadOptions) choose(names []string) ([]int, error) {
	for name := range o.Types {
		if !slices.Contains(names, name) {
			return nil, noColumn(name, names)
		}
	}
	var indices []int
	if len(o.Columns) == 0 {
		for i := range names {
			indices = append(indices, i)
		}
		return indices, nil
	}
	for _, name := range o.Columns {
		i := slices.Index(names, name)
		if i < 0 {
			return nil, noColumn(name, names)
		}
		indices = append(indices, i)
	}
	return indices, nil
}

// noColumn returns the error of a column that is named and not there.
func noColumn(name string, names []string) error {
	meant := ""
	if near := nearest.Name(name, names); near != "" {
		meant = fmt.Sprintf("; did you mean %q?", near)
	}
	return fmt.Errorf("no column %q in %q%s", name, names, meant)
}
