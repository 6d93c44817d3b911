package sink

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/frame"
)

// A Result is what a folder holds of a run: all that a page shows.
type Result struct {
	Run    *Run
	Report *frame.Frame
	Detail *analysis.Detail
}

// ErrResult is wrapped by errors that say why a folder holds no whole result of
// one run.
var ErrResult = errors.New("no whole result")

// ReadResult reads run.json, report.csv and detail.json of dir. The two others
// must be those that run.json names; else the error wraps [ErrResult]. A carriage
// return before a line feed inside a text is lost.
func ReadResult(dir string) (*Result, error) {
	run, err := ReadRun(dir)
	if err != nil {
		return nil, err
	}
	report, err := readNamed(dir, ReportName, run.ReportSHA256)
	if err != nil {
		return nil, err
	}
	detail, err := readNamed(dir, DetailName, run.DetailSHA256)
	if err != nil {
		return nil, err
	}
	r := &Result{Run: run}
	if r.Report, err = decodeReport(bytes.NewReader(report)); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrResult, filepath.Join(dir, ReportName), err)
	}
	if r.Detail, err = decodeDetail(detail); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrResult, filepath.Join(dir, DetailName), err)
	}
	return r, nil
}

// readNamed reads the file that run.json names by its SHA-256.
func readNamed(dir, name, sha256 string) ([]byte, error) {
	path := filepath.Join(dir, name)
	data, err := os.ReadFile(path)
	switch {
	case sha256 == "" || errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: the last run left no %s; analyse again", ErrResult, path)
	case err != nil:
		return nil, err
	case sha256Hex(data) != sha256:
		return nil, fmt.Errorf("%w: %s is not the one that %s names", ErrResult, path, RunName)
	}
	return data, nil
}

// decodeReport reads a report as CSV wrote it.
func decodeReport(r io.Reader) (*frame.Frame, error) {
	records, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, err
	}
	header := make([]string, len(analysis.Columns))
	for i, c := range analysis.Columns {
		header[i] = c.Name
	}
	if len(records) == 0 || !slices.Equal(records[0], header) {
		return nil, errors.New("its header is not that of a report")
	}
	columns := make([]frame.Column, len(header))
	for i, c := range analysis.Columns {
		if columns[i], err = decodeColumn(c, records[1:], i); err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
	}
	return frame.New(columns...)
}

func decodeColumn(c analysis.Column, records [][]string, at int) (frame.Column, error) {
	n := len(records)
	texts, counts, numbers := make([]string, n), make([]int64, n), make([]float64, n)
	valid := frame.NewBitmap(n)
	for i, record := range records {
		cell := record[at]
		if cell == "" && c.Kind != analysis.Count {
			continue
		}
		valid.Set(i)
		var err error
		switch c.Kind {
		case analysis.Text:
			texts[i] = Unprotect(cell)
		case analysis.Count:
			counts[i], err = strconv.ParseInt(cell, 10, 64)
		case analysis.Number:
			numbers[i], err = strconv.ParseFloat(cell, 64)
		}
		if err != nil {
			return frame.Column{}, fmt.Errorf("row %d: %w", i+1, err)
		}
	}
	switch c.Kind {
	case analysis.Text:
		return frame.Texts(c.Name, texts, valid), nil
	case analysis.Count:
		return frame.Int64s(c.Name, counts, nil), nil
	}
	return frame.Float64s(c.Name, numbers, valid), nil
}

// detailSchema is the version of detail.json: it changes when a reader of the
// older one would misunderstand.
const detailSchema = 1

type detailFile struct {
	Schema int `json:"schema"`
	*analysis.Detail
}

func encodeDetail(d *analysis.Detail) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(detailFile{detailSchema, d}); err != nil {
		return nil, fmt.Errorf("%s: %w", DetailName, err)
	}
	return b.Bytes(), nil
}

func decodeDetail(data []byte) (*analysis.Detail, error) {
	var file detailFile
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, err
	}
	if file.Schema != detailSchema || file.Detail == nil {
		return nil, fmt.Errorf("it has schema %d, and this version reads %d", file.Schema, detailSchema)
	}
	return file.Detail, nil
}
