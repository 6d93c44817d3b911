package parquetfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/parquet-go/parquet-go"

	"github.com/sav-analytics/sav/internal/stamp"
	"github.com/sav-analytics/sav/source"
)

// A file is an open Parquet file whose footer was read.
type file struct {
	name      string
	data      *os.File
	size      int64 // in bytes
	stamp     stamp.Stamp
	footer    *parquet.File
	header    *source.Header
	leaves    [source.NumFields]leaf // of the fields that the file has
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

// openFile opens a file and finds its columns.
func openFile(name string, rules *source.Rules) (_ *file, err error) {
	data, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	f := &file{name: name, data: data}
	defer func() {
		if err != nil {
			data.Close()
			err = f.fail(err)
		}
	}()
	info, err := data.Stat()
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, errors.New("is a directory, not a Parquet file")
	case !info.Mode().IsRegular():
		return nil, errors.New("is no regular file; Parquet is read from its end, so that a pipe does not do")
	}
	f.size, f.stamp = info.Size(), stamp.New(data, info)
	if err := f.readFooter(); err != nil {
		return nil, fmt.Errorf("is damaged, or no Parquet file: %w", err)
	}
	return f, f.findColumns(rules)
}

// readFooter reads the footer, and checks of it what the library does not.
func (f *file) readFooter() (err error) {
	defer recoverDamage(&err)
	if err := f.checkFooter(); err != nil {
		return err
	}
	f.footer, err = parquet.OpenFile(f.data, f.size,
		parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
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
	const magic = "PAR1" // at both ends; the footer's length stands before the latter
	var begin, end [8]byte
	if f.size < int64(len(begin)+len(end)) {
		return fmt.Errorf("it has %d bytes", f.size)
	}
	if _, err := f.data.ReadAt(begin[:], 0); err != nil {
		return err
	}
	if _, err := f.data.ReadAt(end[:], f.size-int64(len(end))); err != nil {
		return err
	}
	length := int64(binary.LittleEndian.Uint32(end[:]))
	switch {
	case string(begin[:4]) == "PARE" && string(end[4:]) == "PARE":
		return errors.New("its footer is encrypted")
	case string(begin[:4]) != magic || string(end[4:]) != magic:
		return fmt.Errorf("it begins with %q and ends with %q, not with %s", begin[:4], end[4:], magic)
	case length > f.size-int64(len(magic)+len(end)):
		return fmt.Errorf("it has %d bytes, and a footer of %d", f.size, length)
	}
	footer := make([]byte, length)
	if _, err := f.data.ReadAt(footer, f.size-int64(len(end))-length); err != nil {
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
	if f.header, err = source.ResolveHeader(names, rules); err != nil {
		return err
	}
	for field := range source.NumFields {
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
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr
	}
	return &source.InputError{Input: f.name, Err: err}
}

// recoverDamage makes an error of a panic of the library, which takes some
// things that a damaged file says for granted. It is deferred around calls of
// the library alone.
func recoverDamage(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("decoding: %v", p)
	}
}
