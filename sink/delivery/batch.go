package delivery

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/sav-analytics/sav/internal/analysis/schema"
	"github.com/sav-analytics/sav/internal/cells"
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
	records *cells.Reader
	columns []schema.Column
	keys    [][]byte // `"name":` for each column
	str     bytes.Buffer
	enc     *json.Encoder // to str
}

// newReportReader reads the header and makes sure that it is a report's.
func newReportReader(r io.Reader) (*reportReader, error) {
	rr := &reportReader{records: cells.NewReader(r)}
	rr.enc = json.NewEncoder(&rr.str)
	rr.enc.SetEscapeHTML(false)
	header, err := rr.records.Read()
	if err == io.EOF {
		return nil, fmt.Errorf("%w: it is empty, not even a header", ErrReport)
	}
	if err != nil {
		return nil, asReport(err)
	}
	if rr.columns, err = schema.ColumnsOf(cells.Texts(header)); err != nil {
		return nil, fmt.Errorf("%w: its header: %w", ErrReport, err)
	}
	for _, column := range rr.columns {
		rr.keys = append(rr.keys, fmt.Appendf(nil, "%q:", column.Name))
	}
	return rr, nil
}

// next gives the cells of the next row, valid until the one after, or io.EOF.
func (rr *reportReader) next() ([][]byte, error) {
	cells, err := rr.records.Read()
	if err == nil && len(cells) != len(rr.columns) {
		return nil, rr.errorf("%d cells instead of %d", len(cells), len(rr.columns))
	}
	return cells, asReport(err)
}

// asReport has an error of what the report holds wrap ErrReport, but not one of
// reading its file.
func asReport(err error) error {
	if errors.Is(err, cells.ErrCSV) {
		return fmt.Errorf("%w: %w", ErrReport, err)
	}
	return err
}

func (rr *reportReader) errorf(format string, args ...any) error {
	return fmt.Errorf("%w: line %d: %w", ErrReport, rr.records.Line(), fmt.Errorf(format, args...))
}

// appendObject appends a row as a JSON object.
func (rr *reportReader) appendObject(dst []byte, row [][]byte) ([]byte, error) {
	dst = append(dst, '{')
	for i, cell := range row {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, rr.keys[i]...)
		switch {
		case len(cell) == 0:
			dst = append(dst, "null"...)
		case rr.columns[i].Kind != schema.Text:
			if !cells.IsNumber(cell) {
				return nil, rr.errorf("%s is %q, not a number", rr.columns[i].Name, cell)
			}
			dst = append(dst, cell...)
		default:
			rr.str.Reset()
			if err := rr.enc.Encode(cells.Unprotect(string(cell))); err != nil {
				return nil, err
			}
			dst = append(dst, bytes.TrimSuffix(rr.str.Bytes(), []byte("\n"))...)
		}
	}
	return append(dst, '}'), nil
}
