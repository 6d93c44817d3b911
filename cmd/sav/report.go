package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/duration"
	"github.com/sav-analytics/sav/internal/sink/page"
	"github.com/sav-analytics/sav/internal/sink/rundir"
)

// langFlag says in which language the page is.
type langFlag struct {
	Lang string `default:"en" placeholder:"LANGUAGE" group:"output" help:"Language of the page: en or fr (default ${default})."`
}

func (f *langFlag) check() error {
	if !slices.Contains(page.Languages(), f.Lang) {
		return usage("--lang %q: no such language; expected one of %s", f.Lang, strings.Join(page.Languages(), ", "))
	}
	return nil
}

func (f *langFlag) write(w io.Writer, result *rundir.Result) error {
	return page.Write(w, result, page.Options{Language: f.Lang})
}

type reportCmd struct {
	Out string `required:"" placeholder:"DIR" help:"Folder with the report.csv, detail.json and run.json of an analysis; report.html is put there."`
	langFlag
}

func (c *reportCmd) Run(e *env) error {
	if err := needOut(c.Out); err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return err
	}
	run, err := rundir.WritePage(e.ctx, c.Out, c.write)
	if err != nil {
		return err
	}
	put(&run.Files, "page", filepath.Join(c.Out, rundir.PageName))
	if err := printPage(e.stdout, run); err != nil {
		return err
	}
	return finish(e, run, nil)
}

// printPage says where the page is, if there is one.
func printPage(w io.Writer, run *rundir.Run) error {
	path, ok := run.Files["page"]
	if !ok {
		return nil
	}
	_, err := fmt.Fprintf(w, "page    %s\n", path)
	return err
}

type waitingCmd struct {
	Out    string `required:"" placeholder:"DIR" help:"Folder of an analysis that was made with --pairs."`
	Missed bool   `env:"-" help:"Only those that have missed their target."`
	Limit  int    `env:"-" default:"20" placeholder:"N" help:"Print the first N; 0 prints all (default ${default})."`
}

func (c *waitingCmd) Run(e *env) error {
	if err := needOut(c.Out); err != nil {
		return err
	}
	if c.Limit < 0 {
		return usage("--limit is a number of conversations, not %d", c.Limit)
	}
	run, waiting, err := rundir.ReadWaiting(e.ctx, c.Out)
	if errors.Is(err, rundir.ErrNoPairs) {
		err = fmt.Errorf("%w: analyse again with --pairs", err)
	}
	if err != nil {
		return err
	}
	total := len(waiting)
	isMissed := func(w rundir.Waiting) bool { return w.TargetStatus == analysis.TargetMissed }
	missed := slices.DeleteFunc(slices.Clone(waiting), func(w rundir.Waiting) bool { return !isMissed(w) })
	if c.Missed {
		waiting = missed
	}
	shown := len(waiting)
	if c.Limit > 0 {
		shown = min(shown, c.Limit)
	}
	if err := printWaiting(e.stdout, run, waiting, shown); err != nil {
		return err
	}
	return printLine(e.stdout, struct {
		Status  int    `json:"status"`
		AsOf    string `json:"as_of"`
		Waiting int    `json:"waiting"`
		Missed  int    `json:"missed"`
		Shown   int    `json:"shown"`
	}{statusDone, string(run.AsOf), total, len(missed), shown})
}

// printWaiting prints the first of waiting.
func printWaiting(stdout io.Writer, run *rundir.Run, waiting []rundir.Waiting, shown int) error {
	w := bufio.NewWriter(stdout)
	fmt.Fprintf(w, "%s without an answer%s\n", counted(int64(len(waiting)), "conversation"), asOf(run))
	worked := slices.ContainsFunc(waiting, func(w rundir.Waiting) bool { return w.Worked != nil })
	targets := slices.ContainsFunc(waiting, func(w rundir.Waiting) bool { return w.Target != nil })
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if shown > 0 {
		fmt.Fprint(t, "\nwaited\t")
		if worked {
			fmt.Fprint(t, "working time\t")
		}
		if targets {
			fmt.Fprint(t, "target\t\t")
		}
		fmt.Fprint(t, "merchant\tcountry\tconversation\topened\n")
	}
	for _, c := range waiting[:shown] {
		fmt.Fprintf(t, "%s\t", wait(&c.Waited))
		if worked {
			fmt.Fprintf(t, "%s\t", wait(c.Worked))
		}
		if targets {
			fmt.Fprintf(t, "%s\t%s\t", wait(c.Target), c.TargetStatus)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", printable(c.MerchantID), printable(c.Country), printable(c.ConversationID),
			rfc3339(c.OpenedAt))
	}
	t.Flush()
	if more := len(waiting) - shown; more > 0 {
		fmt.Fprintf(w, "and %s more\n", thousands(int64(more)))
	}
	return w.Flush()
}

// wait writes a time, if there is one.
func wait(s *float64) string {
	if s == nil {
		return "-"
	}
	return duration.Human(time.Duration(*s * float64(time.Second)))
}
