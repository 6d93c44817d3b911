package sink

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"

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
	sweep(dir, ReportName, RejectsName, RunName)
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

// Put writes report.csv, rejects.csv, the pairs if there are any, and run.json.
// What an earlier run left in FailedDir is removed.
func (f *Folder) Put(_ context.Context, report *frame.Frame, run *Run) error {
	var buf bytes.Buffer
	if err := CSV(&buf, report); err != nil {
		return err
	}
	hash := sha256.Sum256(buf.Bytes())
	run.ReportSHA256 = hex.EncodeToString(hash[:])
	run.ReportRows = int64(report.Len())
	run.Files = map[string]string{
		"report":  filepath.Join(f.dir, ReportName),
		"rejects": filepath.Join(f.dir, RejectsName),
		"run":     filepath.Join(f.dir, RunName),
	}
	staged := []*File{f.rejects}
	if f.Pairs != nil {
		pairs, err := Create(f.PairsPath, Private)
		if err != nil {
			return err
		}
		defer pairs.Abort()
		if err := CSV(pairs, f.Pairs); err != nil {
			return err
		}
		staged = append(staged, pairs)
		run.Files["pairs"] = f.PairsPath
	}
	out, err := Create(run.Files["report"], Public)
	if err != nil {
		return err
	}
	defer out.Abort()
	if _, err := out.Write(buf.Bytes()); err != nil {
		return err
	}
	said, err := stageRun(f.dir, run)
	if err != nil {
		return err
	}
	defer said.Abort()
	staged = append(staged, out, said)
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
	return os.RemoveAll(filepath.Join(f.dir, FailedDir))
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
