package analysis

import (
	"context"

	"github.com/sav-analytics/sav/internal/analysis/engine"
	"github.com/sav-analytics/sav/internal/analysis/inside"
	"github.com/sav-analytics/sav/internal/analysis/pair"
	"github.com/sav-analytics/sav/internal/analysis/schema"
	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/source"
)

// What our own rooms may do beyond what users of the library may.
func init() {
	inside.Collect = func(ctx context.Context, src source.Source, opts any, keep engine.Keep) (*waits.Set, error) {
		return collect(ctx, src, opts.(Options), keep)
	}
	inside.Summarize = func(ctx context.Context, set *waits.Set, opts any) (any, error) {
		return summarize(ctx, set, opts.(Options))
	}
	inside.Rules = func(opts any, latest int64) pair.Rules { return opts.(Options).rules(latest) }
	inside.Schema = func(opts any) schema.Schema { return opts.(Options).schema() }
	inside.NeedsClient = func(opts any) bool { return opts.(Options).needsClient() }
	inside.Of = func(result any) *inside.Held { return &result.(*Result).held }
}
