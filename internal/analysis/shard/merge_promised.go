package shard

import (
	"slices"

	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/promise"
	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/policy"
)

// A promises gathers what a policy adds to the groups of states.
type promises struct {
	book   *promise.Book
	worked []waits.Wait

	elapsed, working, early []int64 // of the answered conversations of a group: scratch
}

// judgeUnanswered judges a conversation that is not answered.
func (m *merger) judgeUnanswered(x *waits.Pair) {
	m.promises.book.Judge(x)
	m.promises.worked = append(m.promises.worked, x.WorkedWait())
	var targets waits.Targets
	targets.Count(x.Outcome)
	m.set.AddTargets(x.Group, &targets)
}

// judgeAnswered reads what a policy adds to a group, and judges its answered
// conversations, whose times are in p.elapsed.
func (m *merger) judgeAnswered(g groups.Group, d *groupDecoder) {
	p := &m.promises
	p.working, p.early = p.working[:0], p.early[:0]
	if p.book.HasCalendars() {
		last := int64(0)
		for range p.elapsed {
			last = d.after(last)
			p.working = append(p.working, last)
			p.worked = append(p.worked, waits.Wait{Span: waits.NewSpan(last, 0), Group: g, Opened: d.quarter()})
		}
	}
	if p.book.HasTargets() {
		last := d.first
		for range d.Length() {
			last = d.after(last)
			p.early = append(p.early, last)
		}
		targets, ok := p.book.Answered(g, p.elapsed, p.working, p.early)
		if !ok {
			d.Fail()
		}
		m.set.AddTargets(g, &targets)
	}
}

// unused returns the merchants and countries that the policy names and no shard has.
func unused(states []*State) (all []policy.Who) {
	for _, who := range holder(states).unused {
		if !slices.ContainsFunc(states,
			func(s *State) bool { return s.policy != nil && !slices.Contains(s.unused, who) }) {
			all = append(all, who)
		}
	}
	return all
}

// samePolicy reports whether two states were made with the same policy.
func samePolicy(a, b *State) bool {
	return (a.policy == nil) == (b.policy == nil) && (a.policy == nil || a.policy.SHA256 == b.policy.SHA256)
}

// policyOf names the policy of a state in an error.
func policyOf(s *State) string {
	if s.policy == nil {
		return "none"
	}
	return s.policy.Path + " (SHA-256 " + s.policy.SHA256[:12] + "…)"
}

// Policy returns the policy that the shard was made with; nil if there was none.
func (s *State) Policy() *policy.Policy { return s.policy }
