package analysis

import (
	"context"

	"github.com/sav-analytics/sav/source"
)

// RunSpilling is Run with room for so many cells in memory.
func RunSpilling(ctx context.Context, src source.Source, opts Options, cells int) (*Result, error) {
	spill := &spill{dir: opts.SpillDir, budget: cells, free: 1 << 30}
	defer spill.close()
	return run(ctx, src, opts, spill)
}
