package main

import (
	"os"
	"slices"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/analysis/shard"
	"github.com/sav-analytics/sav/internal/sink/rundir"
	"github.com/sav-analytics/sav/internal/source/blocks"
)

type shardCmd struct {
	windowFlags
	Levels string `placeholder:"LEVEL,…" group:"window" help:"Parts of the report that is to be made."`
	withinFlag
	policyFlags
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
	src, err := blocks.Open(e.ctx, stdin, "standard input")
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

type mergeCmd struct {
	States  []string `arg:"" name:"state" help:"Files that sav analyze --state or sav shard wrote, one a shard."`
	Rejects []string `sep:"none" placeholder:"FILE" group:"input" help:"The shards' rejects.csv; needed if they rejected rows. May be repeated: all go into one, in this order."`
	AsOf    string   `placeholder:"TIME" group:"window" help:"Clients wait until then, if the shards were not told (default: the latest message of all)."`
	resultFlags
}

func (c *mergeCmd) Run(e *env) error {
	run, err := c.merge(e)
	return finish(e, run, err)
}

func (c *mergeCmd) merge(e *env) (*rundir.Run, error) {
	begin := time.Now()
	var opts analysis.Options
	if err := c.parse(&opts); err != nil {
		return nil, err
	}
	var states []*shard.State
	rejected := int64(0)
	for _, name := range c.States {
		s, err := readState(name)
		if err != nil {
			return nil, err
		}
		rows := s.Rows()
		rejected += rows.TotalRejected()
		states = append(states, s)
	}
	// Days, hours and --as-of are of the zone in which the shards were read.
	zone, err := loadZone(states[0].Zone, &opts)
	if err != nil {
		return nil, usage("%s: %w", c.States[0], err)
	}
	if c.AsOf != "" {
		if opts.AsOf, err = parseTime("--as-of", c.AsOf, zone); err != nil {
			return nil, err
		}
	}
	result, err := shard.Merge(e.ctx, states, opts)
	if err != nil {
		return nil, err
	}
	folder, err := rundir.OpenFolder(e.ctx, c.Out)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	rows, err := c.addRejects(folder)
	if err != nil {
		return nil, err
	}
	if rows != rejected {
		return nil, usage(
			"the shards rejected %d rows, and there are %d in --rejects: give each shard's rejects.csv, once", rejected,
			rows)
	}
	from, to := states[0].Window()
	inputs, headers := shard.Inputs(states)
	run := describe(inputs, from, to, result)
	describeColumns(run, headers)
	// States of rows alone, as sav key writes them, have no policy.
	if i := slices.IndexFunc(states, func(s *shard.State) bool { return s.Policy() != nil }); i >= 0 {
		run.Policy = describePolicy(states[i].Policy())
	}
	return c.put(e, folder, run, result, begin)
}

func readState(name string) (*shard.State, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return shard.Read(f, name)
}

func (c *mergeCmd) addRejects(folder *rundir.Folder) (rows int64, err error) {
	for _, name := range c.Rejects {
		f, err := os.Open(name)
		if err != nil {
			return 0, err
		}
		n, err := folder.AddRejects(f, name)
		f.Close()
		if err != nil {
			return 0, err
		}
		rows += n
	}
	return rows, nil
}
