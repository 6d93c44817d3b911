package waits

import (
	"time"

	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/memory"
	"github.com/sav-analytics/sav/internal/analysis/pair"
	"github.com/sav-analytics/sav/internal/analysis/periods"
	"github.com/sav-analytics/sav/internal/tally"
	"github.com/sav-analytics/sav/policy"
	"github.com/sav-analytics/sav/source"
)

// Counts are of messages that don't count, and of conversations.
type Counts struct {
	Duplicates, AfterAsOf       int64 // messages
	MerchantOnly, OutsideWindow int64 // conversations that are in no group
	Conversations, Answered     int64 // conversations in the window, and of these
}

// Add adds the counts of o.
func (c *Counts) Add(o *Counts) {
	c.Duplicates += o.Duplicates
	c.AfterAsOf += o.AfterAsOf
	c.MerchantOnly += o.MerchantOnly
	c.OutsideWindow += o.OutsideWindow
	c.Conversations += o.Conversations
	c.Answered += o.Answered
}

// A Part is what one goroutine finds.
type Part struct {
	Counts
	Totals []Total  // of each group
	Pieces [][]Wait // of all conversations in the window
	Pairs  []Pair   // of these too, if they are asked for
	// Followed are those that were unanswered until another contact of their thread
	// began: all others that are unanswered were watched until as-of.
	Followed []Followed
	oldest   map[periods.Period][]openPair

	// Of a policy, if there is one.
	Worked  [][]Wait  // as Pieces, but within working hours
	Targets []Targets // of each group
	Early   []Early   // if they are asked for
}

// Count adds a conversation in the window to all but Pieces and Pairs.
func (p *Part) Count(x *Pair) {
	p.AddTotal(x.Group, &Total{1, x.ExchNr, x.Turns, Sum{Low: uint64(x.TurnTime)}})
	p.Conversations++
	if x.Answered {
		p.Answered++
	}
	if x.Outcome != NoTarget {
		p.countTarget(x.Group, x.Outcome)
	}
}

// AddTotal adds to the sums of a group.
func (p *Part) AddTotal(g groups.Group, t *Total) {
	p.grow(int(g) + 1)
	p.Totals[g].Add(t)
}

// grow makes room for the totals of n groups.
func (p *Part) grow(groups int) {
	if missing := groups - len(p.Totals); missing > 0 {
		p.Totals = append(p.Totals, make([]Total, missing)...)
	}
}

// Merge adds what another goroutine found.
func (p *Part) Merge(o *Part) {
	p.Counts.Add(&o.Counts)
	p.grow(len(o.Totals))
	for g := range o.Totals {
		p.Totals[g].Add(&o.Totals[g])
	}
	p.Pieces = append(p.Pieces, o.Pieces...)
	p.Pairs = append(p.Pairs, o.Pairs...)
	p.mergeOldest(o)
	p.Followed = append(p.Followed, o.Followed...)
	p.mergeTargets(o)
}

// A Set is what the conversations of a window contribute to a report. In which order
// they are has no effect on anything.
type Set struct {
	Part
	Rows   source.Counts // of the input
	Facts  tally.Facts   // of the input
	Latest int64         // time of the latest message, in µs since 1970 UTC; 0 without messages
	Rules  pair.Rules
	Keys   []groups.Key // of each group
	Dict   *source.Dict
	Oldest []Unanswered // as SortOldest returns them
	// oldestIn are those of each period, if groups tell periods apart.
	oldestIn map[periods.Period][]Unanswered

	// Unused are the merchants and countries that a policy names, and no message has.
	Unused []policy.Who

	ReadTime, PairTime time.Duration // that it took

	limit   *memory.Limit  // of the memory of a sort; nil: none
	memory  *memory.Slabs  // that messages had
	kept    []memory.Place // where Pieces end in it
	close   func()
	sorted  *Sorted
	worked  *Sorted
	ranking *groups.Ranking
}

// Reuse lets the set use memory for its sort, but for what is kept: the cells up to
// these places. What more it takes is within limit, if that is not nil. Close calls close.
func (s *Set) Reuse(memory *memory.Slabs, kept []memory.Place, limit *memory.Limit, close func()) {
	s.memory, s.kept, s.limit, s.close = memory, kept, limit, close
}

// Close frees what the set holds beside memory. Nothing of it may be used after that.
func (s *Set) Close() {
	if s.close != nil {
		s.close()
	}
}

// Rank returns the ranking of the groups with a conversation.
func (s *Set) Rank() *groups.Ranking {
	if s.ranking != nil {
		return s.ranking
	}
	used := make([]bool, len(s.Keys))
	for g := range s.Totals {
		used[g] = s.Totals[g].Conversations > 0
	}
	s.ranking = groups.Rank(s.Keys, used, s.Dict)
	return s.ranking
}
