package waits

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/periods"
	"github.com/sav-analytics/sav/source"
)

// MaxOldest is how many unanswered conversations are kept by name: those opened first.
const MaxOldest = 20

// An Unanswered is an unanswered conversation.
type Unanswered struct {
	Opened       int64 // µs since 1970 UTC
	Conversation string
	Merchant     string
	Country      string
}

// SortOldest returns the MaxOldest conversations that were opened first, in that order;
// of one instant, by their ids as texts.
func SortOldest(open []Unanswered) []Unanswered {
	slices.SortFunc(open, func(a, b Unanswered) int {
		return cmp.Or(cmp.Compare(a.Opened, b.Opened), strings.Compare(a.Conversation, b.Conversation))
	})
	return open[:min(len(open), MaxOldest)]
}

// openPair is an unanswered conversation as a goroutine finds it.
type openPair struct {
	opened       int64
	conversation string
	group        groups.Group
}

// compare orders by opening, then by the text of the id.
func (o openPair) compare(other openPair) int {
	return cmp.Or(cmp.Compare(o.opened, other.opened), strings.Compare(o.conversation, other.conversation))
}

// MayKeep reports whether KeepOldest may keep an unanswered conversation: if not, it was
// opened after those that are kept.
func (p *Part) MayKeep(x *Pair, period periods.Period) bool {
	kept := p.oldest[period]
	return len(kept) < MaxOldest || x.Opened <= kept[MaxOldest-1].opened
}

// KeepOldest keeps an unanswered conversation if it is one of the MaxOldest of its period
// that were opened first. The period is zero if groups don't tell periods apart.
func (p *Part) KeepOldest(x *Pair, period periods.Period, dict *source.Dict) {
	kept := p.oldest[period]
	full := len(kept) == MaxOldest
	o := openPair{x.Opened, string(x.AppendName(nil, dict)), x.Group}
	at, _ := slices.BinarySearchFunc(kept, o, openPair.compare)
	if full {
		if at == MaxOldest {
			return
		}
		kept = kept[:MaxOldest-1]
	}
	if p.oldest == nil {
		p.oldest = make(map[periods.Period][]openPair)
	}
	p.oldest[period] = slices.Insert(kept, at, o)
}

func (p *Part) mergeOldest(o *Part) {
	for period, open := range o.oldest {
		if p.oldest == nil {
			p.oldest = make(map[periods.Period][]openPair)
		}
		p.oldest[period] = append(p.oldest[period], open...)
	}
}

// NameOldest names the merchants and countries of the conversations that the parts kept,
// once all parts are merged.
func (s *Set) NameOldest() {
	s.oldestIn = make(map[periods.Period][]Unanswered)
	for period, open := range s.oldest {
		for _, o := range open {
			key := s.Keys[o.group]
			u := Unanswered{o.opened, o.conversation, s.Dict.IDText(key.Merchant), s.Dict.TextOf(key.Country)}
			s.oldestIn[period] = append(s.oldestIn[period], u)
			s.Oldest = append(s.Oldest, u)
		}
		s.oldestIn[period] = SortOldest(s.oldestIn[period])
	}
	s.Oldest = SortOldest(s.Oldest)
}
