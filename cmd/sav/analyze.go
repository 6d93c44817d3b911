package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/sink"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/csvfile"
)

type analyzeCmd struct{ analyzeFlags }

// Help ends "sav analyze --help" with an example.
func (analyzeCmd) Help() string {
	return `Example: sav analyze --input messages.csv --date 2026-03-01 --tz Europe/Paris --out out`
}

// analyzeFlags are the options of every command that analyses.
type analyzeFlags struct {
	Input []string `sep:"none" placeholder:"FILE" group:"input" help:"Messages: .csv, .csv.gz, .parquet, or - for CSV on standard input; may be repeated, all are one input."`
	databaseFlags
	Column map[string]string `mapsep:"none" placeholder:"CANONICAL=ACTUAL" group:"input" help:"The column that holds a value, if its name is another."`
	TZ     string            `name:"tz" default:"UTC" placeholder:"ZONE" group:"input" help:"Zone of times without an offset, and of --date (default ${default})."`

	AsOf   string `placeholder:"TIME" group:"window" help:"Ignore messages after this time (default: that of the latest)."`
	From   string `placeholder:"TIME" group:"window" help:"Conversations opened at or after this time."`
	To     string `placeholder:"TIME" group:"window" help:"Conversations opened before this time."`
	Date   string `placeholder:"DATE" group:"window" help:"Conversations opened on this day; in place of --from and --to."`
	Levels string `placeholder:"LEVEL,…" group:"window" help:"Parts of the report, in this order: all, country, merchant, country_merchant, merchant_client (default: the first four)."`

	Out           string  `required:"" placeholder:"DIR" group:"output" help:"Folder for report.csv, rejects.csv and run.json."`
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
	read.Progress = bar.show
	if slices.Contains(flags.Input, csvfile.Stdin) {
		stdin := e.interruptibleStdin()
		defer stdin.Close()
		read.Stdin = stdin
	}
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

// An input is what messages are read from.
type input interface {
	source.Source
	io.Closer
	Names() []string // as run.json has them
}

// open opens the files or the database.
func (f *analyzeFlags) open(e *env, opts *analysis.Options, read csvfile.Options, bar *readBar) (input, error) {
	if f.DSN != "" {
		return f.databaseFlags.open(e, opts, read, bar)
	}
	files, err := openFiles(f.Input, read)
	if err != nil {
		return nil, err
	}
	return files, nil
}

// parse turns the flags into the library's options.
func (f *analyzeFlags) parse() (analysis.Options, csvfile.Options, error) {
	var opts analysis.Options
	var read csvfile.Options
	if err := f.checkInput(); err != nil {
		return opts, read, err
	}
	zone, err := source.NewZone(f.TZ)
	if err != nil {
		return opts, read, usage("--tz %s: %w", f.TZ, err)
	}
	read.Zone = zone
	read.Override = make(map[source.Field]string)
	for canonical, actual := range f.Column {
		field, ok := source.ParseField(canonical)
		if !ok {
			return opts, read, usage("--column %s=%s: no such canonical column", canonical, actual)
		}
		read.Override[field] = actual
	}
	if opts.Levels, err = analysis.ParseLevels(f.Levels); err != nil {
		return opts, read, usage("--levels: %w", err)
	}
	if !(f.MaxRejectRate >= 0 && f.MaxRejectRate <= 1) {
		return opts, read, usage("--max-reject-rate is a share from 0 to 1, not %v", f.MaxRejectRate)
	}
	opts.Pairs = f.Pairs != ""
	return opts, read, f.parseWindow(&opts, zone)
}

func (f *analyzeFlags) checkInput() error {
	if err := f.databaseFlags.check(len(f.Input) > 0); err != nil {
		return err
	}
	if stdinTwice(f.Input) {
		return usage("--input -: standard input can be read once")
	}
	return nil
}

// parseWindow reads the times that decide what counts.
func (f *analyzeFlags) parseWindow(opts *analysis.Options, zone *source.Zone) error {
	for _, t := range []struct {
		flag, text string
		to         *time.Time
	}{{"--as-of", f.AsOf, &opts.AsOf}, {"--from", f.From, &opts.From}, {"--to", f.To, &opts.To}} {
		if t.text == "" {
			continue
		}
		at, _ := source.ParseTime([]byte(strings.Trim(t.text, " ")), zone)
		if at == source.BadTime || at == source.MissingTime {
			return usage("%s %q is no time in a form of created_at, such as 2026-03-01 or 2026-03-01T10:00:00Z", t.flag, t.text)
		}
		*t.to = time.UnixMicro(at).UTC()
	}
	if f.Date != "" {
		if f.From != "" || f.To != "" {
			return usage("--date stands in place of --from and --to")
		}
		midnight, rest, ok := source.ParseDate([]byte(strings.Trim(f.Date, " ")))
		if !ok || len(rest) > 0 {
			return usage("--date %q is no date, such as 2026-03-01", f.Date)
		}
		from, to := zone.Day(midnight)
		opts.From, opts.To = time.UnixMicro(from).UTC(), time.UnixMicro(to).UTC()
	}
	if !opts.From.IsZero() && !opts.To.IsZero() && !opts.From.Before(opts.To) {
		return usage("--from %s is not before --to %s", f.From, f.To)
	}
	return nil
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
