package explain

import (
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/pair"
	"github.com/sav-analytics/sav/internal/analysis/promise"
	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/internal/micros"
	"github.com/sav-analytics/sav/policy"
)

// A Promised is what a policy says of a conversation.
type Promised struct {
	Calendar *policy.Calendar // that of the conversation's merchant and country
	Worked   time.Duration    // the part of Trace.Waited within the hours of Calendar
	Target   time.Duration    // within which an answer was promised; 0 if none was
	Clock    policy.Clock     // of Target
	// Status is [analysis.TargetMet], [analysis.TargetMissed] or [analysis.TargetOpen];
	// empty without a target.
	Status string
	Due    bool // it is met or missed, and Target had run out by as-of
}

// promised returns what a policy says of the conversation, by the rules of a run; nil
// without a policy or without C.
func (t *tracer) promised(p *policy.Policy) *Promised {
	if p == nil || t.Opening == pair.None {
		return nil
	}
	opened, waited := t.Rows[t.Opening].At.UnixMicro(), t.Waited.Microseconds()
	x := waits.Pair{Answered: t.Response != pair.None, Opened: opened, Ended: opened + waited, Worked: waited}
	if book := promise.NewBook(p, t.rules.AsOf, func(groups.Group) groups.Key { return t.key }, t.dict); book != nil {
		book.Judge(&x)
	}
	target, _ := p.Target(t.Merchant, t.Country)
	said := &Promised{Calendar: p.Calendar(t.Merchant, t.Country), Worked: micros.Duration(x.Worked),
		Target: micros.Duration(target), Clock: p.Clock}
	switch x.Outcome {
	case waits.Met, waits.MetAndDue:
		said.Status, said.Due = analysis.TargetMet, x.Outcome == waits.MetAndDue
	case waits.Missed:
		said.Status, said.Due = analysis.TargetMissed, true
	case waits.Open:
		said.Status = analysis.TargetOpen
	}
	return said
}
