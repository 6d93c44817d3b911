package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/sink"
	"github.com/sav-analytics/sav/sink/page"
	"github.com/sav-analytics/sav/source/csvfile"
)

type analyzeCmd struct{ analyzeFlags }

// Help ends "sav analyze --help" with an example.
func (analyzeCmd) Help() string {
	return `Example: sav analyze --input messages.csv --date 2026-03-01 --tz Europe/Paris --out out`
}

// analyzeFlags are the options of every command that analyses.
type analyzeFlags struct {
	inputFlags
	Levels string `placeholder:"LEVEL,…" group:"window" help:"Parts of the report, in this order: all, country, merchant, country_merchant, merchant_client (default: the first four)."`

	Out           string  `required:"" placeholder:"DIR" group:"output" help:"Folder for report.csv, rejects.csv, detail.json and run.json."`
	Report        bool    `group:"output" help:"Also make the page report.html; sav report makes it later."`
	Pairs         string  `placeholder:"FILE" group:"output" help:"Also write one row a conversation."`
	MaxRejectRate float64 `default:"0.01" placeholder:"RATE" group:"output" help:"Fail if more than this share of the rows is rejected (default ${default})."`
	OnEmpty       string  `enum:"report,skip" default:"report" group:"output" help:"Without a conversation in the window: write an empty report, or skip (exit 99)."`
}

func (c *analyzeCmd) Run(e *env) error {
	run, err := analyze(e, &c.analyzeFlags)
	return finish(e, run, err)
}

// analyze reads the messages, makes the report, and puts it into its folder.
// The run is there as soon as there is something to say of it, whatever the error.
func analyze(e *env, flags *analyzeFlags) (*sink.Run, error) {
	begin := time.Now()
	opts, read, err := flags.parse()
	if err != nil {
		return nil, err
	}
	bar := newReadBar(e)
	src, err := flags.open(e, &opts, read, bar)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	folder, err := sink.OpenFolder(flags.Out)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	opts.Reject = folder.Reject
	result, err := analysis.Run(e.ctx, src, opts)
	bar.end()
	if err != nil {
		return nil, err
	}
	run := describe(src.Names(), &opts, result)
	rejected := result.Rows.TotalRejected()
	switch {
	case float64(rejected) > flags.MaxRejectRate*float64(result.Rows.Rows):
		err := &statusError{statusInput, fmt.Errorf("%d of %d rows were rejected, more than --max-reject-rate %v allows: see %s",
			rejected, result.Rows.Rows, flags.MaxRejectRate, filepath.Join(flags.Out, sink.FailedDir, sink.RejectsName))}
		run.Status, run.Error = err.status, err.Error()
		return run, errors.Join(err, folder.Fail(run))
	case result.Conversations == 0 && flags.OnEmpty == "skip":
		run.Status, run.Error = statusEmpty, "no conversation in the window"
		return run, &statusError{statusEmpty, errors.New(run.Error)}
	}
	folder.Detail = result.Detail
	if flags.Report {
		folder.Page = page.Write
	}
	if flags.Pairs != "" {
		if folder.Pairs, err = result.Pairs.Select(analysis.PairColumns...); err != nil {
			return nil, err
		}
		folder.PairsPath = flags.Pairs
	}
	run.Elapsed["total"] = time.Since(begin).Seconds()
	if err := folder.Put(e.ctx, result.Report, run); err != nil {
		return nil, err
	}
	e.log.Info("analysed", "rows", run.RowsRead, "conversations", run.Conversations, "answered", run.Answered,
		"rejected", rejected, "report_rows", run.ReportRows, "elapsed_s", run.Elapsed["total"])
	return run, printReport(e.stdout, run, result.Report)
}

// parse turns the flags into the library's options.
func (f *analyzeFlags) parse() (analysis.Options, csvfile.Options, error) {
	opts, read, err := f.inputFlags.parse()
	if err != nil {
		return opts, read, err
	}
	if opts.Levels, err = analysis.ParseLevels(f.Levels); err != nil {
		return opts, read, usage("--levels: %w", err)
	}
	if !(f.MaxRejectRate >= 0 && f.MaxRejectRate <= 1) {
		return opts, read, usage("--max-reject-rate is a share from 0 to 1, not %v", f.MaxRejectRate)
	}
	opts.Pairs, opts.Detail = f.Pairs != "", true
	if opts.Zone, err = time.LoadLocation(f.TZ); err != nil {
		return opts, read, usage("--tz %s: %w", f.TZ, err)
	}
	return opts, read, nil
}

// describe says in a Run what the analysis found.
func describe(inputs []string, opts *analysis.Options, r *analysis.Result) *sink.Run {
	return &sink.Run{
		Version:        version(),
		Inputs:         inputs,
		Window:         sink.Window{From: rfc3339(opts.From), To: rfc3339(opts.To)},
		AsOf:           rfc3339(r.AsOf),
		RowsRead:       r.Rows.Rows,
		Rejected:       r.Rows.RejectedBy(),
		Private:        r.Rows.Private,
		OtherSender:    r.Rows.OtherSender,
		Duplicates:     r.Duplicates,
		AmbiguousLocal: r.Rows.AmbiguousLocal,
		AfterAsOf:      r.AfterAsOf,
		MerchantOnly:   r.MerchantOnly,
		OutsideWindow:  r.OutsideWindow,
		Conversations:  r.Conversations,
		Answered:       r.Answered,
		Elapsed: map[string]float64{
			"read": r.Elapsed.Read.Seconds(), "pair": r.Elapsed.Pair.Seconds(), "summarize": r.Elapsed.Summarize.Seconds(),
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
