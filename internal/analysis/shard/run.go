package shard

import (
	"context"
	"runtime"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/analysis/engine"
	"github.com/sav-analytics/sav/internal/analysis/inside"
	"github.com/sav-analytics/sav/internal/analysis/schema"
	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/source"
)

// Run reads all messages of src and makes their report, as [analysis.Run] does, and
// their state.
func Run(ctx context.Context, src source.Source, opts analysis.Options) (*analysis.Result, *State, error) {
	var m members
	set, err := inside.Collect(ctx, src, opts, engine.Keep{Visit: m.visit, Early: true})
	if err != nil {
		return nil, nil, err
	}
	defer set.Close()
	state, err := newState(set, &opts) // before its memory is used for other things
	if err != nil {
		return nil, nil, err
	}
	result, err := inside.Summarize(ctx, set, opts)
	if err != nil {
		return nil, nil, err
	}
	state.members = m.list(set.Dict)
	return result.(*analysis.Result), state, nil
}

// Of reads all messages of src and makes their state, and no report: what a process of
// a cluster does for its part of the conversations. The state does not say which
// conversations it has; if there are any, State.Bucket must be set to merge it.
// opts.Levels say what the report will need; Pairs and Detail are of no effect.
func Of(ctx context.Context, src source.Source, opts analysis.Options) (*State, error) {
	opts.Pairs = false
	set, err := inside.Collect(ctx, src, opts, engine.Keep{Early: true})
	if err != nil {
		return nil, err
	}
	defer set.Close()
	return newState(set, &opts)
}

// newState returns the state of a set, but for its members.
func newState(set *waits.Set, opts *analysis.Options) (*State, error) {
	sorted, err := set.Sort(runtime.GOMAXPROCS(0))
	if err != nil {
		return nil, err
	}
	s := &State{Zone: "UTC", asOf: set.Rules.AsOf, latest: set.Latest, settled: !opts.AsOf.IsZero(),
		from: set.Rules.From, to: set.Rules.To, newAfter: set.Rules.NewAfter, client: inside.NeedsClient(*opts),
		within: opts.Within, every: opts.Every, policy: opts.Policy, unused: set.Unused, rows: set.Rows,
		facts: set.Facts, duplicates: set.Duplicates, afterAsOf: set.AfterAsOf, merchantOnly: set.MerchantOnly,
		outsideWindow: set.OutsideWindow, conversations: set.Conversations, answered: set.Answered, oldest: set.Oldest}
	if opts.Zone != nil {
		s.Zone = opts.Zone.String()
	}
	if len(s.within) == 0 {
		s.within = schema.DefaultWithin()
	}
	return s, s.encodeGroups(set, sorted)
}
