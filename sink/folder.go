package sink

import (
	"context"
	"io"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/analysis/inside"
	"github.com/sav-analytics/sav/internal/sink/page"
	"github.com/sav-analytics/sav/internal/sink/rundir"
	"github.com/sav-analytics/sav/source"
)

// A Sink takes a result somewhere. A [Folder] is one; package sink/delivery
// takes what a Folder holds to an API.
type Sink interface {
	Put(ctx context.Context, result *analysis.Result) error
}

// ErrResult is wrapped by errors that say why a folder does not hold the whole
// result of one run.
var ErrResult = rundir.ErrResult

// ErrBusy says that another process is changing or reading the folder.
var ErrBusy = rundir.ErrBusy

// A Folder is the output folder of a run. Its files take their places as one;
// until then an older result stays whole. Close it in any case.
type Folder struct {
	// Pairs and PairsPath, if set, are written too.
	Pairs     *frame.Frame
	PairsPath string
	// BOM puts a byte-order mark before report.csv, by which Excel knows UTF-8.
	BOM bool

	dir *rundir.Folder
}

// OpenFolder makes the folder if there is none, makes sure that it can be
// written to, finishes what a killed run has left to do in it, and removes what
// that left half-written.
func OpenFolder(ctx context.Context, dir string) (*Folder, error) {
	opened, err := rundir.OpenFolder(ctx, dir)
	if err != nil {
		return nil, err
	}
	return &Folder{dir: opened}, nil
}

// Reject adds a row to rejects.csv.
func (f *Folder) Reject(r *source.Reject) error { return f.dir.Reject(r) }

// Put writes report.csv, rejects.csv, run.json, and detail.json if the result has
// details. What an earlier run left, and this one does not replace, is removed.
// After an error the older result stands.
func (f *Folder) Put(ctx context.Context, result *analysis.Result) error {
	f.dir.Pairs, f.dir.PairsPath, f.dir.BOM, f.dir.Detail = f.Pairs, f.PairsPath, f.BOM, inside.Of(result).Detail
	run, held := rundir.RunOf(result), inside.Of(result)
	run.Window = rundir.Window{From: string(rundir.TimeOf(held.From)), To: string(rundir.TimeOf(held.To))}
	return f.dir.Put(ctx, result.Report, run)
}

// Close drops what was not put into its place.
func (f *Folder) Close() error { return f.dir.Close() }

// ReadReport reads the report that dir holds. The error wraps [ErrResult] if it is not
// there, or not the one that run.json names.
func ReadReport(ctx context.Context, dir string) (*frame.Frame, error) {
	report, _, err := rundir.ReadReport(ctx, dir)
	return report, err
}

// WritePage makes report.html, a page with pictures, of the result that dir holds, in
// English (en) or French (fr). The error wraps [ErrResult] if there is none with details.
func WritePage(ctx context.Context, dir, language string) error {
	_, err := rundir.WritePage(ctx, dir, func(w io.Writer, result *rundir.Result) error {
		return page.Write(w, result, page.Options{Language: language})
	})
	return err
}
