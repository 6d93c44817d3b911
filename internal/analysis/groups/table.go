// Package groups numbers and orders the groups of conversations that a report is
// about.
//
//	table.go    a number for each group, asked for by many goroutines
//	ranking.go  the order of groups, and the rows that they are brought together in
package groups

import (
	"sync"

	"github.com/sav-analytics/sav/internal/analysis/periods"
	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/source"
)

// A Group is the number of a Key.
type Group uint32

// A Key is what the messages that open the conversations of a group have in common:
// all that any level of the report distinguishes. Client is absent where no level needs
// it.
type Key struct {
	Merchant source.ID
	Client   source.ID
	Country  source.Text
	Period   periods.Period // in which they were opened, if periods are distinguished
}

// A Table numbers keys. It may be used from several goroutines.
type Table struct {
	parts [tableParts]tablePart

	mu   sync.Mutex
	keys []Key

	known ints.Table[InPeriod]
	in    []Group // of each of known
}

// A tablePart has the keys with some hashes, so that two goroutines seldom wait for each
// other.
type tablePart struct {
	mu      sync.Mutex
	index   ints.Index
	keys    []Key
	numbers []Group // of each of keys, in the whole table
}

const (
	tablePartBits = 6
	tableParts    = 1 << tablePartBits
)

// hash returns the hash of a key, whose highest bits are the best.
func (k *Key) hash() uint64 {
	h := ints.Hash(uint64(k.Merchant))
	if k.Client != ids.Absent {
		h = ints.Hash(h ^ uint64(k.Client))
	}
	return ints.Hash(h ^ uint64(k.Country)<<32 ^ uint64(uint32(k.Period)))
}

// An InPeriod is a group and a period, to be distinguished within the group.
type InPeriod uint64

// NewInPeriod returns a group without a period in one.
func NewInPeriod(g Group, p periods.Period) InPeriod { return InPeriod(uint32(p))<<32 | InPeriod(g) }

func (in InPeriod) parts() (Group, periods.Period) {
	return Group(uint32(in)), periods.Period(int32(in >> 32))
}

// Keys returns the keys so far, each at its number.
func (t *Table) Keys() []Key {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.keys
}

// Key returns the key of a group.
func (t *Table) Key(g Group) Key {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.keys[g]
}

// Number returns the number of key, and adds the key if it is new.
func (t *Table) Number(key Key) Group {
	hash := key.hash()
	part, short := &t.parts[hash>>(64-tablePartBits)], uint32(hash>>(32-tablePartBits))
	part.mu.Lock()
	defer part.mu.Unlock()
	n, ok := part.index.Find(short, func(n uint32) bool { return part.keys[n] == key })
	if !ok {
		n = part.index.Add(short)
		part.keys, part.numbers = append(part.keys, key), append(part.numbers, t.add(key))
	}
	return part.numbers[n]
}

func (t *Table) add(key Key) Group {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.keys = append(t.keys, key)
	return Group(len(t.keys) - 1)
}

// NumbersIn appends the numbers of groups in periods to numbers, and adds those that are
// new. The groups are in the table.
func (t *Table) NumbersIn(numbers []Group, all []InPeriod) []Group {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, in := range all {
		n := t.known.Number(in)
		if int(n) == len(t.in) {
			g, period := in.parts()
			key := t.keys[g]
			key.Period = period
			t.in = append(t.in, Group(len(t.keys)))
			t.keys = append(t.keys, key)
		}
		numbers = append(numbers, t.in[n])
	}
	return numbers
}

// A Cache is one goroutine's copy of what it asked of a Table, since it asks once a
// message or once a conversation. The groups of merchants with small numbers and of
// the first countries lie in a plain array, small enough for a core's own cache: one
// load, no comparison. Other merchants are numbered first. For any other key the table
// is asked each time.
type Cache struct {
	table     *Table
	dense     []Group                // by merchant and column of the country; plus one, 0 is not asked yet
	numbered  []Group                // the same by the merchants' numbers
	merchants ints.Table[source.ID]  // those that have numbers
	countries [maxDenseCountry]uint8 // by code: the country's column in dense, plus one
	known     uint8
}

const (
	denseMerchants    = 1 << 16
	maxDenseCountry   = 1 << 8
	denseCountryBits  = 5
	firstDenseEntries = 1 << 12
)

// NewCache returns an empty cache of t.
func NewCache(t *Table) *Cache {
	return &Cache{table: t, dense: make([]Group, firstDenseEntries), numbered: make([]Group, firstDenseEntries)}
}

// Number returns what the table's Number does.
func (c *Cache) Number(key Key) Group {
	if key.Client != ids.Absent || key.Period != 0 || key.Country >= maxDenseCountry {
		return c.table.Number(key)
	}
	dense, merchant := &c.dense, uint64(key.Merchant)
	if merchant >= denseMerchants {
		dense, merchant = &c.numbered, uint64(c.merchants.Number(key.Merchant))
	}
	if country := c.countries[key.Country]; country != 0 {
		at := merchant<<denseCountryBits | uint64(country-1)
		if at < uint64(len(*dense)) && (*dense)[at] != 0 {
			return (*dense)[at] - 1
		}
	}
	g := c.table.Number(key)
	if merchant < denseMerchants {
		c.remember(dense, merchant, key.Country, g)
	}
	return g
}

// remember puts a group into a dense array, if its country has a column there.
func (c *Cache) remember(dense *[]Group, merchant uint64, of source.Text, g Group) {
	country := &c.countries[of]
	if *country == 0 {
		if c.known == 1<<denseCountryBits {
			return
		}
		c.known++
		*country = c.known
	}
	at := merchant<<denseCountryBits | uint64(*country-1)
	for at >= uint64(len(*dense)) {
		*dense = append(*dense, make([]Group, len(*dense))...)
	}
	(*dense)[at] = g + 1
}
