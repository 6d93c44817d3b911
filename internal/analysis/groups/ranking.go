package groups

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/sav-analytics/sav/internal/analysis/periods"
	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/source"
)

// A Ranking knows the order of all countries, merchants and clients, so that groups
// are ordered by comparing small numbers.
type Ranking struct {
	Keys []Key
	// Country, Merchant, Client and Period are the ranks of the parts of each group's key
	// among those of all used groups: 0, 1, …, the same for equal parts.
	Country, Merchant, Client, Period []uint32

	used []bool // the groups with a conversation

	mu   sync.Mutex
	rows map[By]func() Rows // each computed once
}

// Rank returns the ranking of the groups that are used.
func Rank(keys []Key, used []bool, dict *source.Dict) *Ranking {
	r := &Ranking{Keys: keys, used: used, rows: make(map[By]func() Rows)}
	r.Country = ranks(keys, used, func(k Key) source.Text { return k.Country },
		func(a, b source.Text) int { return strings.Compare(dict.TextOf(a), dict.TextOf(b)) })
	r.Merchant = ranks(keys, used, func(k Key) source.ID { return k.Merchant }, dict.Compare)
	r.Client = ranks(keys, used, func(k Key) source.ID { return k.Client }, dict.Compare)
	r.Period = ranks(keys, used, func(k Key) periods.Period { return k.Period }, cmp.Compare)
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
		if n := len(distinct); n > 0 && distinct[n-1] == p { // as all are where a part is not distinguished
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

// Used reports whether a group has a conversation.
func (r *Ranking) Used(g Group) bool { return r.used[g] }

// Order returns the used groups, ordered by country, merchant, client and period.
func (r *Ranking) Order() []Group { return r.order(r.Country, r.Merchant, r.Client, r.Period) }

// order returns the used groups, ordered by ranks: the first of them, then the next.
func (r *Ranking) order(by ...[]uint32) []Group {
	var order []Group
	for g, used := range r.used {
		if used {
			order = append(order, Group(g))
		}
	}
	for _, ranks := range slices.Backward(by) {
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

// By says by which parts of a key rows are distinguished.
type By struct{ Country, Merchant, Client, Period bool }

// Rows are groups brought together: a row for each combination of the parts that are
// distinguished, in order.
type Rows struct {
	Row  []uint32 // of each group; of no meaning for groups without conversations
	Keys []Key    // of each row; what is not distinguished is that of any of its groups, or absent
	// Whole, if periods are distinguished, is the row of each row when they are not.
	Whole []uint32
}

// Rows brings the used groups together: by country, merchant, client, period. They are to
// be read only.
func (r *Ranking) Rows(by By) Rows {
	r.mu.Lock()
	rows, ok := r.rows[by]
	if !ok {
		rows = sync.OnceValue(func() Rows { return r.combine(by) })
		r.rows[by] = rows
	}
	r.mu.Unlock()
	return rows()
}

func (r *Ranking) combine(by By) Rows {
	var parts [][]uint32 // but the period
	for _, part := range []struct {
		apart bool
		ranks []uint32
	}{{by.Country, r.Country}, {by.Merchant, r.Merchant}, {by.Client, r.Client}} {
		if part.apart {
			parts = append(parts, part.ranks)
		}
	}
	order := r.order(parts...)
	if by.Period {
		order = r.order(append(slices.Clip(parts), r.Period)...)
	}
	rows, whole := Rows{Row: make([]uint32, len(r.Keys))}, -1
	for i, g := range order {
		differ := func(ranks []uint32) bool { return i == 0 || ranks[g] != ranks[order[i-1]] }
		isWhole := i == 0 || slices.ContainsFunc(parts, differ)
		if isWhole {
			whole++
		}
		if isWhole || by.Period && differ(r.Period) {
			rows.Keys = append(rows.Keys, by.of(r.Keys[g]))
			if by.Period {
				rows.Whole = append(rows.Whole, uint32(whole))
			}
		}
		rows.Row[g] = uint32(len(rows.Keys) - 1)
	}
	return rows
}

// of returns a key without the parts that are not distinguished, except the country.
func (by By) of(key Key) Key {
	if !by.Merchant {
		key.Merchant = ids.Absent
	}
	if !by.Client {
		key.Client = ids.Absent
	}
	if !by.Period {
		key.Period = 0
	}
	return key
}
