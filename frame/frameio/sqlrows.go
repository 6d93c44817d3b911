package frameio

import (
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/zone"
)

// FromRows returns a frame of all rows that are left of a query of database/sql, and closes them. The type of a column
// is that which Types names, or else comes from the first value that is not null: what the driver hands over as an
// integer, float, bool, time or text. Drivers hand decimals over as text: where the database says that the column is
// one, it is Float64, and a value with more than 15 digits is an error; name the type Text to have its digits. O(size).
func FromRows(rows *sql.Rows, o ReadOptions) (f *frame.Frame, err error) {
	defer prefix(&err, "from rows")
	if rows == nil {
		return nil, errors.New("no rows")
	}
	defer func() {
		if err = errors.Join(err, rows.Close()); err != nil {
			f = nil
		}
	}()
	if err := o.check(); err != nil {
		return nil, err
	}
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.Name()
	}
	indices, err := o.choose(names)
	if err != nil {
		return nil, err
	}
	in := zone.In(o.Zone)
	columns := make([]sqlColumn, len(types))
	values, targets := make([]any, len(types)), make([]any, len(types))
	for i, t := range types {
		columns[i].builder = builder{name: names[i], typ: o.Types[names[i]], zone: in}
		columns[i].decimal = columns[i].typ == 0 && isDecimal(t.DatabaseTypeName())
		targets[i] = &values[i]
	}
	for row := 0; rows.Next(); row++ {
		if err := rows.Scan(targets...); err != nil {
			return nil, err
		}
		for i := range columns {
			if err := columns[i].take(values[i]); err != nil {
				return nil, fmt.Errorf("row %d, column %q: %w", row, names[i], err)
			}
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	made := make([]frame.Column, len(indices))
	for i, k := range indices {
		c := &columns[k]
		if c.typ == 0 { // nothing but nulls
			c.typ = frame.Text
			n := c.early
			c.early = 0
			for range n {
				c.null()
			}
		}
		made[i] = c.column()
	}
	return frame.New(made...)
}

func isDecimal(name string) bool {
	name = strings.ToUpper(name)
	return strings.Contains(name, "DECIMAL") || strings.Contains(name, "NUMERIC")
}

// A sqlColumn is a column whose type may come with its first value.
type sqlColumn struct {
	builder
	decimal bool
	early   int // nulls before the first value
}

// take adds a value as a driver hands it over.
func (c *sqlColumn) take(v any) error {
	if v == nil {
		if c.typ == 0 {
			c.early++
		} else {
			c.null()
		}
		return nil
	}
	if b, ok := v.([]byte); ok {
		v = string(b)
	}
	if c.typ == 0 {
		switch v.(type) {
		case int64:
			c.typ = frame.Int64
		case float64, float32:
			c.typ = frame.Float64
		case bool:
			c.typ = frame.Bool
		case time.Time:
			c.typ = frame.Time
		case string:
			if c.typ = frame.Text; c.decimal {
				c.typ = frame.Float64
			}
		default:
			return fmt.Errorf("a value of type %T", v)
		}
		for range c.early {
			c.null()
		}
	}
	switch v := v.(type) {
	case int64:
		switch c.typ {
		case frame.Int64:
			c.ints = append(c.ints, v)
		case frame.Float64:
			if v > 1<<53 || v < -1<<53 {
				return fmt.Errorf("%d has more digits than a float", v)
			}
			c.floats = append(c.floats, float64(v))
		case frame.Bool: // as MySQL has them
			c.bools = append(c.bools, v != 0)
		default:
			return c.add(strconv.AppendInt(nil, v, 10))
		}
	case float32:
		return c.take(float64(v))
	case float64:
		if c.typ != frame.Float64 {
			return c.add(strconv.AppendFloat(nil, v, 'g', -1, 64))
		}
		c.floats = append(c.floats, v)
	case bool:
		if c.typ != frame.Bool {
			return c.add(strconv.AppendBool(nil, v))
		}
		c.bools = append(c.bools, v)
	case time.Time:
		if c.typ != frame.Time {
			return c.add([]byte(v.UTC().Format(time.RFC3339Nano)))
		}
		c.ints = append(c.ints, v.UnixMicro())
	case string:
		if c.decimal && c.typ == frame.Float64 && len(strings.Trim(strings.ReplaceAll(v, ".", ""), "-0")) > 15 {
			return fmt.Errorf("decimal %s has more digits than a float: name the type Text", v)
		}
		return c.add([]byte(v))
	default:
		return fmt.Errorf("a value of type %T", v)
	}
	c.valid = append(c.valid, true)
	return nil
}
