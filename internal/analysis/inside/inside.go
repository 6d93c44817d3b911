// Package inside opens package analysis to the project's own rooms: it has what users of
// the library have no need of. Package analysis imports it and sets the functions, so its
// types are not known here: opts is an analysis.Options, and a result an *analysis.Result.
package inside

import (
	"context"
	"time"

	"github.com/sav-analytics/sav/internal/analysis/detail"
	"github.com/sav-analytics/sav/internal/analysis/engine"
	"github.com/sav-analytics/sav/internal/analysis/pair"
	"github.com/sav-analytics/sav/internal/analysis/schema"
	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/internal/tally"
	"github.com/sav-analytics/sav/source"
)

// Collect is the first half of analysis.Run: it finds what the conversations contribute
// to a report, and keeps more of them if it is asked to. The set must be closed.
var Collect func(ctx context.Context, src source.Source, opts any, keep engine.Keep) (*waits.Set, error)

// Summarize is the second half of analysis.Run.
var Summarize func(ctx context.Context, set *waits.Set, opts any) (result any, err error)

// Rules returns the rules of opts; latest is the time of the latest message.
var Rules func(opts any, latest int64) pair.Rules

// Schema returns the schema of a report of opts.
var Schema func(opts any) schema.Schema

// NeedsClient reports whether messages must be read with their clients.
var NeedsClient func(opts any) bool

// Of returns what a result holds for our own rooms.
var Of func(result any) *Held

// Held is what a result holds for our own rooms.
type Held struct {
	Facts    tally.Facts
	Detail   *detail.Detail // what pictures show beyond the report; nil unless asked for
	From, To time.Time      // the window of the run; an open end is zero
}
