package analysis

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/source"
)

// A Level says what the groups of a part of the report are made of.
type Level uint8

const (
	All               Level = iota // one group of all conversations
	ByCountry                      // a group for each country
	ByMerchant                     // a group for each merchant
	ByCountryMerchant              // a group for each merchant in each country
	ByMerchantClient               // a group for each client of each merchant
	numLevels
)

// A levelSpec is a level's name, and which of the keys it tells apart.
type levelSpec struct {
	name                      string
	country, merchant, client bool
}

var levels = [numLevels]levelSpec{
	All:               {"all", false, false, false},
	ByCountry:         {"country", true, false, false},
	ByMerchant:        {"merchant", false, true, false},
	ByCountryMerchant: {"country_merchant", true, true, false},
	ByMerchantClient:  {"merchant_client", false, true, true},
}

// String returns the level's name in the report, or Level(77) if there is no such
// level.
func (l Level) String() string {
	if !l.known() {
		return fmt.Sprintf("Level(%d)", uint8(l))
	}
	return levels[l].name
}

func (l Level) known() bool { return l < numLevels }

// spec returns what the level tells apart: nothing, if there is no such level.
func (l Level) spec() levelSpec {
	if !l.known() {
		return levelSpec{}
	}
	return levels[l]
}

// DefaultLevels returns the levels of a report for which none are chosen.
func DefaultLevels() []Level { return []Level{All, ByCountry, ByMerchant, ByCountryMerchant} }

// ParseLevels reads a comma-separated list of levels. A level that is named
// twice counts once. An empty list is the default.
func ParseLevels(list string) ([]Level, error) {
	if list == "" {
		return DefaultLevels(), nil
	}
	var parsed []Level
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		at := slices.IndexFunc(levels[:], func(l levelSpec) bool { return l.name == name })
		if at < 0 {
			return nil, fmt.Errorf("unknown level %q; the levels are all, country, merchant, country_merchant, merchant_client", name)
		}
		if !slices.Contains(parsed, Level(at)) {
			parsed = append(parsed, Level(at))
		}
	}
	return parsed, nil
}

// A partsOf says, for each group of a cohort, which row of a level it is part
// of, in the level's order.
type partsOf struct {
	level Level
	row   []uint32   // by group; of no meaning for groups without conversations
	keys  []groupKey // of each row; what the level does not tell apart is zero
}

// A ranking knows the order of all countries, merchants and clients, so that
// groups are ordered by comparing small numbers.
type ranking struct {
	keys                      []groupKey
	used                      []bool // the groups with a conversation
	country, merchant, client []uint32
}

func rank(keys []groupKey, used []bool, dict *source.Dict) *ranking {
	r := &ranking{keys: keys, used: used}
	r.country = ranks(keys, used, func(k groupKey) source.Text { return k.country },
		func(a, b source.Text) int { return strings.Compare(dict.TextOf(a), dict.TextOf(b)) })
	r.merchant = ranks(keys, used, func(k groupKey) source.ID { return k.merchant }, dict.Compare)
	r.client = ranks(keys, used, func(k groupKey) source.ID { return k.client }, dict.Compare)
	return r
}

// ranks returns, by group, the place of a part of its key among the distinct
// ones of all used groups.
func ranks[T cmp.Ordered](keys []groupKey, used []bool, part func(groupKey) T, compare func(a, b T) int) []uint32 {
	number := make(map[T]uint32) // in the order of their first group
	var distinct []T
	of := make([]uint32, len(keys))
	for g, k := range keys {
		if !used[g] {
			continue
		}
		p := part(k)
		if n := len(distinct); n > 0 && distinct[n-1] == p { // as all are where a part is not told apart
			of[g] = uint32(n - 1)
			continue
		}
		n, ok := number[p]
		if !ok {
			n = uint32(len(distinct))
			number[p] = n
			distinct = append(distinct, p)
		}
		of[g] = n
	}
	order := make([]uint32, len(distinct))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return compare(distinct[a], distinct[b]) })
	place := make([]uint32, len(distinct))
	for i, n := range order {
		place[n] = uint32(i)
	}
	for g := range of {
		if used[g] {
			of[g] = place[of[g]]
		}
	}
	return of
}

// groups are the used groups, ordered by country, merchant and client.
func (r *ranking) groups() []group {
	var order []group
	for g, used := range r.used {
		if used {
			order = append(order, group(g))
		}
	}
	for _, rank := range [...][]uint32{r.client, r.merchant, r.country} {
		order = byRank(order, rank)
	}
	return order
}

// byRank orders groups by their ranks; those of one rank stay in order.
func byRank(groups []group, rank []uint32) []group {
	keys, ranks := make([]uint32, len(groups)), uint32(0)
	for i, g := range groups {
		keys[i] = rank[g]
		ranks = max(ranks, keys[i]+1)
	}
	if ranks < 2 {
		return groups
	}
	ordered := make([]group, len(groups))
	ints.CountingSort(ordered, groups, keys, make([]uint32, ranks))
	return ordered
}

// parts orders the groups of a level: by country, merchant, client, of which no
// level tells more than two apart.
func (r *ranking) parts(level Level) partsOf {
	l := level.spec()
	var told [][]uint32 // the ranks that the level tells apart
	if l.country {
		told = append(told, r.country)
	}
	if l.merchant {
		told = append(told, r.merchant)
	}
	if l.client {
		told = append(told, r.client)
	}
	place := make([]uint64, len(r.keys)) // of each group among all
	for _, rank := range told {
		for g := range place {
			place[g] = place[g]<<32 | uint64(rank[g])
		}
	}
	var distinct []uint64
	for g, used := range r.used {
		if used {
			distinct = append(distinct, place[g])
		}
	}
	slices.Sort(distinct)
	distinct = slices.Compact(distinct)
	p := partsOf{level: level, row: make([]uint32, len(r.keys)), keys: make([]groupKey, len(distinct))}
	for g, used := range r.used {
		if !used {
			continue
		}
		row, _ := slices.BinarySearch(distinct, place[g])
		key := r.keys[g]
		if !l.merchant {
			key.merchant = source.Absent
		}
		if !l.client {
			key.client = source.Absent
		}
		p.row[g], p.keys[row] = uint32(row), key
	}
	return p
}
