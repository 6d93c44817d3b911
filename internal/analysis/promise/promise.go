// Package promise applies a policy to conversations: how much of a wait was working
// time, and what became of the target.
package promise

import (
	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/waits"
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
	of                      []uint32 // of each group: the number of its promise, plus one; 0 is not looked up yet
	promises                []promise
	numbers                 map[terms]uint32 // plus one

	named     map[source.ID]bool     // merchants that the policy names
	countries map[source.Text]uint32 // the number of the promise of all others, by country
}

// Terms are what was promised.
type terms struct {
	calendar *policy.Calendar
	target   int64 // µs; 0: none
}

// A promise is terms, and the time before which a conversation must be opened for the
// target to have run out by as_of.
type promise struct {
	terms
	due int64
}

// NewBook returns the book of a policy as of a time; nil if the policy promises
// nothing. key returns the key of a group, whose names are those of dict.
func NewBook(p *policy.Policy, asOf int64, key func(groups.Group) groups.Key, dict *source.Dict) *Book {
	if !p.HasCalendars() && !p.HasTargets() {
		return nil
	}
	named := make(map[source.ID]bool)
	p.Unused(func(merchant string) bool {
		named[dict.ID([]byte(merchant))] = true
		return true
	}, func(string) bool { return true })
	return &Book{policy: p, asOf: asOf, key: key, dict: dict, named: named, countries: make(map[source.Text]uint32),
		worked: p.HasCalendars(), targets: p.HasTargets(), onWork: p.HasCalendars() && p.Clock == policy.Work,
		numbers: make(map[terms]uint32)}
}

// HasCalendars reports whether working times are asked for; nil has none.
func (b *Book) HasCalendars() bool { return b != nil && b.worked }

func (b *Book) promise(g groups.Group) *promise {
	if int(g) >= len(b.of) || b.of[g] == 0 {
		b.look(g)
	}
	return &b.promises[b.of[g]-1]
}

// look looks a group up in the policy.
func (b *Book) look(g groups.Group) {
	if missing := int(g) + 1 - len(b.of); missing > 0 {
		b.of = append(b.of, make([]uint32, missing)...)
	}
	key := b.key(g)
	if b.named[key.Merchant] {
		b.of[g] = b.number(b.dict.IDText(key.Merchant), b.dict.TextOf(key.Country))
		return
	}
	number, known := b.countries[key.Country]
	if !known {
		number = b.number("", b.dict.TextOf(key.Country))
		b.countries[key.Country] = number
	}
	b.of[g] = number
}

// number returns the number of the promise of a merchant in a country, plus one. It looks
// them up in the policy.
func (b *Book) number(merchant, country string) uint32 {
	t := terms{calendar: b.policy.Calendar(merchant, country)}
	t.target, _ = b.policy.Target(merchant, country)
	number, known := b.numbers[t]
	if !known {
		b.promises = append(b.promises, promise{t, b.dueBefore(t)})
		number = uint32(len(b.promises))
		b.numbers[t] = number
	}
	return number
}

// dueBefore returns the time before which a conversation must be opened for a target to
// have run out by as_of.
func (b *Book) dueBefore(t terms) int64 {
	latest := b.asOf - t.target // on either clock
	if !b.onWork || t.target == 0 {
		return latest
	}
	return latest - firstTime(func(ago int64) bool { return t.calendar.Working(latest-ago, b.asOf) > t.target }) + 1
}

// firstTime returns the shortest time from 0 µs on for which yes holds, as it does for
// all longer ones, or more than a century: a galloping search.
func firstTime(yes func(int64) bool) int64 {
	const hour, century = 3_600_000_000, 100 * 365 * 24 * 3_600_000_000
	if yes(0) {
		return 0
	}
	no, step := int64(0), int64(hour)
	for !yes(no + step) {
		no, step = no+step, 2*step
		if no > century {
			return no
		}
	}
	for step > 1 { // yes holds of no + step
		half := step / 2
		if !yes(no + half) {
			no, step = no+half, step-half
		} else {
			step = half
		}
	}
	return no + step
}

// Target returns within how many µs an answer is promised to the conversations of a group,
// 0 for none, and the time before which one must be opened for that to have run out.
func (b *Book) Target(g groups.Group) (target, due int64) {
	p := b.promise(g)
	return p.target, p.due
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
	switch {
	case p.target == 0:
		x.Outcome = waits.NoTarget
	case time > p.target:
		x.Outcome = waits.Missed
	case !x.Answered:
		x.Outcome = waits.Open
	case x.Opened < p.due:
		x.Outcome = waits.MetAndDue
	default:
		x.Outcome = waits.Met
	}
}

// HasTargets reports whether anything is promised; nil has nothing.
func (b *Book) HasTargets() bool { return b != nil && b.targets }

// Answered returns what became of the targets of a group's answered conversations, of
// which the elapsed times and, with calendars, the working times are given; and when
// those were opened that had been met early. It returns false if these are too many.
func (b *Book) Answered(g groups.Group, elapsed, working, early []int64) (t waits.Targets, ok bool) {
	p := b.promise(g)
	if p.target == 0 {
		return t, len(early) == 0
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
	if len(early) > int(t.Met) {
		return t, false
	}
	for _, opened := range early {
		if opened >= p.due {
			t.MetAndDue--
		}
	}
	return t, true
}
