package main

import (
	"cmp"
	"errors"
	"os"
	"runtime/debug"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/analysis/inside"
	"github.com/sav-analytics/sav/internal/analysis/shard"
	"github.com/sav-analytics/sav/internal/sink/rundir"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/files"
)

type analyzeCmd struct{ analyzeFlags }

// analyzeFlags are the options of every command that analyses.
type analyzeFlags struct {
	inputFlags
	resultFlags
	withinFlag
	policyFlags
	guardFlags
	Pairs string `placeholder:"FILE" group:"output" help:"Also write one row a conversation."`
	State string `placeholder:"FILE" group:"output" help:"Also write what sav merge needs to make one report of several shards."`

	MemoryLimit byteSize `placeholder:"SIZE" group:"output" help:"Memory to take at most, such as 2GiB; what is beyond it goes to files and comes back (default: no limit)."`
	Spill       string   `placeholder:"DIR" group:"output" help:"Folder for these files, which have no name and leave nothing behind (default: that of --out)."`
}

func (c *analyzeCmd) Run(e *env) error {
	run, err := analyze(e, &c.analyzeFlags)
	return finish(e, run, err)
}

// analyze reads the messages, makes the report, and puts it into its folder.
// The run is there as soon as there is something to say of it, whatever the error.
func analyze(e *env, flags *analyzeFlags) (*rundir.Run, error) {
	begin := time.Now()
	opts, read, err := flags.parse()
	if err != nil {
		return nil, err
	}
	opts.Clock = begin
	bar := newReadBar(e)
	if opts.Policy, err = flags.load(); err != nil {
		return nil, flags.usageFirst(e, opts, read, bar, err)
	}
	src, err := flags.open(e, &opts, read, bar)
	if err != nil {
		return nil, flags.unusable(e, nil, append([]string{}, flags.Input...), opts, err)
	}
	defer src.Close()
	folder, err := rundir.OpenFolder(e.ctx, flags.folder())
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	opts.Reject = flags.rejects.watch(folder.Reject)
	if flags.DSN != "" && os.Getenv("GOGC") == "" {
		// Through TLS, MySQL's driver makes garbage of each value, which would take as much memory as what is kept.
		defer debug.SetGCPercent(debug.SetGCPercent(50))
	}
	if limit := int64(flags.MemoryLimit); limit > 0 {
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(limit)) // the collector works harder near it
	}
	if flags.byPeriod() {
		defer bar.end()
		return flags.putPeriods(e, folder, src, opts, begin)
	}
	result, state, err := flags.run(e, src, opts)
	bar.end()
	if err != nil {
		return nil, flags.unusable(e, folder, src.Names(), opts, err)
	}
	flags.latest(src, result)
	if err := flags.putPairs(folder, result, opts); err != nil {
		return nil, err
	}
	if flags.State != "" {
		state.Inputs, state.Headers = src.Names(), headersOf(src)
		folder.State, folder.StatePath = state, flags.State
	}
	return flags.put(e, folder, describeRun(src, opts, result), result, begin)
}

// describeRun says in a Run what an analysis with these options found.
func describeRun(src input, opts analysis.Options, result *analysis.Result) *rundir.Run {
	run := describe(src.Names(), opts.From, opts.To, result)
	run.Policy = describePolicy(opts.Policy)
	describeColumns(run, headersOf(src))
	return run
}

// putPairs puts the pairs into the folder, if they are asked for.
func (f *analyzeFlags) putPairs(folder *rundir.Folder, result *analysis.Result, opts analysis.Options) (err error) {
	if f.Pairs != "" {
		folder.PairsPath = f.Pairs
		folder.Pairs, err = result.Pairs.Select(inside.Schema(opts).PairColumns()...)
	}
	return err
}

// run makes the report and, if it is asked for, the state.
func (f *analyzeFlags) run(e *env, src source.Source, opts analysis.Options) (*analysis.Result, *shard.State, error) {
	if f.State != "" {
		return shard.Run(e.ctx, src, opts)
	}
	result, err := analysis.Run(e.ctx, src, opts)
	return result, nil, err
}

// latest corrects the time of the latest message, if the source did not read all.
func (f *analyzeFlags) latest(src input, result *analysis.Result) {
	if table, ok := src.(databaseInput); ok && !table.latest.IsZero() {
		result.LatestMessage = table.latest
	}
}

// unusable returns err. If it says that the input is unusable, what is known goes
// into the folder for that: the rows rejected until then, if there is a folder yet,
// and a run.json with the error and no counts.
func (f *analyzeFlags) unusable(e *env, folder *rundir.Folder, names []string, opts analysis.Options,
	err error) error {
	status := statusOf(err)
	if status != statusInput {
		return err
	}
	if folder == nil {
		opened, openErr := rundir.OpenFolder(e.ctx, f.folder())
		if openErr != nil {
			return errors.Join(err, openErr)
		}
		folder = opened
		defer folder.Close()
	}
	run := describe(names, opts.From, opts.To, &analysis.Result{AsOf: opts.AsOf})
	run.Policy = describePolicy(opts.Policy)
	run.Status, run.Error = status, err.Error()
	return errors.Join(err, folder.Fail(run))
}

// parse turns the flags into the library's options.
func (f *analyzeFlags) parse() (analysis.Options, files.Options, error) {
	opts, read, err := f.inputFlags.parse()
	if err != nil {
		return opts, read, err
	}
	if err := f.resultFlags.parse(&opts); err != nil {
		return opts, read, err
	}
	if err := f.withinFlag.parse(&opts); err != nil {
		return opts, read, err
	}
	if err := f.guardFlags.parse(&opts); err != nil {
		return opts, read, err
	}
	f.guards = &f.guardFlags
	if err := cmp.Or(f.checkPeriods(), f.checkOutputs()); err != nil {
		return opts, read, err
	}
	opts.MemoryLimit, opts.SpillDir = int64(f.MemoryLimit), f.Spill
	opts.SpillDir = cmp.Or(opts.SpillDir, f.folder())
	opts.Pairs = f.Pairs != ""
	return opts, read, nil
}

type runCmd struct {
	analyzeFlags
	deliverFlags
}

func (c *runCmd) Run(e *env) error {
	opts, err := c.options(e)
	if err == nil && c.URL != "" {
		err = opts.Check() // before hours of analysis, not after them
	}
	if err == nil && c.URL != "" && c.byPeriod() {
		err = usage("%s in --out and --url do not go together: deliver each folder by itself", periodMark)
	}
	if err != nil {
		return err
	}
	run, err := analyze(e, &c.analyzeFlags)
	if err != nil || c.URL == "" {
		return finish(e, run, err)
	}
	var delivered *rundir.Run
	if delivered, err = deliver(e, c.Out, run.ReportSHA256, opts); delivered != nil {
		run = delivered
		printDelivery(e.stdout, run)
	}
	return finish(e, run, err)
}
