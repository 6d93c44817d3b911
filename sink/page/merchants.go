package page

import (
	"cmp"
	"slices"
)

// merchants are the rows of the table of merchants.
type merchants struct {
	Rows    []merchantRow
	LeftOut int64 // merchants, those with the fewest conversations
}

type merchantRow struct {
	row
	Place int // in the order of ids
}

// mostMerchants is how many the table has room for.
const mostMerchants = 1000

func newMerchants(all []row) *merchants {
	if len(all) == 0 {
		return nil
	}
	m := &merchants{LeftOut: int64(max(0, len(all)-mostMerchants))}
	for i, r := range all {
		m.Rows = append(m.Rows, merchantRow{r, i})
	}
	slices.SortStableFunc(m.Rows, func(a, b merchantRow) int { return cmp.Compare(b.Conversations, a.Conversations) })
	m.Rows = m.Rows[:min(len(m.Rows), mostMerchants)]
	return m
}
