package frameio

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/zone"
)

// ReadJSONLines reads a frame from JSON Lines: an object on each line, whose keys
// are columns in the order in which they are first seen; a key that a line lacks
// is null there. Strings, numbers and booleans are read as their text is in CSV;
// a key that has strings in some lines and others elsewhere needs a type, but the
// strings NaN, Inf and -Inf, which are floats among numbers. Arrays and objects
// are an error, unless the column is to be Text: then they are their JSON.
//
// O(size). It holds all of r's bytes until it returns.
func ReadJSONLines(r io.Reader, o ReadOptions) (*frame.Frame, error) {
	f, err := readJSON(r, o)
	if err != nil {
		return nil, fmt.Errorf("read JSON lines: %w", err)
	}
	return f, nil
}

func readJSON(r io.Reader, o ReadOptions) (*frame.Frame, error) {
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
	t := jsonTable{options: o, places: make(map[string]int)}
	if err := t.each(data, t.look); err != nil {
		return nil, err
	}
	names := make([]string, len(t.columns))
	for k := range t.columns {
		names[k] = t.columns[k].name
	}
	places, err := o.choose(names)
	if err != nil {
		return nil, err
	}
	in := zone.In(o.Zone)
	builders := make([]builder, len(t.columns))
	for k, c := range t.columns {
		typ := o.Types[c.name]
		if typ == 0 {
			if c.first.shape == jsonNested {
				return nil, fmt.Errorf("line %d, key %q: %w", c.first.line, c.name, errNested)
			}
			if c.other.line > 0 {
				return nil, fmt.Errorf("key %q has a %s on line %d and a %s on line %d: name a type",
					c.name, shapes[c.first.shape], c.first.line, shapes[c.other.shape], c.other.line)
			}
			typ = c.kinds.choice()
		}
		builders[k] = builder{name: c.name, typ: typ, zone: in}
	}
	err = t.each(data, func(line, k int, value []byte, shape jsonShape) error {
		return add(&builders[k], line, value, shape)
	})
	if err != nil {
		return nil, err
	}
	columns := make([]frame.Column, len(places))
	for i, k := range places {
		for len(builders[k].valid) < t.rows {
			builders[k].null()
		}
		columns[i] = builders[k].column()
	}
	return frame.New(columns...)
}

// add adds the value of a line to a column, and nulls for the lines since the last.
func add(b *builder, row int, value []byte, shape jsonShape) error {
	for len(b.valid) < row {
		b.null()
	}
	switch {
	case shape == jsonNull:
		b.null()
		return nil
	case shape == jsonNested && b.typ != frame.Text:
		return errNested
	case shape == jsonString:
		text, err := unquote(value)
		if err != nil {
			return err
		}
		value = text
	}
	return b.add(value)
}

var errNested = errors.New("an array or object: expected a single value, or name the type Text to keep its JSON")

// A jsonShape is what a JSON value is.
type jsonShape uint8

const (
	jsonNull jsonShape = iota
	jsonString
	jsonNumber
	jsonBool
	jsonNested
)

var shapes = [...]string{jsonString: "string", jsonNumber: "number", jsonBool: "boolean", jsonNested: "array or object"}

type jsonTable struct {
	options ReadOptions
	rows    int
	columns []jsonColumn
	places  map[string]int
}

// A jsonColumn is what has been seen of a key.
type jsonColumn struct {
	name  string
	kinds kinds
	first seen // its first value that is not null
	other seen // its first one of another shape
	line  int  // the last one that has the key
}

type seen struct {
	shape jsonShape
	line  int
}

// look takes note of a value.
func (t *jsonTable) look(_, k int, value []byte, shape jsonShape) error {
	c := &t.columns[k]
	if shape == jsonNull {
		return nil
	}
	line := c.line
	of := kindsOf(value)
	if shape == jsonString {
		text, err := unquote(value)
		if err != nil {
			return err
		}
		if of = kindsOf(text) &^ (isInt | isFloat | isBool); string(text) == "NaN" || string(text) == "Inf" || string(text) == "-Inf" {
			of |= isFloat
			if c.first.shape == jsonNumber {
				shape = jsonNumber
			}
		}
	}
	if shape == jsonNumber {
		of &^= isText | isTime
		if c.first.shape == jsonString && c.kinds&isFloat != 0 { // NaN came first
			c.first.shape = jsonNumber
		}
	}
	if c.first.line == 0 {
		c.first, c.kinds = seen{shape, line}, of
		return nil
	}
	if shape != c.first.shape && c.other.line == 0 {
		c.other = seen{shape, line}
	}
	c.kinds = c.kinds&of | isValue
	return nil
}

// each calls fn for each value of each line: the row, from 0, the number of the
// column, and the value.
func (t *jsonTable) each(data []byte, fn func(row, k int, value []byte, shape jsonShape) error) error {
	t.rows = 0
	for k := range t.columns {
		t.columns[k].line = 0
	}
	for line := 1; len(data) > 0; line++ {
		text, rest, _ := bytes.Cut(data, []byte{'\n'})
		data = rest
		if line == 1 {
			text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
		}
		if text = bytes.TrimSpace(text); len(text) == 0 {
			continue
		}
		if !json.Valid(text) || text[0] != '{' {
			return fmt.Errorf("line %d: not a JSON object", line)
		}
		t.rows++
		err := eachMember(text, func(key, value []byte, shape jsonShape) error {
			name, err := unquote(key)
			if err != nil {
				return fmt.Errorf("line %d: %w", line, err)
			}
			k, ok := t.places[string(name)]
			if !ok {
				k = len(t.columns)
				t.places[string(name)] = k
				t.columns = append(t.columns, jsonColumn{name: string(name), kinds: anyKind})
			}
			if t.columns[k].line == line {
				return fmt.Errorf("line %d: key %q is there twice", line, name)
			}
			t.columns[k].line = line
			if err := fn(t.rows-1, k, value, shape); err != nil {
				return fmt.Errorf("line %d, key %q: %w", line, name, err)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// eachMember calls fn for each member of a valid JSON object.
func eachMember(object []byte, fn func(key, value []byte, shape jsonShape) error) error {
	s := object[1:]
	for {
		s = bytes.TrimLeft(s, " \t\r\n,")
		if s[0] == '}' {
			return nil
		}
		key := s[:valueLen(s)]
		s = bytes.TrimLeft(s[len(key):], " \t\r\n:")
		value := s[:valueLen(s)]
		s = s[len(value):]
		shape := jsonNumber
		switch value[0] {
		case '"':
			shape = jsonString
		case '{', '[':
			shape = jsonNested
		case 't', 'f':
			shape = jsonBool
		case 'n':
			shape = jsonNull
		}
		if err := fn(key, value, shape); err != nil {
			return err
		}
	}
}

// valueLen returns the length of the valid JSON value that s begins with.
func valueLen(s []byte) int {
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			if quoted = !quoted; !quoted && depth == 0 {
				return i + 1
			}
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth == 0 { // that of the object around a number or a word
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case depth == 0 && (c == ',' || c == ' ' || c == '\t' || c == '\r' || c == ':'):
			return i
		}
	}
	return len(s)
}

// unquote returns the text of a valid JSON string.
func unquote(s []byte) ([]byte, error) {
	if bytes.IndexByte(s, '\\') < 0 {
		return s[1 : len(s)-1], nil
	}
	var text string
	err := json.Unmarshal(s, &text)
	return []byte(text), err
}

// WriteJSONLines writes a frame as JSON Lines: an object for each row, with all
// columns as keys, in their order. Times are strings in RFC 3339, in UTC; NaN and
// the infinities, which JSON has no numbers for, the strings NaN, Inf and -Inf.
// O(size), with memory for a few lines.
func WriteJSONLines(w io.Writer, f *frame.Frame, o WriteOptions) error {
	if err := writeJSON(w, f, o); err != nil {
		return fmt.Errorf("write JSON lines: %w", err)
	}
	return nil
}

func writeJSON(w io.Writer, f *frame.Frame, o WriteOptions) error {
	if w == nil {
		return errors.New("no writer")
	}
	rows, err := jsonRows(f, o)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 1<<16)
	var line []byte
	for row := range f.Len() {
		line = append(rows(line[:0], row), '\n')
		if _, err := out.Write(line); err != nil {
			return err
		}
	}
	return out.Flush()
}

// JSONRows returns a function that appends row i of a frame to dst as a JSON
// object, as [WriteJSONLines] writes it. It is not for concurrent use.
func JSONRows(f *frame.Frame, o WriteOptions) (appendRow func(dst []byte, i int) []byte, err error) {
	rows, err := jsonRows(f, o)
	if err != nil {
		return nil, fmt.Errorf("JSON of rows: %w", err)
	}
	return rows, nil
}

func jsonRows(f *frame.Frame, o WriteOptions) (func(dst []byte, i int) []byte, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	columns := f.Columns()
	if err := checkYears(columns); err != nil {
		return nil, err
	}
	for _, c := range columns {
		for _, word := range append(slices.Clone(c.Dictionary()), c.Name()) {
			if !utf8.ValidString(word) {
				return nil, fmt.Errorf("column %q: %q is not UTF-8, and has no JSON", c.Name(), word)
			}
		}
	}
	keys := make([][]byte, len(columns))
	cells := make([]func(dst []byte, row int) []byte, len(columns))
	for k, c := range columns {
		keys[k] = append(quote(c.Name()), ':')
		cells[k] = jsonCells(c, o.Decimals)
	}
	return func(dst []byte, i int) []byte {
		dst = append(dst, '{')
		for k, c := range columns {
			if k > 0 {
				dst = append(dst, ',')
			}
			dst = append(dst, keys[k]...)
			if c.IsNull(i) {
				dst = append(dst, "null"...)
			} else {
				dst = cells[k](dst, i)
			}
		}
		return append(dst, '}')
	}, nil
}

// jsonCells returns what appends a row's value of a column, which is not null.
func jsonCells(c frame.Column, decimals int) func(dst []byte, row int) []byte {
	switch c.Type() {
	case frame.Float64:
		values := c.Float64s()
		return func(dst []byte, row int) []byte {
			from := len(dst)
			dst = appendFloat(dst, values[row], decimals)
			switch string(dst[from:]) {
			case "NaN", "-Inf":
				return append(append(append(dst[:from:from], '"'), dst[from:]...), '"')
			case "+Inf":
				return append(dst[:from], `"Inf"`...)
			}
			return dst
		}
	case frame.Time:
		values := c.Int64s()
		return func(dst []byte, row int) []byte {
			dst = time.UnixMicro(values[row]).UTC().AppendFormat(append(dst, '"'), time.RFC3339Nano)
			return append(dst, '"')
		}
	case frame.Bool:
		bits := c.Bits()
		return func(dst []byte, row int) []byte { return strconv.AppendBool(dst, bits.Get(row)) }
	case frame.Text:
		words := make([][]byte, len(c.Dictionary()))
		codes := c.Codes()
		return func(dst []byte, row int) []byte {
			code := codes[row]
			if words[code] == nil {
				words[code] = quote(c.Dictionary()[code])
			}
			return append(dst, words[code]...)
		}
	}
	values := c.Int64s()
	return func(dst []byte, row int) []byte { return strconv.AppendInt(dst, values[row], 10) }
}

// quote returns a text as a JSON string, with no more escapes than JSON needs.
func quote(s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(s) // which never fails for a string
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'})
}
