package waits

import "github.com/sav-analytics/sav/internal/analysis/groups"

// An Outcome is what became of the time within which an answer was promised.
type Outcome uint8

// The outcomes of a conversation.
const (
	NoTarget Outcome = iota
	Open             // not answered, and the target has not run out
	Missed
	Met
	MetAndDue // met, and the target had run out by as_of
)

// Targets counts the outcomes of a group, which are no more than conversations can be.
type Targets struct {
	Met       uint32 // due or not
	MetAndDue uint32
	Missed    uint32
	Open      uint32
}

// Count counts an outcome.
func (t *Targets) Count(o Outcome) {
	switch o {
	case MetAndDue:
		t.MetAndDue++
		t.Met++
	case Met:
		t.Met++
	case Missed:
		t.Missed++
	case Open:
		t.Open++
	}
}

// Add adds the counts of o.
func (t *Targets) Add(o *Targets) {
	t.Met += o.Met
	t.MetAndDue += o.MetAndDue
	t.Missed += o.Missed
	t.Open += o.Open
}

// Due returns how many are decided and would be, had nobody answered: what is met is
// known early, what is missed only after the target.
func (t *Targets) Due() int64 { return int64(t.Missed) + int64(t.MetAndDue) }

// A Followed is a conversation that was unanswered until another contact of its thread
// began. Times are in µs since 1970 UTC.
type Followed struct {
	Group         groups.Group
	Opened, Ended int64
}

// An Early is a conversation whose target was met, and had not run out by as_of.
type Early struct {
	Group  groups.Group
	Opened int64 // µs since 1970 UTC
}

// countTarget counts the outcome of a conversation in its group.
func (p *Part) countTarget(g groups.Group, o Outcome) {
	p.growTargets(int(g) + 1)
	p.Targets[g].Count(o)
}

// AddTargets adds to the counts of a group.
func (p *Part) AddTargets(g groups.Group, t *Targets) {
	p.growTargets(int(g) + 1)
	p.Targets[g].Add(t)
}

func (p *Part) growTargets(groups int) {
	if missing := groups - len(p.Targets); missing > 0 {
		p.Targets = append(p.Targets, make([]Targets, missing)...)
	}
}

// mergeTargets adds what another goroutine found of working times and targets.
func (p *Part) mergeTargets(o *Part) {
	p.growTargets(len(o.Targets))
	for g := range o.Targets {
		p.Targets[g].Add(&o.Targets[g])
	}
	p.Worked = append(p.Worked, o.Worked...)
	p.Early = append(p.Early, o.Early...)
}
