package analysis

import (
	"fmt"
	"slices"
	"time"

	"github.com/sav-analytics/sav/internal/analysis/pair"
	"github.com/sav-analytics/sav/internal/analysis/schema"
	"github.com/sav-analytics/sav/policy"
	"github.com/sav-analytics/sav/source"
)

// Options say what a report is about. The zero value is: all conversations,
// known as of the latest message, at the default levels.
type Options struct {
	// AsOf is the last instant that is known: messages after it are ignored.
	// Zero is that of the latest message of a client or a merchant.
	AsOf time.Time
	// From and To are the window: conversations opened in [From, To) count. A
	// zero end is open.
	From, To time.Time
	// NewAfter is for threads that are kept for ever: a client message more than that
	// after the message before it begins another conversation. They are shown as ID,
	// ID#2, ID#3, … Zero is off.
	NewAfter time.Duration
	// NewestFirst says that the newest message stands first in the input: where its
	// order decides of messages of one time, the later row is the earlier message.
	NewestFirst bool
	// Levels are the parts of the report, in this order. None are all but ByMerchantClient.
	Levels []Level
	// Within are the times within which answers are counted, in ascending order. None
	// are 24h.
	Within []Within
	// Policy says which time is working time, and within which time an answer was
	// promised. nil says neither.
	Policy *policy.Policy
	// Every adds to each group a row for each period of Zone in which it has a conversation.
	Every Every
	// Pairs asks for Result.Pairs.
	Pairs bool
	// Detail asks for what pictures show beyond the report, which a sink.Folder writes to
	// detail.json.
	Detail bool
	// Zone is that of the days and hours of Every and Detail; nil is UTC.
	Zone *time.Location
	// MemoryLimit is how many bytes of memory a run may take, about; messages
	// beyond it go to files in SpillDir and come back. 0 is no limit. Texts are kept in
	// memory, whatever the limit: those of ids that are no integers. A conversation
	// whose messages don't fit is a [MemoryError].
	MemoryLimit int64
	SpillDir    string // empty is the system's folder for temporary files
	// Clock is when the run began: later messages by more than a day are in the
	// future. Zero: none are.
	Clock time.Time
	// Reject, if not nil, takes each row that cannot be used, in the order of
	// the input.
	Reject func(*source.Reject) error
}

// Check returns an error if no report can be of these options, and fills in what is
// left out.
func (o *Options) Check() error {
	if len(o.Levels) == 0 {
		o.Levels = defaultLevels()
	}
	for _, level := range o.Levels {
		if !level.known() {
			return fmt.Errorf("analysis: unknown level %d; expected 0 to %d", level, numLevels-1)
		}
	}
	if !o.Every.known() {
		return fmt.Errorf("analysis: unknown period %d; expected %d to %d", o.Every, Never, Monthly)
	}
	if err := schema.CheckWithin(o.Within); err != nil {
		return fmt.Errorf("analysis: within: %w", err)
	}
	switch {
	case !o.From.IsZero() && !o.To.IsZero() && !o.From.Before(o.To):
		return fmt.Errorf("analysis: no window: from %s is not before to %s", o.From.Format(time.RFC3339Nano),
			o.To.Format(time.RFC3339Nano))
	case o.NewAfter < 0 || o.NewAfter%time.Microsecond != 0:
		return fmt.Errorf(
			"analysis: another conversation after %v of silence; expected whole microseconds, 0 for never", o.NewAfter)
	case o.MemoryLimit < 0:
		return fmt.Errorf("analysis: a memory limit of %d bytes", o.MemoryLimit)
	}
	return nil
}

// rules returns those of the options; latest is the time of the latest message.
func (o Options) rules(latest int64) pair.Rules {
	r := pair.NewRules(o.AsOf, o.From, o.To, latest)
	r.NewAfter, r.NewestFirst = o.NewAfter.Microseconds(), o.NewestFirst
	return r
}

// needsClient reports whether messages must be read with their clients.
func (o Options) needsClient() bool {
	return o.Pairs || slices.ContainsFunc(o.Levels, func(l Level) bool { return l.spec().by.Client })
}

// schema returns the schema of a report with these options.
func (o Options) schema() schema.Schema {
	return schema.Schema{Within: o.Within, Periods: o.Every != Never, Work: o.Policy.HasCalendars(),
		Targets: o.Policy.HasTargets()}
}

// A Within is a time within which the report counts answers, such as 24h. Its
// columns have its name. [ParseWithin] makes it; String returns the name, and Duration
// the time.
type Within = schema.Within

// ParseWithin reads a comma-separated list of times, each a whole number and s, m,
// h or d (24 h), in ascending order. An empty list is the default.
func ParseWithin(list string) ([]Within, error) { return schema.ParseWithin(list) }
