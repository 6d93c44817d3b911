package rundir

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/analysis/detail"
	"github.com/sav-analytics/sav/internal/analysis/schema"
	"github.com/sav-analytics/sav/internal/cells"
	"github.com/sav-analytics/sav/internal/filelock"
	"github.com/sav-analytics/sav/internal/outfile"
)

// A Result is what a folder holds of a run: all that a page shows.
type Result struct {
	Run    *Run
	Report *frame.Frame
	Detail *detail.Detail
}

// ErrResult is wrapped by errors that say why a folder does not hold the whole
// result of one run.
var ErrResult = errors.New("no whole result")

// ReadResult reads run.json, report.csv and detail.json of dir, all of one run.
// The error wraps [ErrResult] if the two others are not there, or not the ones
// that run.json names.
func ReadResult(ctx context.Context, dir string) (*Result, error) {
	run, files, err := openResult(ctx, dir, ReportName, DetailName)
	if err != nil {
		return nil, err
	}
	return readResult(run, files)
}

// WritePage has write make dir/report.html of the result in dir, and returns
// what run.json says of that.
func WritePage(ctx context.Context, dir string, write func(io.Writer, *Result) error) (*Run, error) {
	unlock, err := lockFolder(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer unlock() // no other result takes the place meanwhile
	run, files, err := openFiles(dir, ReportName, DetailName)
	if err != nil {
		return nil, err
	}
	result, err := readResult(run, files)
	if err != nil {
		return nil, err
	}
	var page bytes.Buffer
	if err := write(&page, result); err != nil {
		return nil, err
	}
	return run, outfile.WriteFile(filepath.Join(dir, PageName), outfile.Public, page.Bytes())
}

// readResult reads the files that openResult opened, and closes them.
func readResult(run *Run, files []*os.File) (*Result, error) {
	defer closeAll(files)
	r := &Result{Run: run}
	var err error
	if r.Report, err = readNamed(files[0], run.ReportSHA256, decodeReport); err != nil {
		return nil, err
	}
	r.Detail, err = readNamed(files[1], run.DetailSHA256, decodeDetail)
	return r, err
}

// ReadReport reads report.csv and run.json of dir, both of one run. The error wraps
// [ErrResult] as that of ReadResult does.
func ReadReport(ctx context.Context, dir string) (*frame.Frame, *Run, error) {
	run, files, err := openResult(ctx, dir, ReportName)
	if err != nil {
		return nil, nil, err
	}
	defer closeAll(files)
	report, err := readNamed(files[0], run.ReportSHA256, decodeReport)
	return report, run, err
}

// OpenReport opens dir/report.csv and reads dir/run.json, both of one run. The
// caller compares the report's bytes with run.ReportSHA256: somebody may have
// edited it. The error wraps [ErrResult] if there is a run.json but no report.
func OpenReport(ctx context.Context, dir string) (*os.File, *Run, error) {
	run, files, err := openResult(ctx, dir, ReportName)
	if err != nil {
		return nil, nil, err
	}
	return files[0], run, nil
}

// openResult opens the named files of dir beside its run.json. Under the
// folder's lock they are of one run, and an open file stays what it is when a
// newer one takes its name.
func openResult(ctx context.Context, dir string, names ...string) (*Run, []*os.File, error) {
	unlock, err := lockFolder(ctx, dir)
	if err != nil {
		return nil, nil, err
	}
	defer unlock()
	return openFiles(dir, names...)
}

// openFiles does what openResult does, for a caller that holds the folder's lock.
func openFiles(dir string, names ...string) (*Run, []*os.File, error) {
	run, err := readRun(dir)
	if err != nil {
		return nil, nil, err
	}
	var files []*os.File
	for _, name := range names {
		file, err := filelock.Open(filepath.Join(dir, name), os.O_RDONLY, 0)
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("%w: the last run left no %s; analyse again", ErrResult, filepath.Join(dir, name))
		}
		if err != nil {
			closeAll(files)
			return nil, nil, err
		}
		files = append(files, file)
	}
	return run, files, nil
}

func closeAll(files []*os.File) {
	for _, file := range files {
		file.Close()
	}
}

// readNamed reads and decodes a file that run.json names by its SHA-256.
func readNamed[T any](file *os.File, sha256 string, decode func([]byte) (T, error)) (v T, err error) {
	data, err := io.ReadAll(file)
	if err != nil {
		return v, err
	}
	if sha256Hex(data) != sha256 {
		return v, fmt.Errorf("%w: %s is not the one that %s names", ErrResult, file.Name(), RunName)
	}
	if v, err = decode(data); err != nil {
		err = fmt.Errorf("%w: %s: %w", ErrResult, file.Name(), err)
	}
	return v, err
}

// decodeReport reads a report as CSV wrote it.
func decodeReport(data []byte) (*frame.Frame, error) {
	in := cells.NewReader(bytes.NewReader(data))
	var records [][]string
	for {
		row, err := in.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		record := cells.Texts(row)
		if len(records) > 0 && len(record) != len(records[0]) {
			return nil, fmt.Errorf("line %d: %d fields; expected %d", in.Line(), len(record), len(records[0]))
		}
		records = append(records, record)
	}
	if len(records) == 0 {
		return nil, errors.New("it is empty, without a header")
	}
	header, err := schema.ColumnsOf(records[0])
	if err != nil {
		return nil, fmt.Errorf("its header is not that of a report: %w", err)
	}
	columns := make([]frame.Column, len(header))
	for i, c := range header {
		if columns[i], err = decodeColumn(c, records[1:], i); err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
	}
	return frame.New(columns...)
}

func decodeColumn(c schema.Column, records [][]string, at int) (frame.Column, error) {
	n := len(records)
	texts, counts, numbers := make([]string, n), make([]int64, n), make([]float64, n)
	valid := frame.NewBitmap(n)
	for i, record := range records {
		cell := record[at]
		if cell == "" && c.Kind != schema.Count {
			continue
		}
		valid.Set(i)
		var err error
		switch c.Kind {
		case schema.Text:
			texts[i] = cells.Unprotect(cell)
		case schema.Count:
			counts[i], err = strconv.ParseInt(cell, 10, 64)
		case schema.Number:
			numbers[i], err = strconv.ParseFloat(cell, 64)
		}
		if err != nil {
			return frame.Column{}, fmt.Errorf("row %d: %w", i+1, err)
		}
	}
	switch c.Kind {
	case schema.Text:
		return frame.Texts(c.Name, texts, valid), nil
	case schema.Count:
		return frame.Int64s(c.Name, counts, nil), nil
	}
	return frame.Float64s(c.Name, numbers, valid), nil
}

// detailSchema is the version of detail.json: it changes when a reader of the
// older one would misunderstand.
const detailSchema = 3

type detailFile struct {
	Schema int `json:"schema"`
	*detail.Detail
}

func encodeDetail(d *detail.Detail) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(detailFile{detailSchema, d}); err != nil {
		return nil, fmt.Errorf("%s: %w", DetailName, err)
	}
	return b.Bytes(), nil
}

func decodeDetail(data []byte) (*detail.Detail, error) {
	var file detailFile
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, err
	}
	if file.Schema != detailSchema || file.Detail == nil {
		return nil, fmt.Errorf("it has schema %d, and this version reads %d", file.Schema, detailSchema)
	}
	return file.Detail, nil
}
