package analysis

import (
	"context"

	"github.com/sav-analytics/sav/internal/analysis/engine"
	"github.com/sav-analytics/sav/internal/analysis/memory"
	"github.com/sav-analytics/sav/source"
)

// RunSpilling is Run with room for so many cells in memory.
func RunSpilling(ctx context.Context, src source.Source, opts Options, cells int) (*Result, error) {
	limit := memory.NewLimit(opts.SpillDir, 1)
	limit.Cells, limit.Beside = cells, 1<<30
	set, err := collectWithin(ctx, src, opts, engine.Keep{}, limit)
	if err != nil {
		return nil, err
	}
	defer set.Close()
	return summarize(ctx, set, opts)
}
