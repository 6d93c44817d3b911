package frameio

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/parquet-go/parquet-go"

	"github.com/sav-analytics/sav/frame"
)

// groupRows is the number of rows of a row group.
const groupRows = 1 << 20

// WriteParquet writes a frame as Parquet, compressed with Snappy: 64-bit integers, doubles, booleans, text as UTF-8
// strings in dictionaries, and times as timestamps in microseconds, UTC. A column is optional if it has nulls. Of the
// options none applies. O(size), with memory for a row group of a million rows.
func WriteParquet(w io.Writer, f *frame.Frame, _ WriteOptions) (err error) {
	defer prefix(&err, "write Parquet")
	if w == nil {
		return errors.New("no writer")
	}
	columns := f.Columns()
	if len(columns) == 0 {
		return errors.New("a frame without columns")
	}
	nodes := make(parquet.Group)
	for _, c := range columns {
		node := nodeOf(c.Type())
		if c.Valid() != nil {
			node = parquet.Optional(node)
		}
		nodes[c.Name()] = node
	}
	schema := parquet.NewSchema("frame", ordered{nodes, f.Names()})
	out := parquet.NewGenericWriter[any](w, schema, parquet.Compression(&parquet.Snappy))
	for lo := 0; lo == 0 || lo < f.Len(); lo += groupRows {
		group, err := f.Slice(lo, min(lo+groupRows, f.Len()))
		if err != nil {
			return err
		}
		for k, c := range group.Columns() {
			if err := writeColumn(out.ColumnWriters()[k], c, k, columns[k].Valid() != nil); err != nil {
				return fmt.Errorf("column %q: %w", c.Name(), err)
			}
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
	return out.Close()
}

// ordered is a group whose fields keep the order of the names.
type ordered struct {
	parquet.Group
	names []string
}

// Fields returns the columns in the frame's order, not in that of their names.
func (o ordered) Fields() []parquet.Field {
	fields := o.Group.Fields()
	slices.SortFunc(fields, func(a, b parquet.Field) int {
		return slices.Index(o.names, a.Name()) - slices.Index(o.names, b.Name())
	})
	return fields
}

func nodeOf(t frame.Type) parquet.Node {
	switch t {
	case frame.Float64:
		return parquet.Leaf(parquet.DoubleType)
	case frame.Bool:
		return parquet.Leaf(parquet.BooleanType)
	case frame.Time:
		return parquet.Timestamp(parquet.Microsecond)
	case frame.Text:
		return parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
	}
	return parquet.Leaf(parquet.Int64Type)
}

// writeColumn writes the rows of a column, which is number k.
func writeColumn(w *parquet.ColumnWriter, c frame.Column, k int, optional bool) error {
	level := 0
	if optional {
		level = 1
	}
	words := make([]parquet.Value, len(c.Dictionary()))
	for i, word := range c.Dictionary() {
		words[i] = parquet.ByteArrayValue([]byte(word)).Level(0, level, k)
	}
	batch := make([]parquet.Value, 0, 4096)
	for row := range c.Len() {
		var v parquet.Value
		switch {
		case c.IsNull(row):
			v = parquet.NullValue().Level(0, 0, k)
		case c.Type() == frame.Text:
			v = words[c.Codes()[row]]
		case c.Type() == frame.Float64:
			v = parquet.DoubleValue(c.Float64s()[row]).Level(0, level, k)
		case c.Type() == frame.Bool:
			v = parquet.BooleanValue(c.Bits().Get(row)).Level(0, level, k)
		default:
			v = parquet.Int64Value(c.Int64s()[row]).Level(0, level, k)
		}
		if batch = append(batch, v); len(batch) == cap(batch) || row+1 == c.Len() {
			if _, err := w.WriteRowValues(batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	return nil
}
