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
// open-addressing table, since it is asked once a message.
type groupCache struct {
	table *groupTable
	slots []groupSlot
	used  int
	shift uint
}

type groupSlot struct {
	key  groupKey
	code group // plus one; 0 is a free slot
}

const firstGroupBits = 10

func newGroupCache(t *groupTable) *groupCache {
	return &groupCache{table: t, slots: make([]groupSlot, 1<<firstGroupBits), shift: 64 - firstGroupBits}
}

func (c *groupCache) number(key groupKey) group {
	mask := uint64(len(c.slots) - 1)
	for i := c.hash(key); ; i = (i + 1) & mask {
		s := &c.slots[i]
		if s.code != 0 && s.key == key {
			return s.code - 1
		}
		if s.code == 0 {
			g := c.table.number(key)
			*s = groupSlot{key, g + 1}
			if c.used++; c.used*2 > len(c.slots) {
				c.grow()
			}
			return g
		}
	}
}

func (c *groupCache) hash(key groupKey) uint64 {
	return (mix(uint64(key.merchant)^uint64(key.country)<<40) ^ mix(uint64(key.client))) >> c.shift
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
		i := c.hash(s.key)
		for c.slots[i].code != 0 {
			i = (i + 1) & mask
		}
		c.slots[i] = s
	}
}
