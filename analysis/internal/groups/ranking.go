package groups

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/source"
)

// A Ranking knows the order of all countries, merchants and clients, so that groups
// are ordered by comparing small numbers.
type Ranking struct {
	Keys []Key
	// Country, Merchant and Client are the ranks of the parts of each group's key among
	// those of all used groups: 0, 1, …, the same for equal parts.
	Country, Merchant, Client []uint32

	used []bool // the groups with a conversation
}

// Rank returns the ranking of the groups that are used.
func Rank(keys []Key, used []bool, dict *source.Dict) *Ranking {
	r := &Ranking{Keys: keys, used: used}
	r.Country = ranks(keys, used, func(k Key) source.Text { return k.Country },
		func(a, b source.Text) int { return strings.Compare(dict.TextOf(a), dict.TextOf(b)) })
	r.Merchant = ranks(keys, used, func(k Key) source.ID { return k.Merchant }, dict.Compare)
	r.Client = ranks(keys, used, func(k Key) source.ID { return k.Client }, dict.Compare)
	return r
}

// ranks returns, by group, the rank of a part of its key among the distinct ones of
// all used groups.
func ranks[T cmp.Ordered](keys []Key, used []bool, part func(Key) T, compare func(a, b T) int) []uint32 {
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
	rank := make([]uint32, len(distinct))
	for i, n := range order {
		rank[n] = uint32(i)
	}
	for g := range of {
		if used[g] {
			of[g] = rank[of[g]]
		}
	}
	return of
}

// Order returns the used groups, ordered by country, merchant and client.
func (r *Ranking) Order() []Group {
	var order []Group
	for g, used := range r.used {
		if used {
			order = append(order, Group(g))
		}
	}
	for _, ranks := range [...][]uint32{r.Client, r.Merchant, r.Country} {
		order = sortBy(order, ranks)
	}
	return order
}

// sortBy sorts groups stably by their ranks.
func sortBy(groups []Group, rank []uint32) []Group {
	keys, ranks := make([]uint32, len(groups)), uint32(0)
	for i, g := range groups {
		keys[i] = rank[g]
		ranks = max(ranks, keys[i]+1)
	}
	if ranks < 2 {
		return groups
	}
	sorted := make([]Group, len(groups))
	ints.CountingSort(sorted, groups, keys, make([]uint32, ranks))
	return sorted
}

// By says which parts of a key are told apart.
type By struct{ Country, Merchant, Client bool }

// Rows are groups brought together: a row for each combination of the parts that are
// told apart, in order.
type Rows struct {
	Row  []uint32 // of each group; of no meaning for groups without conversations
	Keys []Key    // of each row; what is not told apart is that of any of its groups, or absent
}

// Rows brings the used groups together by at most two parts of their keys: by country,
// merchant, client.
func (r *Ranking) Rows(by By) Rows {
	var ranks [][]uint32 // of what is told apart
	if by.Country {
		ranks = append(ranks, r.Country)
	}
	if by.Merchant {
		ranks = append(ranks, r.Merchant)
	}
	if by.Client {
		ranks = append(ranks, r.Client)
	}
	combined := make([]uint64, len(r.Keys)) // of each group
	for _, rank := range ranks {
		for g := range combined {
			combined[g] = combined[g]<<32 | uint64(rank[g])
		}
	}
	var distinct []uint64
	for g, used := range r.used {
		if used {
			distinct = append(distinct, combined[g])
		}
	}
	slices.Sort(distinct)
	distinct = slices.Compact(distinct)
	rows := Rows{Row: make([]uint32, len(r.Keys)), Keys: make([]Key, len(distinct))}
	for g, used := range r.used {
		if !used {
			continue
		}
		row, _ := slices.BinarySearch(distinct, combined[g])
		key := r.Keys[g]
		if !by.Merchant {
			key.Merchant = source.Absent
		}
		if !by.Client {
			key.Client = source.Absent
		}
		rows.Row[g], rows.Keys[row] = uint32(row), key
	}
	return rows
}
