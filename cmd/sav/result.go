package main

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/analysis/inside"
	"github.com/sav-analytics/sav/internal/duration"
	"github.com/sav-analytics/sav/internal/micros"
	"github.com/sav-analytics/sav/internal/sink/rundir"
	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/source/files"
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
func (f *resultFlags) put(e *env, folder *rundir.Folder, run *rundir.Run, result *analysis.Result,
	begin time.Time) (*rundir.Run, error) {
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
func (f *resultFlags) judge(folder *rundir.Folder, run *rundir.Run, result *analysis.Result, begin time.Time) error {
	if err := f.tooManyRejected(result.Rows.TotalRejected(), result.Rows.Rows, "rows", run, folder); err != nil {
		return err
	}
	facts := &inside.Of(result).Facts
	if err := f.tooManyRejected(facts.RejectedInWindow, facts.InWindow, "rows of the window", run,
		folder); err != nil {
		return err
	}
	return f.guards.check(result, begin)
}

func (f *resultFlags) place(e *env, folder *rundir.Folder, run *rundir.Run, result *analysis.Result,
	begin time.Time) error {
	folder.Detail, folder.BOM = inside.Of(result).Detail, f.BOM
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
func (f *resultFlags) tooManyRejected(rejected, rows int64, what string, run *rundir.Run, folder *rundir.Folder) error {
	// Not of no rows; and 29 of 100 are not more than 0.29.
	if rows == 0 || float64(rejected)/float64(rows) <= f.MaxRejectRate {
		return nil
	}
	reasons, path := strings.Join(f.rejects.reasons(run), "; "), folder.Path(rundir.FailedDir, rundir.RejectsName)
	return badInput("%d of %d %s were rejected, more than --max-reject-rate %v allows: %s; see %s", rejected, rows, what,
		f.MaxRejectRate, reasons, path)
}

// describe says in a Run what the analysis found.
func describe(inputs []string, from, to time.Time, r *analysis.Result) *rundir.Run {
	run := rundir.RunOf(r)
	run.Version, run.Inputs, run.Warnings = version(), inputs, warnings(r, &inside.Of(r).Facts)
	run.Window = rundir.Window{From: rfc3339(from), To: rfc3339(to)}
	return run
}

// rfc3339 writes a time as run.json does; the zero time is empty.
func rfc3339(t time.Time) string { return string(rundir.TimeOf(t)) }

// needOut returns an error if --out is empty, as it is when a script's variable is not set:
// it would stand for the current folder. An address is an error, too.
func needOut(out string) error {
	if out == "" {
		return usage("--out is empty")
	}
	return notAddress("--out", out)
}

// notAddress is a usage error if what a flag names is no place on this machine: a folder "s3:" would be made.
func notAddress(flag, path string) error {
	if scheme := dialect.Scheme(path); scheme != "" {
		tool := map[string]string{"s3": "aws s3 cp --recursive", "gs": "gcloud storage cp --recursive"}[scheme]
		return usage("%s %s is an address, and not a place on this machine: name a file or folder here, and copy it with %s",
			flag, path, cmp.Or(tool, "the tool of that storage"))
	}
	return nil
}

// checkOutputs finds files that would take the place of an input or of each other, and places where no file can be.
func (f *analyzeFlags) checkOutputs() error {
	err := cmp.Or(notAddress("--out", f.Out), notAddress("--pairs", f.Pairs), notAddress("--state", f.State),
		notAddress("--spill", f.Spill))
	if err != nil {
		return err
	}
	taken := make(map[string]string) // a place → what is there
	for _, name := range f.Input {
		if name == files.Stdin {
			continue
		}
		if info, err := os.Stat(name); err == nil && info.IsDir() && place(name) == place(f.Out) {
			return usage("--out %s is an --input: the next run would read what this one writes", f.Out)
		}
		taken[place(name)] = "an --input"
	}
	if names, err := dialect.Expand(f.Input); err == nil { // else it is found when they are opened
		for _, name := range names {
			taken[place(name)] = "an --input"
		}
	}
	for _, name := range []string{rundir.ReportName, rundir.RejectsName, rundir.RunName, rundir.DetailName,
		rundir.PageName} {
		path := filepath.Join(f.Out, name)
		if what, ok := taken[place(path)]; ok {
			return usage("--out %s: %s is %s, and would be overwritten", f.Out, path, what)
		}
		taken[place(path)] = "a file of --out"
	}
	for _, output := range []struct{ flag, path string }{{"--pairs", f.Pairs}, {"--state", f.State}} {
		if output.path == "" {
			continue
		}
		if what, ok := taken[place(output.path)]; ok {
			return usage("%s %s is %s, and would be overwritten", output.flag, output.path, what)
		}
		taken[place(output.path)] = output.flag
	}
	return nil
}

// place is one text for all the names of a place. A link at the place itself is not
// followed: a file that is put there replaces it.
func place(path string) string {
	path, _ = filepath.Abs(path) // the error is that there is no current folder
	dir, name := filepath.Split(path)
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	return filepath.Join(dir, name)
}

// guardFlags say when an input is taken to be incomplete.
type guardFlags struct {
	MaxLag           string `placeholder:"DURATION" group:"output" help:"Fail if the latest message is longer than this, such as 6h, before as-of or the window's end; with neither, before now."`
	MinConversations int64  `placeholder:"N" group:"output" help:"Fail if there are fewer conversations in the window."`

	lag time.Duration // 0: any
	end time.Time     // the earlier of a given as-of and the window's end; zero: neither is given
}

// parse reads the flags. Options.AsOf must be as it was given.
func (g *guardFlags) parse(opts *analysis.Options) error {
	if g.MaxLag != "" {
		lag, err := duration.Parse(g.MaxLag)
		if err != nil {
			return usage("--max-lag: %w", err)
		}
		g.lag = micros.Duration(lag)
	}
	if g.MinConversations < 0 {
		return usage("--min-conversations is a number from 0, not %d", g.MinConversations)
	}
	g.end = opts.AsOf
	if to := opts.To; !to.IsZero() && (g.end.IsZero() || to.Before(g.end)) {
		g.end = to
	}
	return nil
}

// check returns an error if a result is of too little. clock is when the run began.
func (g *guardFlags) check(result *analysis.Result, clock time.Time) error {
	if g == nil {
		return nil
	}
	if g.lag > 0 {
		end, what := g.end, "the window's end or as-of"
		if end.IsZero() {
			end, what = clock, "now"
		}
		switch latest := result.LatestMessage; {
		case latest.IsZero():
			return badInput("the input is incomplete: it has no message; expected one at most %s before %s, %s", g.MaxLag,
				what, rfc3339(end))
		case end.Sub(latest) > g.lag:
			return badInput("the input is incomplete: its latest message is of %s, more than %s before %s, %s",
				rfc3339(latest), g.MaxLag, what, rfc3339(end))
		}
	}
	if n := result.Conversations; n < g.MinConversations {
		return badInput("%s in the window; expected at least %s", counted(n, "conversation"),
			thousands(g.MinConversations))
	}
	return nil
}
