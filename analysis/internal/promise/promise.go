// Package promise applies a policy to conversations: how much of a wait was working
// time, and what became of the target.
package promise

import (
	"github.com/sav-analytics/sav/analysis/internal/groups"
	"github.com/sav-analytics/sav/analysis/internal/waits"
	"github.com/sav-analytics/sav/policy"
	"github.com/sav-analytics/sav/source"
)

// A Book says what was promised to the conversations of each group. It looks a
// group up in the policy once. Each goroutine has its own.
type Book struct {
	policy *policy.Policy
	asOf   int64 // µs since 1970 UTC
	key    func(groups.Group) groups.Key
	dict   *source.Dict

	worked, targets, onWork bool
	of                      []promise // of each group
}

// A promise is that of a group.
type promise struct {
	calendar *policy.Calendar // nil: not looked up yet
	target   int64            // µs; 0: none
}

// NewBook returns the book of a policy as of a time; nil if the policy promises
// nothing. key returns the key of a group, whose names are those of dict.
func NewBook(p *policy.Policy, asOf int64, key func(groups.Group) groups.Key, dict *source.Dict) *Book {
	if !p.HasCalendars() && !p.HasTargets() {
		return nil
	}
	return &Book{policy: p, asOf: asOf, key: key, dict: dict,
		worked: p.HasCalendars(), targets: p.HasTargets(), onWork: p.HasCalendars() && p.Clock == policy.Work}
}

// HasCalendars reports whether working times are asked for; nil has none.
func (b *Book) HasCalendars() bool { return b != nil && b.worked }

// promise returns that of a group.
func (b *Book) promise(g groups.Group) *promise {
	if missing := int(g) + 1 - len(b.of); missing > 0 {
		b.of = append(b.of, make([]promise, missing)...)
	}
	p := &b.of[g]
	if p.calendar == nil {
		key := b.key(g)
		merchant, country := b.dict.IDText(key.Merchant), b.dict.TextOf(key.Country)
		p.calendar = b.policy.Calendar(merchant, country)
		p.target, _ = b.policy.Target(merchant, country)
	}
	return p
}

// Judge sets what the policy says of a conversation: its working time, its target and
// what became of that.
func (b *Book) Judge(x *waits.Pair) {
	p := b.promise(x.Group)
	time := x.Ended - x.Opened
	if b.worked {
		x.Worked = p.calendar.Working(x.Opened, x.Ended)
		if b.onWork {
			time = x.Worked
		}
	}
	x.Target = p.target
	switch {
	case p.target == 0:
		x.Outcome = waits.NoTarget
	case time > p.target:
		x.Outcome = waits.Missed
	case !x.Answered:
		x.Outcome = waits.Open
	case b.due(p, x.Opened):
		x.Outcome = waits.MetAndDue
	default:
		x.Outcome = waits.Met
	}
}

// due reports whether the target of a conversation that was opened then had run out by as_of.
func (b *Book) due(p *promise, opened int64) bool {
	if b.asOf-opened <= p.target { // on either clock
		return false
	}
	return !b.onWork || p.calendar.Working(opened, b.asOf) > p.target
}

// HasTargets reports whether anything is promised; nil has nothing.
func (b *Book) HasTargets() bool { return b != nil && b.targets }

// Answered returns what became of the targets of a group's answered conversations, of
// which the elapsed times and, with calendars, the working times are given; and when
// those were opened that had been met early.
func (b *Book) Answered(g groups.Group, elapsed, working, early []int64) (t waits.Targets) {
	p := b.promise(g)
	if p.target == 0 {
		return t
	}
	times := elapsed
	if b.onWork {
		times = working
	}
	for _, time := range times {
		if time > p.target {
			t.Missed++
		} else {
			t.Met++
		}
	}
	t.MetAndDue = t.Met
	for _, opened := range early {
		if !b.due(p, opened) {
			t.MetAndDue--
		}
	}
	return t
}
