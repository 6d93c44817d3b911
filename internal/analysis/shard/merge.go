package shard

import (
	"context"
	"slices"
	"time"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/inside"
	"github.com/sav-analytics/sav/internal/analysis/pair"
	"github.com/sav-analytics/sav/internal/analysis/periods"
	"github.com/sav-analytics/sav/internal/analysis/promise"
	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/micros"
	"github.com/sav-analytics/sav/policy"
	"github.com/sav-analytics/sav/source"
)

// Merge returns the report of all shards from their states: the one that [analysis.Run]
// makes of all their messages. As-of is that of the shards if it was given to them, else
// opts.AsOf, else the latest of theirs. opts.From, To, NewAfter, NewestFirst, Within,
// Policy, Every, Pairs and Reject have no effect: they were settled when the states were
// made. Errors about states are an [ErrState].
func Merge(ctx context.Context, states []*State, opts analysis.Options) (*analysis.Result, error) {
	started := time.Now()
	if len(states) == 0 {
		return nil, errorf("no shards; expected at least one")
	}
	if i := slices.Index(states, nil); i >= 0 {
		return nil, errorf("shard %d of %d is nil", i+1, len(states))
	}
	if err := opts.Check(); err != nil {
		return nil, err
	}
	asOf, err := settle(states, &opts)
	if err != nil {
		return nil, err
	}
	opts.Pairs, opts.From, opts.To = false, time.Time{}, time.Time{}
	rules := pair.Rules{AsOf: asOf, From: states[0].from, To: states[0].to} // all have that window
	m := merger{set: &waits.Set{Rules: rules, Dict: source.NewDict()}, table: new(groups.Table)}
	m.groups = groups.NewCache(m.table)
	m.promises.book = promise.NewBook(opts.Policy, asOf, m.table.Key, m.set.Dict)
	conversations := int64(0)
	for _, s := range states {
		conversations += s.conversations
	}
	m.waits = make([]waits.Wait, 0, conversations)
	for _, s := range states {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if !m.add(s) {
			return nil, errorf("%s is damaged", s.Name)
		}
	}
	m.set.Oldest = waits.SortOldest(m.set.Oldest)
	m.set.Pieces, m.set.Keys = [][]waits.Wait{m.waits}, m.table.Keys()
	m.set.Worked, m.set.Unused = [][]waits.Wait{m.promises.worked}, unused(states)
	summarized, err := inside.Summarize(ctx, m.set, opts)
	if err != nil {
		return nil, err
	}
	result := summarized.(*analysis.Result)
	result.Elapsed.Summarize = time.Since(started)
	return result, nil
}

// settle checks that the states belong together, sets opts.Within, Policy and Every, and returns as-of.
func settle(states []*State, opts *analysis.Options) (asOf int64, err error) {
	first := states[0]
	for _, s := range states {
		asOf = max(asOf, s.asOf)
		switch {
		case s.from != first.from || s.to != first.to:
			return 0, errorf("%s has another window than %s", s.Name, first.Name)
		case s.settled != first.settled || s.settled && s.asOf != first.asOf:
			return 0, errorf("%s has another as-of than %s", s.Name, first.Name)
		case s.Zone != first.Zone:
			return 0, errorf("times of %s were read in the zone %s, those of %s in %s", s.Name, s.Zone, first.Name,
				first.Zone)
		case inside.NeedsClient(*opts) && !s.client:
			return 0, errorf("%s was made without the level %s", s.Name, analysis.ByMerchantClient)
		}
	}
	held := holder(states)
	opts.Within, opts.Policy, opts.Every = held.within, held.policy, held.every
	for _, s := range states {
		switch {
		case s.onlyRows():
		case s.newAfter != held.newAfter:
			return 0, errorf("%s begins a new conversation after %v of silence, %s after %v", s.Name,
				micros.Duration(s.newAfter), held.Name, micros.Duration(held.newAfter))
		case !slices.Equal(s.within, held.within):
			return 0, errorf("%s counts answers within %v, %s within %v", s.Name, s.within, held.Name, held.within)
		case s.every != held.every:
			return 0, errorf("%s has periods by %q, %s by %q", s.Name, s.every, held.Name, held.every)
		case !samePolicy(s, held):
			return 0, errorf("%s was made with another policy than %s: %s, not %s", s.Name, held.Name, policyOf(s),
				policyOf(held))
		}
	}
	if given := opts.AsOf; !given.IsZero() {
		if first.settled && given.UnixMicro() != asOf {
			return 0, errorf("%s was made as of %s, not %s", first.Name,
				time.UnixMicro(asOf).UTC().Format(time.RFC3339Nano), given.UTC().Format(time.RFC3339Nano))
		}
		if given.UnixMicro() < asOf {
			return 0, errorf("as of %s, but there are messages up to %s: give as-of to the shards",
				given.UTC().Format(time.RFC3339Nano), time.UnixMicro(asOf).UTC().Format(time.RFC3339Nano))
		}
		asOf = given.UnixMicro()
	}
	return asOf, disjoint(states)
}

// onlyRows reports whether the state counts only rows whose messages are in other states,
// as that of a spread does.
func (s *State) onlyRows() bool {
	return s.Bucket.Of == 0 && s.conversations == 0 && len(s.members) == 0
}

// holder returns the first state that may have conversations.
func holder(states []*State) *State {
	for _, s := range states {
		if !s.onlyRows() {
			return s
		}
	}
	return states[0]
}

// A merger adds the states of shards to one set.
type merger struct {
	set    *waits.Set
	table  *groups.Table
	groups *groups.Cache
	waits  []waits.Wait

	promises promises // without a book if nothing is promised
}

// add adds a state, and reports whether it was sound.
func (m *merger) add(s *State) bool {
	m.set.Rows.Add(&s.rows)
	m.set.Facts.Add(&s.facts)
	m.set.Latest = max(m.set.Latest, s.latest)
	m.set.Counts.Add(&waits.Counts{Duplicates: s.duplicates, AfterAsOf: s.afterAsOf, MerchantOnly: s.merchantOnly,
		OutsideWindow: s.outsideWindow, Conversations: s.conversations, Answered: s.answered})
	m.set.Oldest = append(m.set.Oldest, s.oldest...)
	parser := intake.NewParser(nil, nil, m.set.Dict)
	countries := make([]source.Text, len(s.countries))
	for i, text := range s.countries {
		countries[i] = parser.Country([]byte(text))
	}
	merchants, clients := m.ids(s.merchants), m.ids(s.clients)
	from, answered := len(m.waits), int64(0)
	d := newGroupDecoder(s)
	for d.next() && int64(len(m.waits)-from)+d.total.Conversations <= s.conversations {
		g := m.groups.Number(groups.Key{Merchant: merchants[d.merchant], Client: clients[d.client],
			Country: countries[d.country], Period: periods.Period(d.period)})
		m.set.AddTotal(g, &d.total)
		m.promises.elapsed = m.promises.elapsed[:0]
		for range d.answered {
			time, opened := d.answer()
			m.promises.elapsed = append(m.promises.elapsed, time)
			m.waits = append(m.waits, waits.Wait{Span: waits.NewSpan(time, 0), Group: g, Opened: opened})
		}
		for range d.followed {
			opened, ended := d.pair()
			m.set.Followed = append(m.set.Followed, waits.Followed{Group: g, Opened: opened, Ended: ended})
			m.addUnanswered(g, opened, ended)
		}
		for range d.open {
			m.addUnanswered(g, d.opening(), m.set.Rules.AsOf)
		}
		if m.promises.book != nil {
			m.judgeAnswered(g, d)
		}
		answered += d.answered
	}
	return !d.Bad && len(d.Bytes) == 0 && int64(len(m.waits)-from) == s.conversations && answered == s.answered
}

// addUnanswered adds a conversation that was not answered, from its opening until it was
// last watched.
func (m *merger) addUnanswered(g groups.Group, opened, ended int64) {
	x := waits.Pair{Group: g, Opened: opened, Ended: ended}
	m.waits = append(m.waits, x.Wait())
	if m.promises.book != nil {
		m.judgeUnanswered(&x)
	}
}

func (m *merger) ids(texts []string) []source.ID {
	ids := make([]source.ID, len(texts))
	for i, text := range texts {
		ids[i] = m.set.Dict.ID([]byte(text))
	}
	return ids
}

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
