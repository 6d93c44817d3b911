package engine

import (
	"sync"
	"sync/atomic"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/policy"
	"github.com/sav-analytics/sav/source"
)

// mentions finds out which merchants and countries that a policy names some message
// has. It may be used from several goroutines.
type mentions struct {
	merchants names[source.ID]
	countries names[source.Text]
}

// newMentions returns the mentions of a policy whose names are put into dict.
func newMentions(p *policy.Policy, dict *source.Dict) *mentions {
	parser := intake.NewParser(nil, nil, dict)
	m := &mentions{}
	merchants, countries := make(map[source.ID]bool), make(map[source.Text]bool)
	p.Unused(
		func(name string) bool { merchants[dict.ID([]byte(name))] = true; return true },
		func(name string) bool { countries[parser.Country([]byte(name))] = true; return true })
	m.merchants.left.Store(newNameSet(merchants))
	m.countries.left.Store(newNameSet(countries))
	return m
}

// see takes note of the messages of a batch.
func (m *mentions) see(b *source.Batch) {
	m.merchants.see(b.Merchant)
	m.countries.see(b.Country)
}

// unused returns what no message had.
func (m *mentions) unused(p *policy.Policy, dict *source.Dict) []policy.Who {
	parser := intake.NewParser(nil, nil, dict)
	merchants, countries := m.merchants.left.Load(), m.countries.left.Load()
	return p.Unused(
		func(name string) bool { return !merchants.of[dict.ID([]byte(name))] },
		func(name string) bool { return !countries.of[parser.Country([]byte(name))] })
}

// names are those that were not seen yet.
type names[T ~uint32 | ~uint64] struct {
	mu   sync.Mutex // of who replaces left
	left atomic.Pointer[nameSet[T]]
}

// A nameSet never changes. A bit of the filter is set for each hash of a name, so that
// most values need no look at the map.
type nameSet[T ~uint32 | ~uint64] struct {
	of     map[T]bool
	filter [filterBits / 64]uint64
}

const filterBits = 1 << 13

func filterBit[T ~uint32 | ~uint64](x T) (word, bit uint64) {
	h := uint64(x) * 0x9E3779B97F4A7C15 >> 51 // of 13 bits
	return h / 64, 1 << (h % 64)
}

func newNameSet[T ~uint32 | ~uint64](of map[T]bool) *nameSet[T] {
	s := &nameSet[T]{of: of}
	for x := range of {
		word, bit := filterBit(x)
		s.filter[word] |= bit
	}
	return s
}

func (n *names[T]) see(values []T) {
	left := n.left.Load()
	if len(left.of) == 0 {
		return
	}
	var found []T
	last := T(0)
	for i, x := range values {
		if x == last && i > 0 {
			continue
		}
		last = x
		if word, bit := filterBit(x); left.filter[word]&bit != 0 && left.of[x] {
			found = append(found, x)
		}
	}
	if found != nil {
		n.remove(found)
	}
}

// remove takes names out of those that were not seen.
func (n *names[T]) remove(seen []T) {
	n.mu.Lock()
	defer n.mu.Unlock()
	left := make(map[T]bool)
	for x := range n.left.Load().of {
		left[x] = true
	}
	for _, x := range seen {
		delete(left, x)
	}
	n.left.Store(newNameSet(left))
}
