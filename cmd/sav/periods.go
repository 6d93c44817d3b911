package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/sink/rundir"
)

// periodMark stands for the name of a period in --out and --pairs: one pass over the
// messages then makes a folder for each.
const periodMark = "{period}"

// byPeriod reports whether there is to be a folder for each period.
func (f *analyzeFlags) byPeriod() bool { return strings.Contains(f.Out, periodMark) }

// folder returns the folder of a run, or the one below which all periods have theirs.
func (f *analyzeFlags) folder() string {
	before, _, found := strings.Cut(f.Out, periodMark)
	if !found {
		return f.Out
	}
	return filepath.Clean(before[:strings.LastIndexAny(before, `/`+string(filepath.Separator))+1])
}

// of returns the flags of one period.
func (f *analyzeFlags) of(period string) *analyzeFlags {
	one := *f
	one.Out = strings.ReplaceAll(f.Out, periodMark, period)
	one.Pairs = strings.ReplaceAll(f.Pairs, periodMark, period)
	return &one
}

// checkPeriods finds what cannot go with a folder for each period.
func (f *analyzeFlags) checkPeriods() error {
	inPairs := strings.Contains(f.Pairs, periodMark)
	switch {
	case f.byPeriod() && f.Pairs != "" && !inPairs:
		return usage("--out has %s and --pairs has not: the pairs of each period need a file of their own", periodMark)
	case !f.byPeriod() && inPairs:
		return usage("--pairs has %s and --out has not", periodMark)
	case !f.byPeriod():
		return nil
	case f.Every == "" || f.From == "" || f.To == "":
		return usage("%s in --out needs --every, --from and --to", periodMark)
	case f.State != "":
		return usage("%s in --out and --state do not go together: a state is of the whole window", periodMark)
	}
	return nil
}

// putPeriods puts the result of each period into its folder, in ascending order, and
// what is known of a run that came to none into the failed folder.
func (f *analyzeFlags) putPeriods(e *env, folder *rundir.Folder, src input, opts analysis.Options,
	begin time.Time) (*rundir.Run, error) {
	periods, err := analysis.RunPeriods(e.ctx, src, opts)
	if err != nil {
		return nil, f.unusable(e, folder, src.Names(), opts, err)
	}
	f.latest(src, periods.Whole)
	run := describeRun(src, opts, periods.Whole)
	if err := f.judge(folder, run, periods.Whole, begin); err != nil {
		run.Status, run.Error = statusInput, err.Error()
		return run, errors.Join(err, folder.Fail(run))
	}
	if len(periods.Windows) == 0 {
		err := badInput("no period of the window has begun by as-of %s", rfc3339(periods.Whole.AsOf))
		run.Status, run.Error = statusInput, err.Error()
		return run, errors.Join(err, folder.Fail(run))
	}
	for _, w := range periods.Windows {
		if err := f.of(w.Name).checkOutputs(); err != nil {
			return nil, err
		}
	}
	t := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "period\tconversations\tanswered\treport\n")
	run.Files = make(map[string]string)
	result := ahead(len(periods.Windows), func(i int) (*analysis.Result, error) { return periods.Result(e.ctx, i) })
	for _, w := range periods.Windows {
		opts.From, opts.To = w.From, w.To
		one, err := f.putPeriod(e, folder, src, opts, w.Name, result)
		switch {
		case err != nil:
			return run, fmt.Errorf("period %s: %w", w.Name, err)
		case one == nil:
			fmt.Fprintf(t, "%s\t0\t\tskipped\n", w.Name)
			continue
		}
		run.Files[w.Name] = one.Files["run"]
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", w.Name, thousands(one.Conversations), share(one.Answered, one.Conversations),
			one.Files["report"])
	}
	if err := t.Flush(); err != nil {
		return run, err
	}
	if len(run.Files) == 0 {
		run.Status, run.Error = statusEmpty, "no conversation in the window"
		return run, &statusError{statusEmpty, errors.New(run.Error)}
	}
	run.Elapsed["total"] = time.Since(begin).Seconds()
	e.log.Info("analysed", "rows", run.RowsRead, "conversations", run.Conversations, "periods", len(run.Files))
	return run, folder.Passed()
}

// ahead returns what returns f(0) to f(n-1), one after the other: while one is used, the
// next is computed.
func ahead[T any](n int, f func(int) (T, error)) func() (T, error) {
	type outcome struct {
		value T
		err   error
	}
	next, asked := make(chan outcome, 1), 0
	compute := func() {
		if i := asked; i < n {
			asked++
			go func() {
				value, err := f(i)
				next <- outcome{value, err}
			}()
		}
	}
	compute()
	return func() (T, error) {
		o := <-next
		compute()
		return o.value, o.err
	}
}

// putPeriod puts the result of one period into its folder. The run is nil if there is
// nothing to put.
func (f *analyzeFlags) putPeriod(e *env, rejects *rundir.Folder, src input, opts analysis.Options, period string,
	analyse func() (*analysis.Result, error)) (*rundir.Run, error) {
	begin := time.Now()
	result, err := analyse()
	if err != nil {
		return nil, err
	}
	if result.Conversations == 0 && f.OnEmpty == "skip" {
		return nil, nil
	}
	f.latest(src, result)
	one := f.of(period)
	folder, err := rundir.OpenFolder(e.ctx, one.Out)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	if err := rejects.CopyRejects(folder); err != nil {
		return nil, err
	}
	if err := one.putPairs(folder, result, opts); err != nil {
		return nil, err
	}
	run := describeRun(src, opts, result)
	return run, one.place(e, folder, run, result, begin)
}
