package salestest

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// MonthlySales returns what sales.MonthlySales does, row by row.
func MonthlySales(sales []Sale) [][]any {
	type key struct {
		merchant int64
		month    string
	}
	volumes := make(map[key]int64)
	for _, s := range sales {
		volumes[key{s.Merchant, s.At.Format("2006-01")}] += s.Price
	}
	var rows [][]any
	for k, volume := range volumes {
		rows = append(rows, []any{k.merchant, k.month, volume})
	}
	slices.SortFunc(rows, func(a, b []any) int {
		return cmp.Or(cmp.Compare(a[0].(int64), b[0].(int64)), cmp.Compare(a[1].(string), b[1].(string)))
	})
	return rows
}

// TopUsers returns what sales.TopUsers does: for each user it counts those who come before.
func TopUsers(sales []Sale) [][]any {
	volumes := make(map[string]map[int64]int64)
	for _, s := range sales {
		month := s.At.Format("2006-01")
		if volumes[month] == nil {
			volumes[month] = make(map[int64]int64)
		}
		volumes[month][s.User] += s.Price
	}
	var rows [][]any
	for month, users := range volumes {
		for user, volume := range users {
			rank := 1
			for _, other := range users {
				if other > volume {
					rank++
				}
			}
			if rank <= int(math.Ceil(float64(len(users))/10)) {
				rows = append(rows, []any{month, user, volume})
			}
		}
	}
	slices.SortFunc(rows, func(a, b []any) int {
		return cmp.Or(cmp.Compare(a[0].(string), b[0].(string)), cmp.Compare(b[2].(int64), a[2].(int64)),
			cmp.Compare(a[1].(int64), b[1].(int64)))
	})
	return rows
}

// AttractiveProducts returns what sales.AttractiveProducts does, day by day.
func AttractiveProducts(sales []Sale, today time.Time) [][]any {
	window := make(map[string]bool)
	for day := Months3Before(today); day.Before(today); day = day.AddDate(0, 0, 1) {
		window[day.Format(time.DateOnly)] = true
	}
	merchants := make(map[int64]map[int64]int64) // product → merchant → units
	for _, s := range sales {
		if window[s.At.Format(time.DateOnly)] {
			if merchants[s.Product] == nil {
				merchants[s.Product] = make(map[int64]int64)
			}
			merchants[s.Product][s.Merchant]++
		}
	}
	var rows [][]any
	for product, by := range merchants {
		for merchant, units := range by {
			perDay := float64(units) / float64(len(window))
			if len(by) == 1 && perDay > 10 {
				rows = append(rows, []any{product, merchant, units, math.Round(perDay*10000) / 10000})
			}
		}
	}
	slices.SortFunc(rows, func(a, b []any) int {
		return cmp.Or(cmp.Compare(b[2].(int64), a[2].(int64)), cmp.Compare(a[0].(int64), b[0].(int64)))
	})
	return rows
}

// Months3Before is the same day three months ago or, where there is none, the
// last of that month: it tries one day after the other.
func Months3Before(today time.Time) time.Time {
	month := time.Date(today.Year(), today.Month()-3, 1, 0, 0, 0, 0, time.UTC)
	for day := today.Day(); ; day-- {
		if t := time.Date(month.Year(), month.Month(), day, 0, 0, 0, 0, time.UTC); t.Month() == month.Month() {
			return t
		}
	}
}
