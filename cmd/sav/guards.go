package main

import (
	"fmt"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/duration"
)

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
			return &statusError{statusInput, fmt.Errorf("the input is incomplete: it has no message; expected one at most %s before %s, %s",
				g.MaxLag, what, rfc3339(end))}
		case end.Sub(latest) > g.lag:
			return &statusError{statusInput, fmt.Errorf("the input is incomplete: its latest message is of %s, more than %s before %s, %s",
				rfc3339(latest), g.MaxLag, what, rfc3339(end))}
		}
	}
	if n := result.Conversations; n < g.MinConversations {
		return &statusError{statusInput, fmt.Errorf("%s in the window; expected at least %s", counted(n, "conversation"), thousands(g.MinConversations))}
	}
	return nil
}
