package waits

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sav-analytics/sav/analysis/internal/groups"
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

// keepOldest keeps a conversation if it is one of the MaxOldest unanswered ones that were
// opened first.
func (p *Part) keepOldest(x *Pair, dict *source.Dict) {
	full := len(p.oldest) == MaxOldest
	if full && x.Opened > p.oldest[MaxOldest-1].opened {
		return
	}
	o := openPair{x.Opened, dict.IDText(x.Conversation), x.Group}
	at, _ := slices.BinarySearchFunc(p.oldest, o, func(a, b openPair) int {
		return cmp.Or(cmp.Compare(a.opened, b.opened), strings.Compare(a.conversation, b.conversation))
	})
	if full {
		if at == MaxOldest {
			return
		}
		p.oldest = p.oldest[:MaxOldest-1]
	}
	p.oldest = slices.Insert(p.oldest, at, o)
}

// NameOldest names the merchants and countries of the conversations that the parts kept, once all parts are merged.
func (s *Set) NameOldest() {
	for _, o := range s.oldest {
		key := s.Keys[o.group]
		s.Oldest = append(s.Oldest, Unanswered{o.opened, o.conversation, s.Dict.IDText(key.Merchant), s.Dict.TextOf(key.Country)})
	}
	s.Oldest = SortOldest(s.Oldest)
}
