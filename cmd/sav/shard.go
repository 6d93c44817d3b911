package main

import (
	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/analysis/shard"
	"github.com/sav-analytics/sav/source/blocks"
)

type shardCmd struct {
	windowFlags
	Levels string `placeholder:"LEVEL,…" group:"window" help:"Parts of the report that is to be made."`
	withinFlag
	policyFlags
}

// Help ends "sav shard --help" with an example.
func (shardCmd) Help() string {
	return `For a cluster: blocks of one part, which sav key made of any number of inputs, come on standard input in any order; the state that sav merge needs of them goes to standard output. docs/scale.md has the form.

Example: sav shard <part >state`
}

// shardSummary is the last line of sav shard.
type shardSummary struct {
	Status   int   `json:"status"` // the exit status
	Messages int64 `json:"messages"`
}

func (c *shardCmd) Run(e *env) error {
	var opts analysis.Options
	if _, err := c.parseWindow(&opts); err != nil {
		return err
	}
	var err error
	if opts.Levels, err = analysis.ParseLevels(c.Levels); err != nil {
		return usage("--levels: %w", err)
	}
	if err := c.withinFlag.parse(&opts); err != nil {
		return err
	}
	if opts.Policy, err = c.load(); err != nil {
		return err
	}
	stdin := e.interruptibleStdin()
	defer stdin.Close()
	src, err := blocks.Open(stdin, "standard input")
	if err != nil {
		return err
	}
	state, err := shard.Of(e.ctx, src, opts)
	if err != nil {
		return err
	}
	state.Bucket.Number, state.Bucket.Of = src.Bucket()
	if err := (&frameWriter{w: e.stdout}).state(state, int(state.Bucket.Number)); err != nil {
		return err
	}
	return printLine(e.stdout, shardSummary{Messages: state.Rows().Rows})
}
