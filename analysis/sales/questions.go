package sales

import (
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
)

// MonthlySales returns the volume of each merchant in each month in which it
// sold something: merchant_id, month (Text, YYYY-MM), volume (Int64,
// hundredths), by merchant_id and month. The volume is the sum of the prices; a
// price that is not known adds nothing. A sum outside int64 is an error.
func MonthlySales(sales *frame.Frame) (*frame.Frame, error) {
	monthly, err := withMonth(sales)
	if err != nil {
		return nil, err
	}
	return monthly.GroupBy("merchant_id", "month").Sorted().Agg(volume)
}

// TopUsers returns, for every month, the 10 % of its users with the greatest
// volume: month (Text, YYYY-MM), user_id, volume (Int64, hundredths), by month,
// volume descending, and user_id. Of the n users who bought in a month they are
// those whose rank by volume is at most ⌈n/10⌉; users of equal volume share a
// rank, so that all of a tie are in or out. A sum outside int64 is an error.
func TopUsers(sales *frame.Frame) (*frame.Frame, error) {
	monthly, err := withMonth(sales)
	if err != nil {
		return nil, err
	}
	users, err := monthly.GroupBy("month", "user_id").Agg(volume)
	if err != nil {
		return nil, err
	}
	// rank ≤ ⌈n/10⌉ of n users of the month
	rank := expr.Col("volume").Rank(expr.RankOptions{Method: "min", Descending: true})
	top, err := users.Filter(rank.Le(expr.Len().Add(9).FloorDiv(10)).Over("month"))
	if err != nil {
		return nil, err
	}
	return top.SortBy(frame.Asc("month"), frame.Desc("volume"), frame.Asc("user_id"))
}

// AttractiveProducts returns the products that one merchant alone sold over the
// last 3 months, and more than 10 a day on average: product_id, merchant_id,
// units (Int64), units_per_day (Float64, rounded to 4 decimals), by
// units_per_day descending and product_id.
//
// The last 3 months are the days from the same day 3 months before today up to
// but without today; where that month has no such day, from its last. Today is
// the date of the given time in its own zone.
func AttractiveProducts(sales *frame.Frame, today time.Time) (*frame.Frame, error) {
	if err := check(sales); err != nil {
		return nil, err
	}
	from, to := lastMonths(today)
	recent, err := sales.Filter(expr.Col("date_sales").Ge(from).And(expr.Col("date_sales").Lt(to)))
	if err != nil {
		return nil, err
	}
	products, err := recent.GroupBy("product_id").Agg(
		expr.Col("merchant_id").First().As("merchant_id"),
		expr.Col("merchant_id").NUnique().As("merchants"),
		expr.Len().As("units"))
	if err != nil {
		return nil, err
	}
	days := int64(to.Sub(from) / (24 * time.Hour))
	products, err = products.Filter(expr.Col("merchants").Eq(1).And(expr.Col("units").Gt(10 * days)))
	if err != nil {
		return nil, err
	}
	// 4 decimals, as MySQL divides integers
	products, err = products.WithColumns(expr.Col("units").Div(days).Round(4).As("units_per_day"))
	if err != nil {
		return nil, err
	}
	products, err = products.SortBy(frame.Desc("units_per_day"), frame.Asc("product_id"))
	if err != nil {
		return nil, err
	}
	return products.Select("product_id", "merchant_id", "units", "units_per_day")
}

// volume is the sum of the prices of a group; those that are not known add 0.
var volume = expr.Col("price").Sum().As("volume")
