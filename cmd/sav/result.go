package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/sink"
)

// resultFlags say what becomes of an analysis, from messages or from states.
type resultFlags struct {
	Levels string `placeholder:"LEVEL,…" group:"window" help:"Parts of the report, in this order: all, country, merchant, country_merchant, merchant_client (default: the first four)."`

	Out    string `required:"" placeholder:"DIR" group:"output" help:"Folder for report.csv, rejects.csv, detail.json and run.json."`
	Report bool   `group:"output" help:"Also make the page report.html; sav report makes it later."`
	langFlag
	BOM           bool        `name:"bom" group:"output" help:"Begin report.csv with a byte-order mark, for Excel."`
	MaxRejectRate float64     `default:"0.01" placeholder:"RATE" group:"output" help:"Fail if more than this share of the rows is rejected (default ${default})."`
	guards        *guardFlags // nil: none
	rejects       rejectLog
	OnEmpty       string `enum:"report,skip" default:"report" group:"output" help:"Without a conversation in the window: write an empty report, or skip (exit 99)."`
}

// withinFlag says which columns and rows a report has beyond those of its levels.
type withinFlag struct {
	Within string `placeholder:"TIME,…" group:"window" help:"Count the answers within each of these times, in ascending order, such as 1h,24h,7d (default: 24h)."`
	Every  string `placeholder:"PERIOD" group:"window" help:"Add to each group a row for each day, week or month of --tz."`
}

func (f *withinFlag) parse(opts *analysis.Options) (err error) {
	if opts.Within, err = analysis.ParseWithin(f.Within); err != nil {
		return usage("--within: %w", err)
	}
	if opts.Every, err = analysis.ParseEvery(f.Every); err != nil {
		return usage("--every: %w", err)
	}
	return nil
}

func (f *resultFlags) parse(opts *analysis.Options) (err error) {
	if opts.Levels, err = analysis.ParseLevels(f.Levels); err != nil {
		return usage("--levels: %w", err)
	}
	if !(f.MaxRejectRate >= 0 && f.MaxRejectRate <= 1) {
		return usage("--max-reject-rate is a share from 0 to 1, not %v", f.MaxRejectRate)
	}
	opts.Detail = true
	if err := f.check(); err != nil {
		return err
	}
	return needOut(f.Out)
}

// put judges a result, puts it into its folder and prints it. The run is there
// whatever the error.
func (f *resultFlags) put(e *env, folder *sink.Folder, run *sink.Run, result *analysis.Result,
	begin time.Time) (*sink.Run, error) {
	switch err := f.judge(folder, run, result, begin); {
	case err != nil:
		run.Status, run.Error = statusInput, err.Error()
		return run, errors.Join(err, folder.Fail(run))
	case result.Conversations == 0 && f.OnEmpty == "skip":
		run.Status, run.Error = statusEmpty, "no conversation in the window"
		return run, &statusError{statusEmpty, errors.New(run.Error)}
	}
	if err := f.place(e, folder, run, result, begin); err != nil {
		return nil, err
	}
	e.log.Info("analysed", "rows", run.RowsRead, "conversations", run.Conversations, "answered", run.Answered,
		"rejected", result.Rows.TotalRejected(), "report_rows", run.ReportRows, "elapsed_s", run.Elapsed["total"])
	return run, printReport(e.stdout, run, result, f.rejects.reasons(run))
}

// judge returns an error if a result is of an input that cannot be used.
func (f *resultFlags) judge(folder *sink.Folder, run *sink.Run, result *analysis.Result, begin time.Time) error {
	if err := f.tooManyRejected(result.Rows.TotalRejected(), result.Rows.Rows, "rows", run, folder); err != nil {
		return err
	}
	if err := f.tooManyRejected(result.Facts.RejectedInWindow, result.Facts.InWindow, "rows of the window", run,
		folder); err != nil {
		return err
	}
	return f.guards.check(result, begin)
}

// place puts a result into its folder.
func (f *resultFlags) place(e *env, folder *sink.Folder, run *sink.Run, result *analysis.Result,
	begin time.Time) error {
	folder.Detail, folder.BOM = result.Detail, f.BOM
	if f.Report {
		folder.Page = f.write
	}
	run.Elapsed["total"] = time.Since(begin).Seconds()
	if err := folder.Put(e.ctx, result.Report, run); err != nil {
		return err
	}
	for _, w := range run.Warnings {
		e.log.Warn(w.Text, "code", w.Code, "count", w.Count)
	}
	return nil
}

// tooManyRejected returns an error if more of some rows were rejected than may be.
func (f *resultFlags) tooManyRejected(rejected, rows int64, what string, run *sink.Run, folder *sink.Folder) error {
	// Not of no rows; and 29 of 100 are not more than 0.29.
	if rows == 0 || float64(rejected)/float64(rows) <= f.MaxRejectRate {
		return nil
	}
	reasons, path := strings.Join(f.rejects.reasons(run), "; "), folder.Path(sink.FailedDir, sink.RejectsName)
	return &statusError{statusInput, fmt.Errorf("%d of %d %s were rejected, more than --max-reject-rate %v allows: %s; see %s",
		rejected, rows, what, f.MaxRejectRate, reasons, path)}
}

// describe says in a Run what the analysis found.
func describe(inputs []string, from, to time.Time, r *analysis.Result) *sink.Run {
	return &sink.Run{
		Version:        version(),
		Inputs:         inputs,
		Columns:        []sink.Columns{},
		Window:         sink.Window{From: rfc3339(from), To: rfc3339(to)},
		AsOf:           sink.Time(rfc3339(r.AsOf)),
		LatestMessage:  sink.Time(rfc3339(r.LatestMessage)),
		RowsRead:       r.Rows.Rows,
		Rejected:       r.Rows.RejectedBy(),
		Private:        r.Rows.Private,
		Automatic:      r.Rows.Automatic,
		OtherSender:    r.Rows.OtherSender,
		NoReplyNeeded:  r.Rows.NoReplyNeeded,
		Duplicates:     r.Duplicates,
		AmbiguousLocal: r.Rows.AmbiguousLocal,
		InvalidUTF8:    r.Rows.InvalidUTF8,
		AfterAsOf:      r.AfterAsOf,
		MerchantOnly:   r.MerchantOnly,
		OutsideWindow:  r.OutsideWindow,
		Conversations:  r.Conversations,
		Answered:       r.Answered,
		Warnings:       warnings(r),
		Elapsed: map[string]float64{
			"read": r.Elapsed.Read.Seconds(), "pair": r.Elapsed.Pair.Seconds(),
			"summarize": r.Elapsed.Summarize.Seconds(),
		},
	}
}

// rfc3339 writes a time as run.json does; the zero time is empty.
func rfc3339(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
