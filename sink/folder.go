package sink

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/source"
)

// A Sink takes a report somewhere. A [Folder] is one; package sink/delivery
// takes what a Folder holds to an API.
type Sink interface {
	// Put takes the report and what run says of it; it sets what only the sink
	// knows (Run.Files, Run.ReportSHA256).
	Put(ctx context.Context, report *frame.Frame, run *Run) error
}

// A Folder is the output folder of a run. Its files take their places together,
// run.json last; until then an older result stays whole. Close it in any case.
type Folder struct {
	// Pairs and PairsPath, if set, are written too.
	Pairs     *frame.Frame
	PairsPath string
	// State and StatePath, if set, are written too.
	State     *analysis.State
	StatePath string
	// Detail, if set, is written as detail.json, from which a page can be made later.
	Detail *analysis.Detail
	// Page, if set, writes report.html.
	Page func(io.Writer, *Result) error

	dir     string
	rejects *File
	writer  *RejectWriter
}

// FailedDir is the folder below the output folder for what is known of a run
// that came to no report.
const FailedDir = "failed"

// OpenFolder makes the folder if need be, makes sure that it can be written to,
// and removes what a killed run left half-written in it.
func OpenFolder(dir string) (*Folder, error) {
	sweep(dir, ReportName, RejectsName, RunName, DetailName, PageName)
	rejects, err := Create(filepath.Join(dir, RejectsName), Private)
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

// Put writes report.csv, rejects.csv, what else is set, and run.json. What an
// earlier run left in FailedDir is removed, and its details and page.
func (f *Folder) Put(_ context.Context, report *frame.Frame, run *Run) error {
	var buf bytes.Buffer
	if err := CSV(&buf, report); err != nil {
		return err
	}
	run.ReportSHA256 = sha256Hex(buf.Bytes())
	run.ReportRows = int64(report.Len())
	run.Files = map[string]string{
		"report":  filepath.Join(f.dir, ReportName),
		"rejects": filepath.Join(f.dir, RejectsName),
		"run":     filepath.Join(f.dir, RunName),
	}
	staged := []*File{f.rejects}
	defer func() {
		for _, file := range staged[1:] {
			file.Abort()
		}
	}()
	stage := func(name, path string, mode fs.FileMode, write func(io.Writer) error) error {
		file, err := Create(path, mode)
		if err != nil {
			return err
		}
		staged = append(staged, file)
		run.Files[name] = path
		return write(file)
	}
	if f.Pairs != nil {
		if err := stage("pairs", f.PairsPath, Private, func(w io.Writer) error { return CSV(w, f.Pairs) }); err != nil {
			return err
		}
	}
	if f.State != nil {
		write := func(w io.Writer) error {
			_, err := f.State.WriteTo(w)
			return err
		}
		if err := stage("state", f.StatePath, Private, write); err != nil {
			return err
		}
	}
	if f.Detail != nil {
		detail, err := encodeDetail(f.Detail)
		if err != nil {
			return err
		}
		run.DetailSHA256 = sha256Hex(detail)
		if err := stage("detail", filepath.Join(f.dir, DetailName), Public, writeAll(detail)); err != nil {
			return err
		}
	}
	if err := stage("report", run.Files["report"], Public, writeAll(buf.Bytes())); err != nil {
		return err
	}
	if f.Page != nil {
		result := &Result{Run: run, Report: report, Detail: f.Detail}
		if err := stage("page", filepath.Join(f.dir, PageName), Public, func(w io.Writer) error { return f.Page(w, result) }); err != nil {
			return err
		}
	}
	said, err := stageRun(f.dir, run)
	if err != nil {
		return err
	}
	staged = append(staged, said)
	for _, file := range staged { // so that only renames are left to go wrong
		if err := file.Sync(); err != nil {
			return err
		}
	}
	for _, file := range staged {
		if err := file.Commit(); err != nil {
			return err
		}
	}
	return f.removeOlder(run)
}

// removeOlder removes what an earlier run left and this one did not replace.
func (f *Folder) removeOlder(run *Run) error {
	for name, file := range map[string]string{"detail": DetailName, "page": PageName} {
		if _, replaced := run.Files[name]; replaced {
			continue
		}
		if err := os.Remove(filepath.Join(f.dir, file)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return os.RemoveAll(filepath.Join(f.dir, FailedDir))
}

func writeAll(data []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}
}

func sha256Hex(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Fail writes what is known of a run that comes to no report into FailedDir:
// rejects.csv and run.json. An older result stays as it is.
func (f *Folder) Fail(run *Run) error {
	dir := filepath.Join(f.dir, FailedDir)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	run.Files = map[string]string{
		"rejects": filepath.Join(dir, RejectsName),
		"run":     filepath.Join(dir, RunName),
	}
	f.rejects.path = run.Files["rejects"]
	if err := f.rejects.Commit(); err != nil {
		return err
	}
	return WriteRun(dir, run)
}

// Close drops what was not put into its place.
func (f *Folder) Close() { f.rejects.Abort() }
