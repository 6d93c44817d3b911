package parquetfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"

	"github.com/parquet-go/parquet-go"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/source"
)

// A file is an open Parquet file whose footer was read.
type file struct {
	*dialect.File
	footer    *parquet.File
	header    *source.Header
	leaves    [intake.NumFields]leaf // of the fields that the file has
	rows      int64
	groupRows []int64 // of each row group
}

// A leaf is a column that holds a field.
type leaf struct {
	name  string
	index int // among the columns of a row group
	valueType
	optional bool // it may have nulls
}

// newFile finds the columns of an open file.
func newFile(opened *dialect.File, rules *source.Rules) (*file, error) {
	f := &file{File: opened}
	if f.Format != dialect.FormatParquet {
		return nil, f.fail(errors.New("is " + f.Format.String() + ", not Parquet"))
	}
	if err := f.readFooter(); err != nil {
		return nil, f.fail(fmt.Errorf("is damaged, or no Parquet file: %w", err))
	}
	if err := f.findColumns(rules); err != nil {
		return nil, f.fail(err)
	}
	return f, nil
}

// readFooter reads the footer, and checks of it what the library does not.
func (f *file) readFooter() (err error) {
	defer recoverDamage(&err)
	if err := f.checkFooter(); err != nil {
		return err
	}
	f.footer, err = parquet.OpenFile(f, f.Size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return err
	}
	for i := range f.footer.Metadata().RowGroups {
		rows := f.footer.Metadata().RowGroups[i].NumRows
		if rows < 0 || f.rows+rows < 0 {
			return fmt.Errorf("row group %d has %d rows", i+1, rows)
		}
		f.groupRows = append(f.groupRows, rows)
		f.rows += rows
	}
	if rows := f.footer.NumRows(); rows != f.rows {
		return fmt.Errorf("it has %d rows by its footer, %d in its row groups", rows, f.rows)
	}
	return nil
}

// checkFooter makes sure that there is a footer and that it is whole.
func (f *file) checkFooter() error {
	const magic = "PAR1" // at both ends: package dialect saw the first; the footer's length stands before the second
	var end [8]byte
	if f.Size < int64(len(magic)+len(end)) {
		return fmt.Errorf("it has %d bytes", f.Size)
	}
	if _, err := f.ReadAt(end[:], f.Size-int64(len(end))); err != nil {
		return err
	}
	length := int64(binary.LittleEndian.Uint32(end[:]))
	switch {
	case string(end[4:]) != magic:
		return fmt.Errorf("it ends with %q, not with %s", end[4:], magic)
	case length > f.Size-int64(len(magic)+len(end)):
		return fmt.Errorf("it has %d bytes, and a footer of %d", f.Size, length)
	}
	footer := make([]byte, length)
	if _, err := f.ReadAt(footer, f.Size-int64(len(end))-length); err != nil {
		return err
	}
	if _, err := structLength(footer); err != nil {
		return fmt.Errorf("the footer: %w", err)
	}
	return nil
}

// findColumns finds the columns that hold the fields, by their names.
func (f *file) findColumns(rules *source.Rules) (err error) {
	defer recoverDamage(&err)
	columns := f.footer.Root().Columns()
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name()
	}
	if f.header, err = intake.ResolveHeader(names, rules); err != nil {
		return err
	}
	for field := range intake.NumFields {
		i := f.header.Index[field]
		if i < 0 {
			continue
		}
		c := columns[i]
		l := leaf{name: c.Name(), index: c.Index(), optional: c.Optional()}
		if !c.Leaf() || c.Repeated() {
			return fmt.Errorf("column %q is nested, so it cannot be %s", l.name, field)
		}
		l.valueType = typeOf(c.Type())
		if !l.canBe(field) {
			return fmt.Errorf("column %q is of type %s, which cannot be %s", l.name, c.Type(), field)
		}
		f.leaves[field] = l
	}
	return nil
}

// fail returns err as the source returns it: a file that cannot be used is a
// [source.InputError], a failing disk is not.
func (f *file) fail(err error) error {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr
	}
	return &source.InputError{Input: f.Name, Err: err}
}

// recoverDamage makes an error of a panic of the library, which takes some
// things that a damaged file says for granted. It is deferred around calls of
// the library alone.
func recoverDamage(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("decoding: %v", p)
	}
}
