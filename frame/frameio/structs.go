package frameio

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"reflect"
	"time"

	"github.com/sav-analytics/sav/frame"
)

// FromStructs returns a frame with a row for each element. Its columns are the exported fields of T, in their order,
// named by the tag frame or else by the field; a field with the tag "-" is left out:
//
//	type Sale struct {
//		Merchant string    `frame:"merchant"`
//		Price    *float64  `frame:"price"` // nil is null
//		At       time.Time `frame:"at"`
//	}
//
// Integers, floats, strings, bools and time.Time are columns, as are pointers to these and [sql.Null] of these, whose
// nil and invalid values are null; the fields of an embedded struct are those of T. Anything else is an error. O(rows)
// for each column.
func FromStructs[T any](rows []T) (_ *frame.Frame, err error) {
	defer prefix(&err, "from structs")
	fields, err := fieldsOf(reflect.TypeFor[T]())
	if err != nil {
		return nil, err
	}
	builders := make([]builder, len(fields))
	for k, f := range fields {
		builders[k] = builder{name: f.name, typ: f.typ}
	}
	for i := range rows {
		row := reflect.ValueOf(&rows[i]).Elem()
		for k, f := range fields {
			if err := f.read(&builders[k], row.FieldByIndex(f.index)); err != nil {
				return nil, fmt.Errorf("row %d, field %s: %w", i, f.name, err)
			}
		}
	}
	return frameOf(builders)
}

// ToStructs returns an element of T for each row of f, whose columns go to the fields that [FromStructs] would make
// them of. A column without a field is left aside. A field without a column is an error, as are a column of another
// type, a null in a field that holds none, and a number that does not fit; the error names row and column. O(rows) for
// each field.
func ToStructs[T any](f *frame.Frame) (_ []T, err error) {
	defer prefix(&err, "to structs")
	fields, err := fieldsOf(reflect.TypeFor[T]())
	if err != nil {
		return nil, err
	}
	columns := make([]frame.Column, len(fields))
	for k, field := range fields {
		if columns[k], err = f.Column(field.name, field.typ); err != nil {
			return nil, err
		}
	}
	rows := make([]T, f.Len())
	for i := range rows {
		row := reflect.ValueOf(&rows[i]).Elem()
		for k, field := range fields {
			if err := field.write(row.FieldByIndex(field.index), columns[k].Value(i)); err != nil {
				return nil, fmt.Errorf("row %d, column %q: %w", i, field.name, err)
			}
		}
	}
	return rows, nil
}

// A structField is a field that is a column.
type structField struct {
	name  string
	index []int
	typ   frame.Type
	null  nullable
}

// nullable says how a field holds null.
type nullable uint8

const (
	never nullable = iota
	byPointer
	byValid // a struct of V and Valid, as sql.Null
)

func fieldsOf(t reflect.Type) ([]structField, error) {
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[time.Time]() {
		return nil, fmt.Errorf("%v is not a struct", t)
	}
	var fields []structField
	for _, f := range reflect.VisibleFields(t) {
		name := f.Tag.Get("frame")
		plain := f.Type.Kind() == reflect.Struct && f.Type != reflect.TypeFor[time.Time]() && !isNull(f.Type)
		if !f.IsExported() || name == "-" || f.Anonymous && plain {
			continue
		}
		name = cmp.Or(name, f.Name)
		field := structField{name: name, index: f.Index}
		value := f.Type
		switch {
		case value.Kind() == reflect.Pointer:
			field.null, value = byPointer, value.Elem()
		case isNull(value):
			field.null, value = byValid, value.Field(0).Type
		}
		if field.typ = typeOf(value); field.typ == 0 {
			return nil, fmt.Errorf("field %s of type %v: expected a number, string, bool or time.Time", f.Name, f.Type)
		}
		fields = append(fields, field)
	}
	if len(fields) == 0 {
		return nil, fmt.Errorf("%v has no exported field", t)
	}
	return fields, nil
}

// isNull reports whether t is a struct of a value and Valid, such as sql.Null[T] and sql.NullInt64.
func isNull(t reflect.Type) bool {
	return t.PkgPath() == reflect.TypeFor[sql.NullInt64]().PkgPath() && t.Kind() == reflect.Struct &&
		t.NumField() == 2 && t.Field(1).Name == "Valid"
}

func typeOf(t reflect.Type) frame.Type {
	if t == reflect.TypeFor[time.Time]() {
		return frame.Time
	}
	switch t.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return frame.Int64
	case reflect.Float32, reflect.Float64:
		return frame.Float64
	case reflect.String:
		return frame.Text
	case reflect.Bool:
		return frame.Bool
	}
	return 0
}

// read adds the value of a field to its column.
func (f structField) read(b *builder, v reflect.Value) error {
	switch f.null {
	case byPointer:
		if v.IsNil() {
			b.null()
			return nil
		}
		v = v.Elem()
	case byValid:
		if !v.Field(1).Bool() {
			b.null()
			return nil
		}
		v = v.Field(0)
	}
	switch f.typ {
	case frame.Float64:
		b.floats = append(b.floats, v.Float())
	case frame.Bool:
		b.bools = append(b.bools, v.Bool())
	case frame.Text:
		return b.add([]byte(v.String()))
	case frame.Time:
		b.ints = append(b.ints, v.Interface().(time.Time).UnixMicro())
	default:
		if v.CanUint() {
			if v.Uint() > math.MaxInt64 {
				return fmt.Errorf("%d does not fit an int64", v.Uint())
			}
			b.ints = append(b.ints, int64(v.Uint()))
		} else {
			b.ints = append(b.ints, v.Int())
		}
	}
	b.valid = append(b.valid, true)
	return nil
}

// write sets a field to a value, nil being null.
func (f structField) write(v reflect.Value, value any) error {
	if value == nil {
		if f.null == never {
			return errors.New("a null in a field that holds none: make it a pointer or sql.Null")
		}
		return nil
	}
	switch f.null {
	case byPointer:
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	case byValid:
		v.Field(1).SetBool(true)
		v = v.Field(0)
	}
	switch value := value.(type) {
	case int64:
		switch {
		case v.CanUint():
			if value < 0 || v.OverflowUint(uint64(value)) {
				return fmt.Errorf("%d does not fit %v", value, v.Type())
			}
			v.SetUint(uint64(value))
		case v.OverflowInt(value):
			return fmt.Errorf("%d does not fit %v", value, v.Type())
		default:
			v.SetInt(value)
		}
	case float64:
		if v.OverflowFloat(value) {
			return fmt.Errorf("%v does not fit %v", value, v.Type())
		}
		v.SetFloat(value)
	case string:
		v.SetString(value)
	case bool:
		v.SetBool(value)
	case time.Time:
		v.Set(reflect.ValueOf(value))
	}
	return nil
}
