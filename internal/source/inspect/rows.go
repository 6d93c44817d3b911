package inspect

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/parquet-go/parquet-go"

	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/internal/source/jsonfile"
	"github.com/sav-analytics/sav/internal/source/record"
	"github.com/sav-analytics/sav/source"
)

// maxCell is how many bytes of a value a sample keeps: of a text, its beginning.
const maxCell = 256

// maxRecord is how much of a record is looked at.
const maxRecord = 1 << 20

// A table is the first rows of a file as text.
type table struct {
	names []string
	rows  [][][]byte      // one cell for each name
	odd   int             // records of another number of fields, or with broken quotes
	lines string          // what ends lines: LF, CR LF or CR
	late  map[string]bool // keys that no object has among those that say which columns there are
}

// readTable reads the first rows of a file.
func readTable(f *dialect.File, layout *dialect.CSV, maxRows int) (*table, error) {
	switch f.Format {
	case dialect.FormatCSV:
		return readCSV(f, layout, maxRows)
	case dialect.FormatParquet:
		return readParquet(f.Path, maxRows)
	}
	return readJSON(f, maxRows)
}

// textOf is the text of a file as a stream, from a place on.
type textOf struct {
	file *dialect.File
	at   int64
}

func (t *textOf) Read(p []byte) (n int, err error) {
	n, err = t.file.ReadAt(p, t.at)
	t.at += int64(n)
	if n > 0 && err == io.EOF {
		err = nil
	}
	return n, err
}

func readCSV(f *dialect.File, layout *dialect.CSV, maxRows int) (*table, error) {
	t := &table{names: layout.Names}
	format := record.Format{Delimiter: layout.Delimiter, LineEnd: layout.LineEnd, NoQuotes: layout.NoQuotes,
		Backslash: layout.Backslash}
	err := splitRecords(&textOf{f, layout.First}, format, func(fields [][]byte, out record.Outcome) bool {
		n := len(t.names)
		if len(fields) == n+1 && len(fields[n]) == 0 {
			fields = fields[:n]
		}
		if out != record.Whole || len(fields) != n {
			t.odd++
			return t.odd < maxRows
		}
		t.add(fields)
		return len(t.rows) < maxRows
	})
	t.lines = lineEnds(f, layout)
	return t, err
}

// lineEnds says what ends the lines of a text.
func lineEnds(f *dialect.File, layout *dialect.CSV) string {
	if layout.LineEnd == '\r' {
		return "CR"
	}
	before := make([]byte, 2)
	if n, _ := f.ReadAt(before, max(f.Start(), layout.First-2)); n == 2 && string(before) == "\r\n" {
		return "CR LF"
	}
	return "LF"
}

// add adds a row, which is not kept by the caller.
func (t *table) add(fields [][]byte) {
	row := make([][]byte, len(fields))
	for i, field := range fields {
		row[i] = bytes.Clone(field[:min(len(field), maxCell)])
	}
	t.rows = append(t.rows, row)
}

// splitRecords splits a text into records until visit returns false.
func splitRecords(r io.Reader, format record.Format, visit func(fields [][]byte, out record.Outcome) bool) error {
	s := record.NewSplitter(format, 0)
	data, buffer, last := []byte(nil), make([]byte, 256<<10), false
	for p := 0; ; {
		if p == len(data) && last {
			return nil
		}
		next, out := s.Split(data, p, last)
		if out == record.Incomplete && len(data)-p > maxRecord { // go on at its second line
			if i := bytes.IndexByte(data[p:], format.LineEnd); i >= 0 {
				next, out = p+i+1, record.Broken
			}
		}
		switch {
		case out != record.Incomplete:
			p = next
			if out == record.Whole && s.Blank {
				continue
			}
			if !visit(s.Fields, out) {
				return nil
			}
			continue
		case len(data)-p > 64*maxRecord: // a line without an end
			return nil
		}
		n, err := r.Read(buffer)
		data = append(data[:copy(data, data[p:])], buffer[:n]...)
		p = 0
		switch {
		case err == io.EOF:
			last = true
		case err != nil:
			return err
		}
	}
}

// readJSON reads objects, whose keys are columns; those of an object within have its
// key before them.
func readJSON(f *dialect.File, maxRows int) (*table, error) {
	t := &table{lines: "LF", late: make(map[string]bool)}
	column := make(map[string]int)
	var rows [][]string
	add := func(text []byte) {
		row := make([]string, len(t.names))
		keep := func(key, value string) {
			i, ok := column[key]
			if !ok {
				i = len(t.names)
				column[key] = i
				t.late[key] = len(rows) >= jsonfile.SampledObjects
				t.names, row = append(t.names, key), append(row, "")
			}
			row[i] = value[:min(len(value), maxCell)]
		}
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		if token, err := d.Token(); err != nil || token != json.Delim('{') || flatten(d, "", keep) != nil {
			t.odd++
			return
		}
		rows = append(rows, row)
	}
	var err error
	if f.Format == dialect.FormatJSONArray {
		d := json.NewDecoder(&textOf{f, f.Start()})
		if _, err = d.Token(); err == nil {
			for d.More() && len(rows) < maxRows {
				var element json.RawMessage
				if err = d.Decode(&element); err != nil {
					break
				}
				add(element)
			}
		}
		if _, ok := errors.AsType[*json.SyntaxError](err); ok || errors.Is(err, io.ErrUnexpectedEOF) {
			err = nil // the reader of such files says it
		}
	} else {
		in := bufio.NewReaderSize(&textOf{f, f.Start()}, 64<<10)
		for len(rows)+t.odd < maxRows {
			var line []byte
			line, err = in.ReadBytes('\n')
			if len(bytes.TrimSpace(line)) > 0 {
				add(line)
			}
			if err != nil {
				break
			}
		}
	}
	if err == io.EOF {
		err = nil
	}
	for _, row := range rows {
		cells := make([][]byte, len(t.names))
		for i, value := range row {
			cells[i] = []byte(value)
		}
		t.rows = append(t.rows, cells)
	}
	return t, err
}

// flatten reads an object whose bracket was read.
func flatten(d *json.Decoder, prefix string, keep func(key, value string)) error {
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		key := prefix + token.(string)
		if token, err = d.Token(); err != nil {
			return err
		}
		switch v := token.(type) {
		case json.Delim:
			if v == '{' {
				err = flatten(d, key+".", keep)
			} else {
				keep(key, "")
				err = skip(d)
			}
			if err != nil {
				return err
			}
		case string:
			keep(key, v)
		case json.Number:
			keep(key, v.String())
		case bool:
			keep(key, map[bool]string{true: "true", false: "false"}[v])
		case nil:
			keep(key, "")
		}
	}
	_, err := d.Token() // the closing bracket
	return err
}

// skip reads on to the end of an array or object.
func skip(d *json.Decoder) error {
	for depth := 1; depth > 0; {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('['), json.Delim('{'):
			depth++
		case json.Delim(']'), json.Delim('}'):
			depth--
		}
	}
	return nil
}

// readParquet reads the columns of a Parquet file that are not nested in lists.
func readParquet(path string, maxRows int) (*table, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	f, err := parquet.OpenFile(file, info.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, &source.InputError{Input: path, Err: err}
	}
	t := &table{}
	for _, path := range f.Schema().Columns() {
		t.names = append(t.names, strings.Join(path, "."))
	}
	rows := parquet.MultiRowGroup(f.RowGroups()...).Rows()
	defer rows.Close()
	buffer := make([]parquet.Row, 256)
	for len(t.rows) < maxRows {
		n, err := rows.ReadRows(buffer[:min(len(buffer), maxRows-len(t.rows))])
		for _, row := range buffer[:n] {
			cells := make([][]byte, len(t.names))
			for _, v := range row {
				if !v.IsNull() && v.Column() < len(cells) {
					cells[v.Column()] = []byte(v.String())
				}
			}
			t.add(cells)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, &source.InputError{Input: path, Err: err}
		}
	}
	return t, nil
}
