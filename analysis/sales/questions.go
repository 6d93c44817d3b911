package sales

import (
	"fmt"
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

// check reports what a frame of sales lacks.
func check(sales *frame.Frame) error {
	for _, c := range []struct {
		name  string
		types []frame.Type
	}{
		{"product_id", []frame.Type{frame.Int64, frame.Text}},
		{"user_id", []frame.Type{frame.Int64, frame.Text}},
		{"merchant_id", []frame.Type{frame.Int64, frame.Text}},
		{"date_sales", []frame.Type{frame.Time}},
		{"price", []frame.Type{frame.Int64}},
	} {
		column, err := sales.Column(c.name, c.types...)
		if err != nil {
			return fmt.Errorf("sales: %w", err)
		}
		if n := column.NullCount(); n > 0 && c.name != "price" {
			return fmt.Errorf("sales: column %s is null in %d rows", c.name, n)
		}
	}
	return nil
}

// withMonth returns the sales with a column month, YYYY-MM: the one of
// date_sales.
func withMonth(sales *frame.Frame) (*frame.Frame, error) {
	if err := check(sales); err != nil {
		return nil, err
	}
	at, err := sales.Column("date_sales")
	if err != nil {
		return nil, err
	}
	// Months are counted from January of year 0; those from the first to the last
	// are the words of a dictionary.
	months := make([]int, at.Len())
	first, last := lastYear*12+11, 0
	for i, us := range at.Int64s() {
		t := time.UnixMicro(us).UTC()
		if t.Year() < 0 || t.Year() > lastYear {
			return nil, fmt.Errorf("sales: date_sales in row %d is in year %d, not in 0 to %d", i, t.Year(), lastYear)
		}
		months[i] = t.Year()*12 + int(t.Month()) - 1
		first, last = min(first, months[i]), max(last, months[i])
	}
	codes := make([]uint32, len(months))
	for i, m := range months {
		codes[i] = uint32(m - first)
	}
	var dict []string
	for m := first; m <= last; m++ {
		dict = append(dict, fmt.Sprintf("%04d-%02d", m/12, m%12+1))
	}
	return sales.WithColumns(frame.Dictionary("month", codes, dict, nil))
}

// lastYear is the last that YYYY can write.
const lastYear = 9999

// lastMonths returns the first instant of the last 3 months before today, and
// the first one after them.
func lastMonths(today time.Time) (from, to time.Time) {
	year, month, day := today.Date()
	// Day 0 of the month after is the last one of the month.
	lastDay := time.Date(year, month-2, 0, 0, 0, 0, 0, time.UTC).Day()
	from = time.Date(year, month-3, min(day, lastDay), 0, 0, 0, 0, time.UTC)
	return from, time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}
