package sales

import (
	"math"
	"time"

	"github.com/sav-analytics/sav/frame"
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
	return monthly.GroupBy("merchant_id", "month").Sorted().Aggregate(volume)
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
	users, err := monthly.GroupBy("month", "user_id").Aggregate(volume)
	if err != nil {
		return nil, err
	}
	users, err = users.SortBy(frame.Asc("month"), frame.Desc("volume"), frame.Asc("user_id"))
	if err != nil {
		return nil, err
	}
	least, err := leastVolumes(users)
	if err != nil {
		return nil, err
	}
	users, err = users.Join(least, "month")
	if err != nil {
		return nil, err
	}
	users, err = users.Filter(frame.Col("volume").Ge(frame.Col("least")))
	if err != nil {
		return nil, err
	}
	return users.Select("month", "user_id", "volume")
}

// leastVolumes returns the volume that a user needs in each month: that of the
// one in place ⌈n/10⌉ of n. Rank r is at most k exactly if the volume is not
// below the k-th greatest. Users are sorted by month and volume descending.
func leastVolumes(users *frame.Frame) (*frame.Frame, error) {
	place := make([]int64, users.Len())
	for i := range place {
		place[i] = int64(i)
	}
	placed, err := users.WithColumn(frame.Int64s("place", place, nil))
	if err != nil {
		return nil, err
	}
	months, err := placed.GroupBy("month").Aggregate(
		frame.Aggregation{Fn: frame.Count, As: "users"},
		frame.Aggregation{Fn: frame.Min, Column: "place", As: "first"})
	if err != nil {
		return nil, err
	}
	columns := months.Columns()
	n, first := columns[1].Int64s(), columns[2].Int64s()
	last := make([]int64, months.Len())
	for i := range last {
		last[i] = first[i] + (n[i]+9)/10 - 1
	}
	months, err = months.WithColumn(frame.Int64s("place", last, nil))
	if err != nil {
		return nil, err
	}
	months, err = months.Join(placed, "month", "place")
	if err != nil {
		return nil, err
	}
	months, err = months.Select("month", "volume")
	if err != nil {
		return nil, err
	}
	return months.Rename("volume", "least")
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
	recent, err := sales.Filter(frame.Col("date_sales").Ge(from).And(frame.Col("date_sales").Lt(to)))
	if err != nil {
		return nil, err
	}
	products, err := recent.GroupBy("product_id").Aggregate(
		frame.Aggregation{Fn: frame.First, Column: "merchant_id", As: "merchant_id"},
		frame.Aggregation{Fn: frame.NUnique, Column: "merchant_id", As: "merchants"},
		frame.Aggregation{Fn: frame.Count, As: "units"})
	if err != nil {
		return nil, err
	}
	days := int64(to.Sub(from) / (24 * time.Hour))
	products, err = products.Filter(frame.Col("merchants").Eq(1).And(frame.Col("units").Gt(10 * days)))
	if err != nil {
		return nil, err
	}
	units, err := products.Column("units")
	if err != nil {
		return nil, err
	}
	perDay := make([]float64, products.Len())
	for i, n := range units.Int64s() {
		perDay[i] = math.Round(float64(n)/float64(days)*1e4) / 1e4 // as MySQL divides integers
	}
	products, err = products.WithColumn(frame.Float64s("units_per_day", perDay, nil))
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
var volume = frame.Aggregation{Fn: frame.Sum, Column: "price", As: "volume"}
