package groups

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/analysis/periods"
	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/source"
)

func drawKeys(t *rapid.T, dict *source.Dict) []Key {
	id := rapid.Custom(func(t *rapid.T) source.ID {
		return dict.ID([]byte(rapid.SampledFrom([]string{"", "1", "2", "70000", "x", "y", "010"}).Draw(t, "id")))
	})
	country := rapid.Custom(func(t *rapid.T) source.Text {
		return dict.Text([]byte(rapid.SampledFrom([]string{"FR", "DE", "unknown", "Ω"}).Draw(t, "country")))
	})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Key {
		return Key{Merchant: id.Draw(t, "merchant"), Client: id.Draw(t, "client"), Country: country.Draw(t, "country"),
			Period: periods.Period(rapid.IntRange(0, 2).Draw(t, "period"))}
	}), 0, 40).Draw(t, "keys")
}

// Whatever goroutines ask, a key has one number, at which it stands.
func TestTable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := drawKeys(t, source.NewDict())
		for i := range uint32(rapid.SampledFrom([]int{0, 40, 300}).Draw(t, "many countries")) {
			keys = append(keys, Key{Merchant: 1, Country: source.Text(i)})
		}
		table := new(Table)
		numbers := make([][]Group, 3)
		var group sync.WaitGroup
		for w := range numbers {
			group.Go(func() {
				cache := NewCache(table)
				for range 2 {
					numbers[w] = nil
					for _, k := range keys {
						numbers[w] = append(numbers[w], cache.Number(k))
					}
				}
			})
		}
		group.Wait()
		for _, of := range numbers {
			require.Equal(t, numbers[0], of)
			for i, g := range of {
				require.Equal(t, keys[i], table.Keys()[g])
			}
		}
	})
}

// Whatever goroutines ask, a group has one number in each period, at which its key stands.
func TestNumbersIn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := drawKeys(t, source.NewDict())
		table := new(Table)
		var all []InPeriod
		for i := range keys {
			keys[i].Period = 0
			period := periods.Period(rapid.SampledFrom([]int32{-1, 1, 20_000, 1<<31 - 1}).Draw(t, "period"))
			all = append(all, NewInPeriod(table.Number(keys[i]), period))
			keys[i].Period = period
		}
		numbers := make([][]Group, 3)
		var group sync.WaitGroup
		for w := range numbers {
			group.Go(func() {
				for _, in := range all {
					numbers[w] = table.NumbersIn(numbers[w], []InPeriod{in})
				}
			})
		}
		group.Wait()
		for _, of := range numbers {
			require.Equal(t, numbers[0], of)
			require.Equal(t, of, table.NumbersIn(nil, all))
			for i, g := range of {
				require.Equal(t, keys[i], table.Keys()[g])
			}
		}
		require.Len(t, uniq(table.Keys()), len(table.Keys()))
	})
}

func uniq(keys []Key) map[Key]bool {
	distinct := make(map[Key]bool)
	for _, k := range keys {
		distinct[k] = true
	}
	return distinct
}

// Rows are the distinct combinations of what is told apart, in order; Order is that of
// all parts.
func TestRanking(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dict := source.NewDict()
		table := new(Table)
		for _, k := range drawKeys(t, dict) {
			table.Number(k)
		}
		keys := table.Keys()
		used := make([]bool, len(keys))
		for g := range used {
			used[g] = rapid.Bool().Draw(t, "used")
		}
		ranking := Rank(keys, used, dict)
		compare := func(a, b Key) int {
			return cmp.Or(strings.Compare(dict.TextOf(a.Country), dict.TextOf(b.Country)), dict.Compare(a.Merchant,
				b.Merchant), dict.Compare(a.Client, b.Client), cmp.Compare(a.Period, b.Period))
		}
		var want []Group
		for g := range keys {
			if used[g] {
				want = append(want, Group(g))
			}
		}
		slices.SortFunc(want, func(a, b Group) int { return compare(keys[a], keys[b]) })
		require.Equal(t, want, ranking.Order())

		by := rapid.SampledFrom([]By{{}, {Country: true}, {Merchant: true}, {Client: true},
			{Country: true, Merchant: true}, {Merchant: true, Client: true}}).Draw(t, "by")
		by.Period = rapid.Bool().Draw(t, "by period")
		reduced := func(k Key) Key {
			if !by.Country {
				k.Country = dict.Text(nil)
			}
			if !by.Merchant {
				k.Merchant = ids.Absent
			}
			if !by.Client {
				k.Client = ids.Absent
			}
			if !by.Period {
				k.Period = 0
			}
			return k
		}
		rows := ranking.Rows(by)
		require.True(t, slices.IsSortedFunc(rows.Keys, func(a, b Key) int { return compare(reduced(a), reduced(b)) }))
		distinct := make(map[Key]bool)
		for _, g := range want {
			distinct[reduced(keys[g])] = true
			require.Equal(t, reduced(keys[g]), reduced(rows.Keys[rows.Row[g]]))
		}
		require.Len(t, rows.Keys, len(distinct))
		if by.Period {
			by.Period = false
			whole := ranking.Rows(by)
			for _, g := range want {
				require.Equal(t, whole.Row[g], rows.Whole[rows.Row[g]])
			}
		}
	})
}
