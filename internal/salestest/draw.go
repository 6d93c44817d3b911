// Package salestest draws sales at random and answers the questions of package
// analysis/sales about them in the plainest way: for property tests.
//
// It stands beside the flow (source → frame → analysis → sink), and only tests
// import it.
package salestest

import (
	"time"

	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/frame"
)

// A Sale is one unit sold.
type Sale struct {
	Transaction, Product, User, Merchant int64
	At                                   time.Time // UTC, whole seconds
	Price                                int64     // hundredths, if Priced
	Priced                               bool
}

// todays are dates at which calendars go wrong: the ends of months of every
// length, leap days, and what stands 3 months after them.
var todays = []string{
	"2024-05-29", "2024-05-30", "2024-05-31", "2023-05-28", "2023-05-29", "2023-05-31", "2024-02-29", "2024-03-01",
	"2023-11-30", "2023-12-31", "2024-01-01", "2024-01-31", "2023-07-31", "2100-05-31", "2000-05-31", "2024-04-30",
}

// prices are few, so that volumes are often equal.
var prices = []int64{0, 1, 50, 100, 100, 999, 123456, -100, 999999999999, -999999999999}

// Draw draws sales before and after a day that is to be today: few users,
// merchants and products, so that they meet; prices that are not known; single
// sales in some of the months around, and products sold some 10 times a day.
func Draw(t *rapid.T) (sales []Sale, today time.Time) {
	date := rapid.OneOf(rapid.SampledFrom(todays), rapid.Custom(func(t *rapid.T) string {
		return time.Date(2022, 1, rapid.IntRange(1, 1500).Draw(t, "day"), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	})).Draw(t, "today")
	today, err := time.Parse(time.DateOnly, date)
	if err != nil {
		panic(err)
	}
	add := func(s Sale) {
		s.Transaction = int64(len(sales) + 1)
		sales = append(sales, s)
	}
	users := rapid.SampledFrom([]int64{3, 30}).Draw(t, "users")
	for range rapid.IntRange(0, 80).Draw(t, "singles") {
		s := Sale{
			Product:  rapid.Int64Range(1, 5).Draw(t, "product"),
			User:     rapid.Int64Range(1, users).Draw(t, "user"),
			Merchant: rapid.Int64Range(1, 4).Draw(t, "merchant"),
			At:       drawTime(t, today),
			Priced:   rapid.IntRange(0, 4).Draw(t, "priced") > 0,
		}
		if s.Priced {
			s.Price = rapid.SampledFrom(prices).Draw(t, "price")
		}
		add(s)
	}
	for range rapid.IntRange(0, 3).Draw(t, "popular") {
		s := Sale{
			Product:  rapid.Int64Range(4, 7).Draw(t, "product"),
			User:     rapid.Int64Range(1, users).Draw(t, "user"),
			Merchant: rapid.Int64Range(1, 4).Draw(t, "merchant"),
			Price:    100, Priced: true,
		}
		days := int(today.Sub(Months3Before(today)).Hours() / 24)
		for i := range 10*days + rapid.IntRange(-2, 3).Draw(t, "more") {
			s.At = today.AddDate(0, 0, -1-i%89).Add(time.Duration(i) * time.Second)
			add(s)
		}
	}
	return sales, today
}

// drawTime draws a time about the ends of a window of 3 months before today, or
// of a month, or within two years.
func drawTime(t *rapid.T, today time.Time) time.Time {
	day := today
	switch rapid.IntRange(0, 3).Draw(t, "where") {
	case 0:
		day = Months3Before(today)
	case 1:
		month := rapid.IntRange(-14, 2).Draw(t, "month")
		day = time.Date(today.Year(), today.Month()+time.Month(month), 1, 0, 0, 0, 0, time.UTC)
	case 2:
		day = today.AddDate(0, 0, rapid.IntRange(-700, 30).Draw(t, "day"))
	}
	return day.Add(
		rapid.SampledFrom([]time.Duration{-time.Second, 0, time.Second, 24*time.Hour - time.Second, 24 * time.Hour,
			-24 * time.Hour}).
			Draw(t, "clock"),
	)
}

// Frame makes the frame that package sales asks for.
func Frame(sales []Sale) (*frame.Frame, error) {
	n := len(sales)
	ids := [4][]int64{make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n)}
	at, price, priced := make([]int64, n), make([]int64, n), make([]bool, n)
	for i, s := range sales {
		ids[0][i], ids[1][i], ids[2][i], ids[3][i] = s.Transaction, s.Product, s.User, s.Merchant
		at[i], price[i], priced[i] = s.At.UnixMicro(), s.Price, s.Priced
	}
	return frame.New(
		frame.Int64s("transaction_id", ids[0], nil),
		frame.Int64s("product_id", ids[1], nil),
		frame.Int64s("user_id", ids[2], nil),
		frame.Int64s("merchant_id", ids[3], nil),
		frame.Times("date_sales", at, nil),
		frame.Int64s("price", price, frame.Valid(priced...)))
}

// Rows returns the rows of an answer.
func Rows(f *frame.Frame) [][]any {
	var rows [][]any
	for i := range f.Len() {
		rows = append(rows, f.Row(i))
	}
	return rows
}
