package sales

import (
	"fmt"
	"time"

	"github.com/sav-analytics/sav/frame"
)

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
