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

// A groupCache is one goroutine's copy of what it asked of a groupTable, since it
// is asked once a message. The groups of merchants with small numbers and of the
// first countries lie in a plain array, small enough for a core's own cache: one
// load, no comparison. For any other there is a hash table.
type groupCache struct {
	table     *groupTable
	dense     []group       // by merchant and place of the country; plus one, 0 is not asked yet
	countries [1 << 8]uint8 // by code: the country's place in dense, plus one
	known     uint8
	others    map[groupKey]group
}

const (
	denseMerchants    = 1 << 16
	denseCountryBits  = 5
	firstDenseEntries = 1 << 12
)

func newGroupCache(t *groupTable) *groupCache {
	return &groupCache{table: t, dense: make([]group, firstDenseEntries), others: make(map[groupKey]group)}
}

func (c *groupCache) number(key groupKey) group {
	if key.client == source.Absent && key.merchant < denseMerchants && int(key.country) < len(c.countries) {
		if country := c.countries[key.country]; country != 0 {
			at := int(key.merchant)<<denseCountryBits | int(country-1)
			if at < len(c.dense) && c.dense[at] != 0 {
				return c.dense[at] - 1
			}
		}
	}
	g, ok := c.others[key]
	if !ok {
		g = c.table.number(key)
		if !c.remember(key, g) {
			c.others[key] = g
		}
	}
	return g
}

// remember puts a group into dense, if it has a place there.
func (c *groupCache) remember(key groupKey, g group) bool {
	if key.client != source.Absent || key.merchant >= denseMerchants || int(key.country) >= len(c.countries) {
		return false
	}
	country := &c.countries[key.country]
	if *country == 0 {
		if c.known == 1<<denseCountryBits {
			return false
		}
		c.known++
		*country = c.known
	}
	at := int(key.merchant)<<denseCountryBits | int(*country-1)
	for at >= len(c.dense) {
		c.dense = append(c.dense, make([]group, len(c.dense))...)
	}
	c.dense[at] = g + 1
	return true
}
