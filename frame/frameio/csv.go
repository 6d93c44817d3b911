package frameio

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/internal/par"
	"github.com/sav-analytics/sav/internal/zone"
)

// ReadCSV reads a frame from CSV (RFC 4180) in UTF-8, whose first record names the
// columns. An empty field is null; with quotes it is an empty text in a Text
// column. A blank line is left out, but a null if there is one column. The error
// names line and column.
//
// O(size). It holds all of r's bytes until it returns.
func ReadCSV(r io.Reader, o ReadOptions) (*frame.Frame, error) {
	f, err := readCSV(r, o)
	if err != nil {
		return nil, fmt.Errorf("read CSV: %w", err)
	}
	return f, nil
}

func readCSV(r io.Reader, o ReadOptions) (*frame.Frame, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if r == nil {
		return nil, errors.New("no reader")
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	s := newScanner(data, o.Delimiter)
	ok, err := s.next()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, errors.New("no header: the first line must name the columns")
	}
	names := make([]string, len(s.row))
	for i, f := range s.row {
		names[i] = string(f.text)
	}
	places, err := o.choose(names)
	if err != nil {
		return nil, err
	}
	t := table{names: names, places: places, options: o, nulls: make(map[string]bool)}
	for _, null := range o.Nulls {
		t.nulls[null] = true
	}
	body := *s
	types, err := t.infer(&body)
	if err != nil {
		return nil, err
	}
	return t.build(s, types)
}

// A table is CSV of which the header is known.
type table struct {
	names   []string
	places  []int // of the columns to read
	options ReadOptions
	nulls   map[string]bool
}

func (t *table) isNull(f field) bool {
	return !f.quoted && (len(f.text) == 0 || len(t.nulls) > 0 && t.nulls[string(f.text)])
}

// batchRows is the number of records that are cut into fields before the columns
// are read in parallel.
const batchRows = 4096

// each calls fn for each column to read and batch of records, the columns of a
// batch in parallel: fn has the fields of the column number k, from the record
// number first on.
func (t *table) each(s *scanner, fn func(k, first int, column []field, lines []int) error) error {
	columns := make([][]field, len(t.places))
	var lines []int
	first := 0
	flush := func() error {
		errs := make([]error, len(columns))
		par.Each(len(columns), func(k int) { errs[k] = fn(k, first, columns[k], lines) })
		first += len(lines)
		lines = lines[:0]
		for k := range columns {
			columns[k] = columns[k][:0]
		}
		return firstError(errs)
	}
	for {
		line := s.line
		ok, err := s.next()
		if err != nil {
			return errors.Join(flush(), err)
		}
		if !ok {
			return flush()
		}
		if len(s.row) == 1 && len(t.names) > 1 && !s.row[0].quoted && len(s.row[0].text) == 0 {
			continue
		}
		if len(s.row) != len(t.names) {
			return errors.Join(flush(), fmt.Errorf("line %d: %d fields, the header has %d", line, len(s.row), len(t.names)))
		}
		for k, place := range t.places {
			columns[k] = append(columns[k], s.row[place])
		}
		if lines = append(lines, line); len(lines) == batchRows {
			if err := flush(); err != nil {
				return err
			}
		}
	}
}

// firstError returns the error of the smallest line, or nil.
func firstError(errs []error) error {
	var first *lineError
	for _, err := range errs {
		if e, ok := err.(*lineError); ok && (first == nil || e.line < first.line) {
			first = e
		}
	}
	if first == nil {
		return nil
	}
	return first
}

// A lineError is what is wrong with a value.
type lineError struct {
	line   int
	column string
	err    error
}

func (e *lineError) Error() string {
	return fmt.Sprintf("line %d, column %q: %v", e.line, e.column, e.err)
}

// infer returns the types of the columns: those that are named, and those that
// all values have.
func (t *table) infer(s *scanner) ([]frame.Type, error) {
	types := make([]frame.Type, len(t.places))
	open := false
	for k, place := range t.places {
		types[k] = t.options.Types[t.names[place]]
		open = open || types[k] == 0
	}
	if !open {
		return types, nil
	}
	all := make([]kinds, len(types))
	for k := range all {
		all[k] = anyKind
	}
	err := t.each(s, func(k, _ int, column []field, _ []int) error {
		if types[k] != 0 {
			return nil
		}
		for _, f := range column {
			if t.isNull(f) || len(f.text) == 0 { // "" may be a null or a text
				continue
			}
			if all[k]&(isInt|isFloat|isBool|isTime) == 0 {
				break // it is text, whatever follows
			}
			of := kindsOf(f.text)
			all[k] = all[k]&of | (of|all[k])&isValue
		}
		return nil
	})
	for k := range types {
		if types[k] == 0 {
			types[k] = all[k].choice()
		}
	}
	return types, err
}

// build reads the columns.
func (t *table) build(s *scanner, types []frame.Type) (*frame.Frame, error) {
	in := zone.In(t.options.Zone)
	builders := make([]builder, len(types))
	for k, place := range t.places {
		builders[k] = builder{name: t.names[place], typ: types[k], zone: in}
	}
	err := t.each(s, func(k, _ int, column []field, lines []int) error {
		b := &builders[k]
		for i, f := range column {
			if t.isNull(f) || len(f.text) == 0 && b.typ != frame.Text {
				b.null()
				continue
			}
			if err := b.add(f.text); err != nil {
				return &lineError{lines[i], b.name, err}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	columns := make([]frame.Column, len(builders))
	for k := range builders {
		columns[k] = builders[k].column()
	}
	return frame.New(columns...)
}

// WriteCSV writes a frame as CSV: a header, then a line for each row, ended by LF.
// A field has quotes only if it needs them, or is an empty text and not null. A
// null in the only column has them too, since a blank line is no row to most
// readers; if that column is Text, its nulls need a word, in Null. Times are
// written in RFC 3339, in UTC. O(size), with memory for a few lines.
func WriteCSV(w io.Writer, f *frame.Frame, o WriteOptions) error {
	if err := writeCSV(w, f, o); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

func writeCSV(w io.Writer, f *frame.Frame, o WriteOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	if w == nil {
		return errors.New("no writer")
	}
	columns := f.Columns()
	if len(columns) == 0 {
		return errors.New("a frame without columns")
	}
	out := &csvWriter{options: o, comma: comma(o.Delimiter)}
	if o.Null != "" && string(out.text(nil, o.Null+"x")) != o.Null+"x" {
		return fmt.Errorf("null %q: expected a word that needs no quotes", o.Null)
	}
	if len(columns) == 1 && o.Null == "" && columns[0].NullCount() > 0 {
		if columns[0].Type() == frame.Text {
			return fmt.Errorf("column %q is the only one, and its nulls would be blank lines: name a word in Null", columns[0].Name())
		}
		o.Null = `""`
	}
	if err := checkYears(columns); err != nil {
		return err
	}
	cells := make([]func(dst []byte, row int) []byte, len(columns))
	for k, c := range columns {
		cells[k] = out.cells(c)
	}
	line := out.header(f.Names())
	for row := 0; ; row++ {
		if len(line) > 1<<16 || row == f.Len() {
			if _, err := w.Write(line); err != nil {
				return err
			}
			line = line[:0]
		}
		if row == f.Len() {
			return nil
		}
		for k, c := range columns {
			if k > 0 {
				line = append(line, out.comma)
			}
			if c.IsNull(row) {
				line = append(line, o.Null...)
				continue
			}
			line = cells[k](line, row)
		}
		line = append(line, '\n')
	}
}

// checkYears returns an error if a time has no text in RFC 3339.
func checkYears(columns []frame.Column) error {
	for _, c := range columns {
		if c.Type() != frame.Time {
			continue
		}
		for i, micros := range c.Int64s() {
			if y := time.UnixMicro(micros).UTC().Year(); (y < 0 || y > 9999) && !c.IsNull(i) {
				return fmt.Errorf("row %d, column %q: year %d has no text in RFC 3339", i, c.Name(), y)
			}
		}
	}
	return nil
}

type csvWriter struct {
	options WriteOptions
	comma   byte
}

func (w *csvWriter) header(names []string) []byte {
	var line []byte
	for k, name := range names {
		if k > 0 {
			line = append(line, w.comma)
		}
		line = w.text(line, name)
	}
	return append(line, '\n')
}

// cells returns what appends a row's value of a column, which is not null.
func (w *csvWriter) cells(c frame.Column) func(dst []byte, row int) []byte {
	switch c.Type() {
	case frame.Float64:
		values := c.Float64s()
		return func(dst []byte, row int) []byte { return appendFloat(dst, values[row], w.options.Decimals) }
	case frame.Time:
		values := c.Int64s()
		return func(dst []byte, row int) []byte {
			return time.UnixMicro(values[row]).UTC().AppendFormat(dst, time.RFC3339Nano)
		}
	case frame.Bool:
		bits := c.Bits()
		return func(dst []byte, row int) []byte { return strconv.AppendBool(dst, bits.Get(row)) }
	case frame.Text:
		words := make([][]byte, len(c.Dictionary())) // each with its quotes, once
		codes := c.Codes()
		return func(dst []byte, row int) []byte {
			code := codes[row]
			if words[code] == nil {
				words[code] = w.text([]byte{}, c.Dictionary()[code])
			}
			return append(dst, words[code]...)
		}
	}
	values := c.Int64s()
	return func(dst []byte, row int) []byte { return strconv.AppendInt(dst, values[row], 10) }
}

// text appends a text, in quotes if it needs them: also where it would be read as
// a null.
func (w *csvWriter) text(dst []byte, s string) []byte {
	special := func(c byte) bool { return c == w.comma || c == '"' || c == '\n' || c == '\r' }
	const mark = "\ufeff" // which a reader would take for a byte-order mark
	if s != "" && s != w.options.Null && !strings.HasPrefix(s, mark) && !slices.ContainsFunc([]byte(s), special) {
		return append(dst, s...)
	}
	dst = append(dst, '"')
	dst = append(dst, bytes.ReplaceAll([]byte(s), []byte{'"'}, []byte(`""`))...)
	return append(dst, '"')
}
