package rundir

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/analysis/detail"
	"github.com/sav-analytics/sav/internal/analysis/shard"
	"github.com/sav-analytics/sav/internal/cells"
	"github.com/sav-analytics/sav/internal/outfile"
	"github.com/sav-analytics/sav/internal/parallel"
	"github.com/sav-analytics/sav/source"
)

// A Folder is the output folder of a run. Its files take their places as one;
// until then an older result stays whole. Close it in any case.
type Folder struct {
	// Pairs and PairsPath, if set, are written too.
	Pairs     *frame.Frame
	PairsPath string
	// State and StatePath, if set, are written too.
	State     *shard.State
	StatePath string
	// Detail, if set, is written as detail.json, from which a page can be made later.
	Detail *detail.Detail
	// Page, if set, writes report.html.
	Page func(io.Writer, *Result) error
	// BOM puts a byte-order mark before report.csv, by which Excel knows UTF-8.
	BOM bool

	dir     string
	rejects *outfile.File
	writer  *RejectWriter
}

// FailedDir is the folder below the output folder for what is known of a run
// that came to no report.
const FailedDir = "failed"

// resultNames are the files of a result in its folder.
var resultNames = []string{ReportName, RejectsName, RunName, DetailName, PageName}

// removable are what a result may remove of an earlier one.
var removable = []string{DetailName, PageName, FailedDir}

// OpenFolder makes the folder if there is none, makes sure that it can be
// written to, finishes what a killed run has left to do in it, and removes what
// that left half-written.
func OpenFolder(ctx context.Context, dir string) (*Folder, error) {
	if err := outfile.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	unlock, err := lockFolder(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer unlock()
	outfile.Sweep(dir, append([]string{commitName}, resultNames...)...)
	rejects, err := outfile.Create(filepath.Join(dir, RejectsName), outfile.Private)
	if err != nil {
		return nil, err
	}
	f := &Folder{dir: dir, rejects: rejects}
	if f.writer, err = NewRejectWriter(rejects); err != nil {
		rejects.Abort()
		return nil, err
	}
	return f, nil
}

// Reject adds a row to rejects.csv.
func (f *Folder) Reject(r *source.Reject) error { return f.writer.Write(r) }

// AddRejects adds the rows of another rejects.csv, byte for byte, and returns how
// many they are. name is the file's in errors.
func (f *Folder) AddRejects(r io.Reader, name string) (rows int64, err error) {
	return f.writer.copy(r, name)
}

// CopyRejects adds the rows that were rejected so far to another folder.
func (f *Folder) CopyRejects(to *Folder) error {
	if err := f.rejects.Flush(); err != nil {
		return err
	}
	_, err := to.AddRejects(io.NewSectionReader(f.rejects, 0, math.MaxInt64), f.rejects.Path())
	return err
}

// Path returns the path of a file below the folder.
func (f *Folder) Path(names ...string) string {
	return filepath.Join(append([]string{f.dir}, names...)...)
}

// Passed removes FailedDir, which an earlier run left.
func (f *Folder) Passed() error { return os.RemoveAll(f.Path(FailedDir)) }

// Put writes report.csv, rejects.csv, what else is set, and run.json. It removes
// FailedDir, and details and a page that an earlier run left and this one does
// not replace. After an error the older result stands.
func (f *Folder) Put(ctx context.Context, report *frame.Frame, run *Run) error {
	staged, err := f.stage(report, run)
	defer func() {
		for _, file := range staged {
			file.Abort()
		}
	}()
	if err != nil {
		return err
	}
	remove := []string{FailedDir}
	if f.Detail == nil {
		remove = append(remove, DetailName)
	}
	if f.Page == nil {
		remove = append(remove, PageName)
	}
	return f.commit(ctx, append([]*outfile.File{f.rejects}, staged...), remove)
}

// stage writes the files of a result, but rejects.csv, under temporary names.
// The caller aborts what is returned, whatever the error.
func (f *Folder) stage(report *frame.Frame, run *Run) (staged []*outfile.File, err error) {
	var buf bytes.Buffer
	if f.BOM {
		buf.WriteString(cells.BOM)
	}
	if err := CSV(&buf, report); err != nil {
		return nil, err
	}
	run.ReportSHA256 = sha256Hex(buf.Bytes())
	run.ReportRows = int64(report.Len())
	run.Files = map[string]string{
		"report":  filepath.Join(f.dir, ReportName),
		"rejects": filepath.Join(f.dir, RejectsName),
		"run":     filepath.Join(f.dir, RunName),
	}
	stage := func(name, path string, mode fs.FileMode, write func(io.Writer) error) error {
		outfile.Sweep(filepath.Dir(path), filepath.Base(path))
		file, err := outfile.Create(path, mode)
		if err != nil {
			return err
		}
		staged = append(staged, file)
		run.Files[name] = path
		return write(file)
	}
	if f.Pairs != nil {
		sum := sha256.New()
		write := func(w io.Writer) error { return CSV(io.MultiWriter(w, sum), f.Pairs) }
		if err := stage("pairs", f.PairsPath, outfile.Private, write); err != nil {
			return staged, err
		}
		run.PairsSHA256 = hex.EncodeToString(sum.Sum(nil))
	}
	if f.State != nil {
		write := func(w io.Writer) error {
			_, err := f.State.WriteTo(w)
			return err
		}
		if err := stage("state", f.StatePath, outfile.Private, write); err != nil {
			return staged, err
		}
	}
	if f.Detail != nil {
		detail, err := encodeDetail(f.Detail)
		if err != nil {
			return staged, err
		}
		run.DetailSHA256 = sha256Hex(detail)
		if err := stage("detail", filepath.Join(f.dir, DetailName), outfile.Public, writeAll(detail)); err != nil {
			return staged, err
		}
	}
	if err := stage("report", run.Files["report"], outfile.Public, writeAll(buf.Bytes())); err != nil {
		return staged, err
	}
	if f.Page != nil {
		result := &Result{Run: run, Report: report, Detail: f.Detail}
		write := func(w io.Writer) error { return f.Page(w, result) }
		if err := stage("page", filepath.Join(f.dir, PageName), outfile.Public, write); err != nil {
			return staged, err
		}
	}
	file, err := stageRun(f.dir, run)
	if err != nil {
		return staged, err
	}
	return append(staged, file), nil
}

// commit syncs files and puts them into their places.
func (f *Folder) commit(ctx context.Context, files []*outfile.File, remove []string) error {
	errs := make([]error, len(files))
	parallel.Each(len(files), func(i int) { errs[i] = files[i].Sync() }) // a disk has many queues
	if err := errors.Join(errs...); err != nil {
		return err
	}
	unlock, err := lockFolder(ctx, f.dir)
	if err != nil {
		return err
	}
	defer unlock()
	return commitFiles(f.dir, files, remove)
}

func writeAll(data []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}
}

func sha256Hex(data []byte) string { return fmt.Sprintf("%x", sha256.Sum256(data)) }

// Fail writes what is known of a run that comes to no report into FailedDir:
// rejects.csv and run.json. An older result stays as it is.
func (f *Folder) Fail(run *Run) error {
	dir := filepath.Join(f.dir, FailedDir)
	if err := outfile.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	run.Files = map[string]string{
		"rejects": filepath.Join(dir, RejectsName),
		"run":     filepath.Join(dir, RunName),
	}
	file, err := stageRun(dir, run)
	if err != nil {
		return err
	}
	defer file.Abort()
	f.rejects.MoveTo(run.Files["rejects"])
	return f.commit(context.Background(), []*outfile.File{f.rejects, file}, nil)
}

// Close drops what was not put into its place.
func (f *Folder) Close() error { return f.rejects.Abort() }

// A RejectWriter writes rejects.csv: input,line,reason,record. The record is
// the row's raw text, byte for byte.
type RejectWriter struct {
	w    io.Writer
	line []byte
}

// NewRejectWriter writes the header and returns a writer for the rows.
func NewRejectWriter(w io.Writer) (*RejectWriter, error) {
	r := &RejectWriter{w: w, line: []byte(rejectsHeader)}
	return r, r.flush()
}

const rejectsHeader = "input,line,reason,record\n"

// copy adds the rows that another RejectWriter wrote, and returns how many they
// are.
func (r *RejectWriter) copy(from io.Reader, name string) (rows int64, err error) {
	header := make([]byte, len(rejectsHeader))
	if _, err := io.ReadFull(from, header); err != nil || string(header) != rejectsHeader {
		return 0, &source.InputError{Input: name, Line: 1,
			Err: fmt.Errorf("is no rejects.csv: it does not begin with %q", rejectsHeader)}
	}
	quoted, last := false, byte('\n')
	count := func(part []byte) {
		for _, c := range part {
			if c == '"' {
				quoted = !quoted
			} else if c == '\n' && !quoted {
				rows++
			}
			last = c
		}
	}
	buf := make([]byte, 1<<16)
	for {
		n, err := from.Read(buf)
		count(buf[:n])
		r.line = append(r.line[:0], buf[:n]...)
		if err := r.flush(); err != nil {
			return 0, err
		}
		switch {
		case err == io.EOF && (quoted || last != '\n'):
			return 0, &source.InputError{Input: name, Err: errors.New("its last row is cut off")}
		case err == io.EOF:
			return rows, nil
		case err != nil:
			return 0, fmt.Errorf("read %s: %w", name, err)
		}
	}
}

// Write adds a row. Nothing of it is protected from spreadsheets: the input's
// name and the record stay as they are.
func (r *RejectWriter) Write(row *source.Reject) error {
	r.line = cells.AppendCell(r.line[:0], []byte(row.Input))
	r.line = append(r.line, ',')
	r.line = strconv.AppendInt(r.line, row.Line, 10)
	r.line = append(r.line, ',')
	r.line = append(r.line, row.Reason.String()...)
	r.line = append(r.line, ',')
	r.line = append(cells.AppendCell(r.line, row.Record), '\n')
	return r.flush()
}

func (r *RejectWriter) flush() error {
	if _, err := r.w.Write(r.line); err != nil {
		return fmt.Errorf("write rejects: %w", err)
	}
	return nil
}
