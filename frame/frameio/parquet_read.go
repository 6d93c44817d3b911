package frameio

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/parallel"
)

// ReadParquet returns the frame of a Parquet file of size bytes. Integers of any width are Int64, floats Float64,
// timestamps, dates and the old INT96 Time (times without a zone as if UTC, digits after the microsecond dropped),
// decimals Float64, strings and UUIDs Text. An unsigned integer or a decimal that the type cannot hold exactly is an
// error, as is a nested column, unless Columns leaves it out. Of the options Columns applies; Types must be those that
// are there. Columns are read in parallel. O(size), with memory for the frame.
func ReadParquet(r io.ReaderAt, size int64, o ReadOptions) (_ *frame.Frame, err error) {
	defer prefix(&err, "read Parquet")
	if err := o.check(); err != nil {
		return nil, err
	}
	if r == nil {
		return nil, errors.New("no reader")
	}
	defer recoverDamage(&err)
	file, err := parquet.OpenFile(r, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, err
	}
	fields := file.Root().Columns()
	names := make([]string, len(fields))
	for i, c := range fields {
		names[i] = c.Name()
	}
	indices, err := o.choose(names)
	if err != nil {
		return nil, err
	}
	columns, errs := make([]frame.Column, len(indices)), make([]error, len(indices))
	parallel.Limited(len(indices), func(i int) {
		c := fields[indices[i]]
		if columns[i], errs[i] = readColumn(file, c); errs[i] != nil {
			errs[i] = fmt.Errorf("column %q: %w", c.Name(), errs[i])
			return
		}
		if want := o.Types[c.Name()]; want != 0 && want != columns[i].Type() {
			errs[i] = fmt.Errorf("column %q is %v, not %v: Cast it", c.Name(), columns[i].Type(), want)
		}
	})
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return frame.New(columns...)
}

// recoverDamage turns a panic of the decoder into an error: parquet-go trusts what pages claim.
func recoverDamage(err *error) {
	if v := recover(); v != nil {
		if p, ok := v.(*parallel.Panic); ok {
			v = p.Value
		}
		*err = fmt.Errorf("damaged: %v", v)
	}
}

func readColumn(file *parquet.File, c *parquet.Column) (_ frame.Column, err error) {
	defer recoverDamage(&err)
	if !c.Leaf() || c.Repeated() {
		return frame.Column{}, errors.New("a nested column: leave it out with Columns")
	}
	read, typ, err := converterOf(c.Type())
	if err != nil {
		return frame.Column{}, err
	}
	b := builder{name: c.Name(), typ: typ}
	var values [1024]parquet.Value
	for _, group := range file.RowGroups() {
		pages := group.ColumnChunks()[c.Index()].Pages()
		for {
			page, err := pages.ReadPage()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return frame.Column{}, errors.Join(err, pages.Close())
			}
			for in := page.Values(); ; {
				n, err := in.ReadValues(values[:])
				for _, v := range values[:n] {
					if v.IsNull() {
						b.null()
						continue
					}
					if err := read(&b, v); err != nil {
						return frame.Column{}, fmt.Errorf("row %d: %w", len(b.valid), err)
					}
					b.valid = append(b.valid, true)
				}
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					return frame.Column{}, errors.Join(err, pages.Close())
				}
				if n == 0 {
					return frame.Column{}, errors.Join(errors.New("damaged: a page without an end"), pages.Close())
				}
			}
			parquet.Release(page)
		}
		if err := pages.Close(); err != nil {
			return frame.Column{}, err
		}
	}
	return b.column(), nil
}

// A converter adds a value that is not null to a column.
type converter func(b *builder, v parquet.Value) error

// converterOf returns what reads a type, and the type of the column.
func converterOf(t parquet.Type) (converter, frame.Type, error) {
	var logical format.LogicalTypeValue
	if l := t.LogicalType(); l != nil {
		logical = l.Value
	}
	kind := t.Kind()
	switch l := logical.(type) {
	case *format.DecimalType:
		if kind != parquet.Int32 && kind != parquet.Int64 {
			return nil, 0, errors.New("a decimal of more than 18 digits: leave it out with Columns")
		}
		return decimals(math.Pow10(int(l.Scale))), frame.Float64, nil
	case *format.TimestampType:
		switch l.Unit.Value.(type) {
		case *format.MilliSeconds:
			return instants(1000, 1), frame.Time, nil
		case *format.NanoSeconds:
			return instants(1, 1000), frame.Time, nil
		}
		return instants(1, 1), frame.Time, nil
	case *format.DateType:
		return instants(86_400_000_000, 1), frame.Time, nil
	case *format.IntType:
		return integers(!l.IsSigned), frame.Int64, nil
	case *format.UUIDType:
		add := func(b *builder, v parquet.Value) error { return addText(b, []byte(uuid(v.ByteArray()))) }
		return add, frame.Text, nil
	case *format.BsonType, *format.TimeType:
		return nil, 0, fmt.Errorf("values of type %v: leave it out with Columns", t)
	}
	switch kind {
	case parquet.Int96:
		return func(b *builder, v parquet.Value) error {
			n := v.Int96() // nanoseconds of the day, then the Julian day
			nanos := int64(n[1])<<32 | int64(n[0])
			b.ints = append(b.ints, (int64(n[2])-2_440_588)*86_400_000_000+nanos/1000)
			return nil
		}, frame.Time, nil
	case parquet.Int32, parquet.Int64:
		return integers(false), frame.Int64, nil
	case parquet.Boolean:
		return func(b *builder, v parquet.Value) error {
			b.bools = append(b.bools, v.Boolean())
			return nil
		}, frame.Bool, nil
	case parquet.Double:
		return func(b *builder, v parquet.Value) error {
			b.floats = append(b.floats, v.Double())
			return nil
		}, frame.Float64, nil
	case parquet.Float:
		return func(b *builder, v parquet.Value) error {
			b.floats = append(b.floats, float64(v.Float()))
			return nil
		}, frame.Float64, nil
	case parquet.ByteArray:
		return func(b *builder, v parquet.Value) error { return addText(b, v.ByteArray()) }, frame.Text, nil
	}
	return nil, 0, fmt.Errorf("values of type %v: leave it out with Columns", t)
}

func integers(unsigned bool) converter {
	return func(b *builder, v parquet.Value) error {
		n := integerOf(v)
		if unsigned && v.Kind() == parquet.Int32 {
			n = int64(uint32(n))
		}
		if unsigned && n < 0 {
			return fmt.Errorf("%d does not fit an int64", uint64(n))
		}
		b.ints = append(b.ints, n)
		return nil
	}
}

func decimals(scale float64) converter {
	return func(b *builder, v parquet.Value) error {
		n := integerOf(v)
		if f := float64(n); math.Abs(f) > 1<<53 {
			return fmt.Errorf("decimal %d/%v has more digits than a float", n, scale)
		}
		b.floats = append(b.floats, float64(n)/scale)
		return nil
	}
}

func integerOf(v parquet.Value) int64 {
	if v.Kind() == parquet.Int32 {
		return int64(v.Int32())
	}
	return v.Int64()
}

// addText adds a word; the caller sets that it is valid.
func addText(b *builder, word []byte) error {
	err := b.add(word)
	b.valid = b.valid[:len(b.valid)-1]
	return err
}

func uuid(b []byte) string {
	if len(b) != 16 {
		return hex.EncodeToString(b)
	}
	s := hex.EncodeToString(b)
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

// instants returns a converter of integers that are mul/div microseconds each.
func instants(mul, div int64) converter {
	return func(b *builder, v parquet.Value) error {
		n := integerOf(v)
		if n > math.MaxInt64/mul || n < math.MinInt64/mul {
			return fmt.Errorf("time %d is too far from 1970", n)
		}
		n *= mul
		micros := n / div
		if n%div < 0 {
			micros--
		}
		b.ints = append(b.ints, micros)
		return nil
	}
}
