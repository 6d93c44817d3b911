package analysis

import (
	"sync"

	"github.com/sav-analytics/sav/source"
)

// A group is the number of a groupKey: what the messages that open
// conversations have in common.
type group uint32

// A groupKey is the finest set of conversations that any level of the report
// needs told apart. client is absent where no level needs it.
type groupKey struct {
	merchant source.ID
	client   source.ID
	country  source.Text
}

// A groupTable numbers group keys. It may be used from several goroutines.
type groupTable struct {
	mu    sync.Mutex
	index map[groupKey]group
	keys  []groupKey
}

func newGroupTable() *groupTable { return &groupTable{index: make(map[groupKey]group)} }

func (t *groupTable) number(key groupKey) group {
	t.mu.Lock()
	defer t.mu.Unlock()
	g, ok := t.index[key]
	if !ok {
		g = group(len(t.keys))
		t.index[key] = g
		t.keys = append(t.keys, key)
	}
	return g
}

// A groupCache is one goroutine's copy of what it asked of a groupTable: an
// open-addressing table, since it is asked once a message. Keys of small numbers
// without a client, which most are, take 16 bytes there.
type groupCache struct {
	table *groupTable
	slots []groupSlot
	used  int
	shift uint
	rare  map[groupKey]group // all other keys
}

// A groupSlot holds a merchant (high half) and country (low half).
type groupSlot struct {
	key  uint64
	code group // plus one; 0 is a free slot
}

const firstGroupBits = 10

func newGroupCache(t *groupTable) *groupCache {
	return &groupCache{table: t, slots: make([]groupSlot, 1<<firstGroupBits), shift: 64 - firstGroupBits,
		rare: make(map[groupKey]group)}
}

func (c *groupCache) number(key groupKey) group {
	if key.client != source.Absent || key.merchant>>32 != 0 {
		g, ok := c.rare[key]
		if !ok {
			g = c.table.number(key)
			c.rare[key] = g
		}
		return g
	}
	small := uint64(key.merchant)<<32 | uint64(key.country)
	mask := uint64(len(c.slots) - 1)
	for i := mix(small) >> c.shift; ; i = (i + 1) & mask {
		s := &c.slots[i]
		if s.code == 0 {
			g := c.table.number(key)
			*s = groupSlot{small, g + 1}
			if c.used++; 5*c.used > 4*len(c.slots) {
				c.grow()
			}
			return g
		}
		if s.key == small {
			return s.code - 1
		}
	}
}

// mix spreads the bits of x to the highest ones (Fibonacci hashing; Knuth, TAOCP 6.4).
func mix(x uint64) uint64 {
	x *= 0x9E3779B97F4A7C15
	return x ^ x<<32
}

func (c *groupCache) grow() {
	old := c.slots
	c.slots = make([]groupSlot, 2*len(old))
	c.shift--
	mask := uint64(len(c.slots) - 1)
	for _, s := range old {
		if s.code == 0 {
			continue
		}
		i := mix(s.key) >> c.shift
		for c.slots[i].code != 0 {
			i = (i + 1) & mask
		}
		c.slots[i] = s
	}
}
