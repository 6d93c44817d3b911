package analysis

import (
	"context"
	"runtime"

	"github.com/sav-analytics/sav/analysis/internal/pair"
	"github.com/sav-analytics/sav/source"
)

// StateOf reads all messages of src and makes their state, and no report: what a
// process of a cluster does for its part of the conversations. The state does not say
// which conversations it has; if there are any, State.Bucket must be set to merge it. Levels, Pairs and Detail are as of [Run]: they say what the report will need.
func StateOf(ctx context.Context, src source.Source, opts Options) (*State, error) {
	spill := newSpill(opts.SpillDir, opts.MemoryLimit)
	defer spill.close()
	r, err := read(ctx, src, &opts, spill)
	if err != nil {
		return nil, err
	}
	c, err := r.store.collect(ctx, r.dict, r.limits, kept{})
	if err != nil {
		return nil, err
	}
	state := newState(&opts, r.limits, c, r.dict)
	state.rows = r.counts
	keys := r.store.groups.keys
	o, err := c.sort(r.store.cells, runtime.GOMAXPROCS(0))
	if err != nil {
		return nil, err
	}
	state.contribute(c, o, rank(keys, c.used(len(keys)), r.dict), r.dict)
	return state, nil
}

// A reading is the messages of a source, spread over partitions.
type reading struct {
	store  *store
	dict   *source.Dict
	counts source.Counts
	limits *pair.Limits
}

// read takes all messages of src.
func read(ctx context.Context, src source.Source, opts *Options, spill *spill) (*reading, error) {
	if err := opts.check(); err != nil {
		return nil, err
	}
	if src == nil {
		return nil, errNoSource
	}
	rows := int64(0)
	if sizer, ok := src.(source.Sizer); ok {
		rows = sizer.EstimateRows()
	}
	r := &reading{store: newStore(rows, opts.NeedsClient(), spill), dict: source.NewDict()}
	err := src.Read(ctx, &source.Receiver{
		Needs: source.Needs{Client: opts.NeedsClient()}, Dict: r.dict, Batch: r.store.add, Reject: opts.Reject,
	})
	if err != nil {
		return nil, err
	}
	var latest int64
	if r.counts, latest, err = r.store.finish(); err != nil {
		return nil, err
	}
	r.limits = opts.limits(latest)
	return r, nil
}
