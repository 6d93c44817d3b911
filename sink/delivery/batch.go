package delivery

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"

	"github.com/sav-analytics/sav/analysis"
)

// BatchSize is how many rows of the report go into one request; the last batch
// may have fewer.
const BatchSize = 10

// A Batch is some consecutive rows of a report as the API receives them.
type Batch struct {
	Number int    // 1 for the report's first batch
	Rows   int    // 1 to BatchSize
	Body   []byte // a JSON array of objects, one for each row
}

// Batches yields the batches of the report.csv that r reads, in order. The
// same bytes give the same batches. A report without rows has none.
//
// An object's keys are the report's columns in their order; numbers stand as
// they are in the report, an empty cell is null, and text is without the
// apostrophe that protects it from spreadsheets. The sequence ends with the
// first error, which wraps [ErrReport] if the bytes are not a report's.
func Batches(r io.Reader) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		rows, err := newReportReader(r)
		if err != nil {
			yield(Batch{}, err)
			return
		}
		var body []byte
		for number := 1; ; number++ {
			batch := Batch{Number: number}
			body = append(body[:0], '[')
			for batch.Rows < BatchSize {
				cells, err := rows.next()
				if err == io.EOF {
					break
				}
				if err == nil {
					if batch.Rows > 0 {
						body = append(body, ',')
					}
					body, err = rows.appendObject(body, cells)
				}
				if err != nil {
					yield(Batch{}, err)
					return
				}
				batch.Rows++
			}
			if batch.Rows == 0 {
				return
			}
			body = append(body, ']')
			batch.Body = bytes.Clone(body)
			if !yield(batch, nil) {
				return
			}
		}
	}
}

// A reportReader reads the rows of a report.csv.
type reportReader struct {
	records *recordReader
	columns []analysis.Column
	keys    [][]byte // `"name":` for each column
	str     bytes.Buffer
	enc     *json.Encoder // to str
}

// newReportReader reads the header and makes sure that it is a report's.
func newReportReader(r io.Reader) (*reportReader, error) {
	rr := &reportReader{records: newRecordReader(r)}
	rr.enc = json.NewEncoder(&rr.str)
	rr.enc.SetEscapeHTML(false)
	header, err := rr.records.next()
	if err == io.EOF {
		return nil, fmt.Errorf("%w: it is empty, not even a header", ErrReport)
	}
	if err != nil {
		return nil, err
	}
	names := make([]string, len(header))
	for i, name := range header {
		names[i] = string(name)
	}
	if rr.columns, err = analysis.ColumnsOf(names); err != nil {
		return nil, fmt.Errorf("%w: its header: %w", ErrReport, err)
	}
	for _, column := range rr.columns {
		rr.keys = append(rr.keys, fmt.Appendf(nil, "%q:", column.Name))
	}
	return rr, nil
}

// next gives the cells of the next row, valid until the one after, or io.EOF.
func (rr *reportReader) next() ([][]byte, error) {
	cells, err := rr.records.next()
	if err == nil && len(cells) != len(rr.columns) {
		return nil, rr.records.errorf("%d cells instead of %d", len(cells), len(rr.columns))
	}
	return cells, err
}

// appendObject appends a row as a JSON object.
func (rr *reportReader) appendObject(dst []byte, cells [][]byte) ([]byte, error) {
	dst = append(dst, '{')
	for i, cell := range cells {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, rr.keys[i]...)
		switch {
		case len(cell) == 0:
			dst = append(dst, "null"...)
		case rr.columns[i].Kind != analysis.Text:
			if !isNumber(cell) {
				return nil, rr.records.errorf("%s is %q, not a number", rr.columns[i].Name, cell)
			}
			dst = append(dst, cell...)
		default:
			if cell[0] == '\'' { // the report protects a leading apostrophe too, so the first is never the text's own
				cell = cell[1:]
			}
			rr.str.Reset()
			if err := rr.enc.Encode(string(cell)); err != nil {
				return nil, err
			}
			dst = append(dst, bytes.TrimSuffix(rr.str.Bytes(), []byte("\n"))...)
		}
	}
	return append(dst, '}'), nil
}

// isNumber reports whether cell is a number as JSON writes it, which is how
// the report does.
func isNumber(cell []byte) bool {
	first := cell[0]
	return (first == '-' || first >= '0' && first <= '9') && json.Valid(cell)
}

// A recordReader reads the records of a report.csv: RFC 4180, lines end with
// LF. It is not encoding/csv because that drops a carriage return before a line
// break inside quotes, and the API is to get the text itself.
type recordReader struct {
	r     *bufio.Reader
	line  int // lines read so far
	start int // the line on which the last record starts, from 1

	text  []byte // the cells' text, unquoted, one after the other
	ends  []int  // where each cell ends in text
	cells [][]byte
}

// bom is a byte-order mark in UTF-8, with which a report may begin.
const bom = "\uFEFF"

func newRecordReader(r io.Reader) *recordReader {
	buffered := bufio.NewReaderSize(r, 1<<16)
	if first, _ := buffered.Peek(len(bom)); string(first) == bom {
		buffered.Discard(len(bom))
	}
	return &recordReader{r: buffered}
}

// next reads a record; its cells are valid until the following call. At the
// end of the input it returns io.EOF.
func (rr *recordReader) next() ([][]byte, error) {
	rr.text, rr.ends, rr.start = rr.text[:0], rr.ends[:0], rr.line+1
	quoted := false // inside a quoted cell
	for {
		line, err := rr.readLine()
		if err == io.EOF && len(line) == 0 {
			if quoted {
				return nil, rr.errorf("a quote is never closed")
			}
			return nil, io.EOF
		}
		if err != nil && err != io.EOF {
			return nil, err
		}
		if quoted, err = rr.scan(line, quoted); err != nil {
			return nil, err
		}
		if !quoted {
			return rr.split(), nil
		}
	}
}

// readLine reads one physical line with its line break.
func (rr *recordReader) readLine() ([]byte, error) {
	line, err := rr.r.ReadSlice('\n')
	if err == bufio.ErrBufferFull { // longer than the buffer: a copy is needed
		long := bytes.Clone(line)
		for err == bufio.ErrBufferFull {
			line, err = rr.r.ReadSlice('\n')
			long = append(long, line...)
		}
		line = long
	}
	if len(line) > 0 {
		rr.line++
	}
	return line, err
}

// scan takes the cells of one physical line, the first of which goes on from
// the line before if quoted. It reports whether a quoted cell is still open.
func (rr *recordReader) scan(line []byte, quoted bool) (open bool, err error) {
	for {
		if !quoted && len(line) > 0 && line[0] == '"' {
			quoted, line = true, line[1:]
		}
		for quoted {
			i := bytes.IndexByte(line, '"')
			if i < 0 {
				rr.text = append(rr.text, line...)
				return true, nil
			}
			rr.text = append(rr.text, line[:i]...)
			line = line[i+1:]
			if quoted = len(line) > 0 && line[0] == '"'; quoted { // a doubled quote is one
				rr.text, line = append(rr.text, '"'), line[1:]
				continue
			}
			if rest := bytes.TrimSuffix(line, []byte("\n")); len(rest) > 0 && rest[0] != ',' {
				return false, rr.errorf("text stands after a closing quote")
			}
		}
		i := bytes.IndexByte(line, ',')
		if i < 0 {
			rr.text = append(rr.text, bytes.TrimSuffix(line, []byte("\n"))...)
			rr.ends = append(rr.ends, len(rr.text))
			return false, nil
		}
		rr.text = append(rr.text, line[:i]...)
		rr.ends = append(rr.ends, len(rr.text))
		line = line[i+1:]
	}
}

func (rr *recordReader) split() [][]byte {
	rr.cells = rr.cells[:0]
	from := 0
	for _, to := range rr.ends {
		rr.cells = append(rr.cells, rr.text[from:to])
		from = to
	}
	return rr.cells
}

func (rr *recordReader) errorf(format string, args ...any) error {
	return fmt.Errorf("%w: line %d: %w", ErrReport, rr.start, fmt.Errorf(format, args...))
}
