package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/duration"
	"github.com/sav-analytics/sav/sink"
	"github.com/sav-analytics/sav/source/files"
)

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
	if scheme := files.Scheme(path); scheme != "" {
		tool := map[string]string{"s3": "aws s3 cp --recursive", "gs": "gcloud storage cp --recursive"}[scheme]
		return usage("%s %s is an address, and not a place on this machine: name a file or folder here, and copy it with %s",
			flag, path, cmp.Or(tool, "the tool of that storage"))
	}
	return nil
}

// checkOutputs finds files that would take the place of an input or of each other, and places that are none.
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
	if names, err := files.Expand(f.Input); err == nil { // else it is found when they are opened
		for _, name := range names {
			taken[place(name)] = "an --input"
		}
	}
	for _, name := range []string{sink.ReportName, sink.RejectsName, sink.RunName, sink.DetailName, sink.PageName} {
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
		micros, err := duration.Parse(g.MaxLag)
		if err != nil {
			return usage("--max-lag: %w", err)
		}
		g.lag = time.Duration(micros) * time.Microsecond
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
			return &statusError{statusInput,
				fmt.Errorf("the input is incomplete: it has no message; expected one at most %s before %s, %s",
					g.MaxLag, what, rfc3339(end))}
		case end.Sub(latest) > g.lag:
			return &statusError{statusInput,
				fmt.Errorf("the input is incomplete: its latest message is of %s, more than %s before %s, %s",
					rfc3339(latest), g.MaxLag, what, rfc3339(end))}
		}
	}
	if n := result.Conversations; n < g.MinConversations {
		return &statusError{statusInput, fmt.Errorf("%s in the window; expected at least %s",
			counted(n, "conversation"), thousands(g.MinConversations))}
	}
	return nil
}
