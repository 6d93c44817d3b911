package sales_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/analysis/sales"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/salestest"
)

func TestAgainstNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		drawn, today := salestest.Draw(t)
		f, err := salestest.Frame(drawn)
		require.NoError(t, err)

		monthly, err := sales.MonthlySales(f)
		require.NoError(t, err)
		require.Equal(t, []string{"merchant_id", "month", "volume"}, monthly.Names())
		require.Equal(t, salestest.MonthlySales(drawn), salestest.Rows(monthly))

		top, err := sales.TopUsers(f)
		require.NoError(t, err)
		require.Equal(t, []string{"month", "user_id", "volume"}, top.Names())
		require.Equal(t, salestest.TopUsers(drawn), salestest.Rows(top))

		attractive, err := sales.AttractiveProducts(f, today)
		require.NoError(t, err)
		require.Equal(t, []string{"product_id", "merchant_id", "units", "units_per_day"}, attractive.Names())
		require.Equal(t, salestest.AttractiveProducts(drawn, today), salestest.Rows(attractive))
	})
}

func utc(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// answer makes a frame of sales and asks a question of it.
func answer(t *testing.T, ask func(*frame.Frame) (*frame.Frame, error), rows ...salestest.Sale) [][]any {
	t.Helper()
	f, err := salestest.Frame(rows)
	require.NoError(t, err)
	got, err := ask(f)
	require.NoError(t, err)
	return salestest.Rows(got)
}

func TestUnknownPriceAddsNothing(t *testing.T) {
	free := salestest.Sale{User: 1, Merchant: 7, At: utc(2024, 2, 29)}
	require.Equal(t, [][]any{{int64(7), "2024-02", int64(0)}}, answer(t, sales.MonthlySales, free))
	require.Equal(t, [][]any{{"2024-02", int64(1), int64(0)}}, answer(t, sales.TopUsers, free))
}

func TestNoSales(t *testing.T) {
	require.Empty(t, answer(t, sales.MonthlySales))
	require.Empty(t, answer(t, sales.TopUsers))
	require.Empty(t, answer(t, func(f *frame.Frame) (*frame.Frame, error) {
		return sales.AttractiveProducts(f,
			utc(2024, 5, 31))
	}))
}

func TestTopUsersOf(t *testing.T) {
	for _, test := range []struct {
		name   string
		spent  []int64 // by user 0, 1, …
		chosen []int64
	}{
		{"one user", []int64{5}, []int64{0}},
		{"ten users", []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, []int64{9}},
		{"eleven users", []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, []int64{10, 9}},
		{"a tie at the last place", []int64{1, 2, 3, 4, 5, 6, 7, 9, 9, 9}, []int64{7, 8, 9}},
		{"a tie at the first place leaves no second", []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 11}, []int64{9, 10}},
		{"all equal", []int64{4, 4, 4}, []int64{0, 1, 2}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var rows []salestest.Sale
			for user, price := range test.spent {
				rows = append(rows, salestest.Sale{User: int64(user), At: utc(2024, 1, 31), Price: price, Priced: true})
			}
			var chosen []int64
			for _, row := range answer(t, sales.TopUsers, rows...) {
				chosen = append(chosen, row[1].(int64))
			}
			require.Equal(t, test.chosen, chosen)
		})
	}
}

// The first day of the window is in it, and the day before is not.
func TestWindowOfAttractiveProducts(t *testing.T) {
	for _, test := range []struct{ today, first string }{
		{"2024-05-31", "2024-02-29"},
		{"2023-05-31", "2023-02-28"},
		{"2023-05-29", "2023-02-28"},
		{"2024-05-29", "2024-02-29"},
		{"2023-12-31", "2023-09-30"},
		{"2024-02-29", "2023-11-29"},
		{"2024-01-31", "2023-10-31"},
		{"2024-03-01", "2023-12-01"},
	} {
		t.Run(test.today, func(t *testing.T) {
			today, err := time.Parse(time.DateOnly, test.today)
			require.NoError(t, err)
			first, err := time.Parse(time.DateOnly, test.first)
			require.NoError(t, err)
			ask := func(f *frame.Frame) (*frame.Frame, error) {
				return sales.AttractiveProducts(f, today.Add(23*time.Hour))
			}
			var rows []salestest.Sale
			for range 10*int(today.Sub(first).Hours()/24) + 1 {
				rows = append(rows, salestest.Sale{Product: 1, Merchant: 2, At: first})
			}
			require.Len(t, answer(t, ask, rows...), 1)
			rows[0].At = first.Add(-time.Second)
			require.Empty(t, answer(t, ask, rows...), "a unit of the day before")
			rows[0].At = today
			require.Empty(t, answer(t, ask, rows...), "a unit of today")
			rows[0].At = today.Add(-time.Second)
			require.Len(t, answer(t, ask, rows...), 1, "a unit of yesterday")
			rows[0].Merchant = 3
			require.Empty(t, answer(t, ask, append(rows, rows[1])...), "two merchants")
		})
	}
}

func TestFrameThatIsNotOfSales(t *testing.T) {
	whole, err := salestest.Frame([]salestest.Sale{{At: utc(2024, 1, 1)}})
	require.NoError(t, err)
	with := func(c frame.Column) *frame.Frame {
		f, err := whole.WithColumns(c)
		require.NoError(t, err)
		return f
	}
	without, err := whole.Drop("user_id")
	require.NoError(t, err)
	for _, test := range []struct {
		name, want string
		sales      *frame.Frame
	}{
		{"no such column", "user_id", without},
		{"of another type", "price", with(frame.Float64s("price", []float64{1}, nil))},
		{"null", "merchant_id is null in 1 row", with(frame.Int64s("merchant_id", []int64{1}, frame.Valid(false)))},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, ask := range []func(*frame.Frame) (*frame.Frame, error){sales.MonthlySales, sales.TopUsers,
				func(f *frame.Frame) (*frame.Frame, error) { return sales.AttractiveProducts(f, utc(2024, 1, 1)) }} {
				_, err := ask(test.sales)
				require.ErrorContains(t, err, test.want)
			}
		})
	}
	_, err = sales.MonthlySales(with(frame.Times("date_sales", []int64{utc(10000, 1, 1).UnixMicro()}, nil)))
	require.ErrorContains(t, err, "year 10000")
}
