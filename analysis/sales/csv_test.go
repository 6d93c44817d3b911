package sales_test

import (
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/analysis/sales"
	"github.com/sav-analytics/sav/internal/salestest"
)

func TestReadCSV(t *testing.T) {
	f, err := sales.ReadCSV(strings.NewReader("PRICE, date_sales,note,MERCHANT_ID,USER_ID,PRODUCT_ID,TRANSACTION_ID\r\n" +
		"12.50,2024-02-29 23:59:59,\"a, b\",4,3,2,1\n" +
		",2024-03-01,,40,30,20,10\n"))
	require.NoError(t, err)
	require.Equal(t, []string{"transaction_id", "product_id", "user_id", "merchant_id", "date_sales", "price"},
		f.Names())
	require.Equal(t, [][]any{
		{int64(1), int64(2), int64(3), int64(4), time.Date(2024, 2, 29, 23, 59, 59, 0, time.UTC), int64(1250)},
		{int64(10), int64(20), int64(30), int64(40), utc(2024, 3, 1), nil},
	}, salestest.Rows(f))
}

func TestReadCSVRefuses(t *testing.T) {
	const header = "TRANSACTION_ID,PRODUCT_ID,USER_ID,MERCHANT_ID,DATE_SALES,PRICE\n"
	for _, test := range []struct{ name, csv, want string }{
		{"nothing", "", "no header"},
		{"no such column", "TRANSACTION_ID,PRODUCT_ID\n", "no column user_id in transaction_id, product_id"},
		{"an id", header + "1,2,3,4,2024-01-01,1\n1,x,3,4,2024-01-01,1\n", `line 3: product_id: "x" is not an integer`},
		{"no id", header + "1,2,,4,2024-01-01,1\n", `line 2: user_id: "" is not an integer`},
		{"a date", header + "1,2,3,4,2023-02-29,1\n", `line 2: date_sales: "2023-02-29" is not a time`},
		{"no date", header + "1,2,3,4,,1\n", `line 2: date_sales: "" is not a time`},
		{"a price", header + "1,2,3,4,2024-01-01,1.234\n",
			`line 2: price: "1.234" is not a price with at most 2 decimals`},
		{"fields", header + "1,2\n", "line 2: wrong number of fields"},
		{"a quote", header + "1,2,3,4,\"2024-01-01,1\n", "line 2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := sales.ReadCSV(strings.NewReader(test.csv))
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestPrices(t *testing.T) {
	for _, test := range []struct {
		text, canonical string
		hundredths      int64
	}{
		{"12.34", "12.34", 1234},
		{"12", "12.00", 1200},
		{"0.5", "0.50", 50},
		{"-0.05", "-0.05", -5},
		{"-1.0500", "-1.05", -105},
		{"0", "0.00", 0},
		{"007.", "7.00", 700},
		{"92233720368547758.07", "92233720368547758.07", math.MaxInt64},
		{"-92233720368547758.08", "-92233720368547758.08", math.MinInt64},
	} {
		got, err := sales.ParsePrice(test.text)
		require.NoError(t, err)
		require.Equal(t, test.hundredths, got, test.text)
		require.Equal(t, test.canonical, sales.FormatPrice(got))
	}
	for _, text := range []string{"", "-", ".5", "+1", "1,5", "1e3", "1.234", "1.-2", "--1", " 1", "1.2.3",
		"92233720368547758.08", "٣"} {
		_, err := sales.ParsePrice(text)
		require.Error(t, err, text)
	}
}

// What ParsePrice takes is the number that math/big reads.
func FuzzParsePrice(f *testing.F) {
	for _, seed := range []string{"12.34", "-0.5", "1.", "92233720368547758.07", "-92233720368547758.08", "1.005",
		"-"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := sales.ParsePrice(s)
		if err != nil {
			return
		}
		want, ok := new(big.Rat).SetString(s)
		require.True(t, ok)
		require.Zero(t, want.Cmp(big.NewRat(got, 100)))
		again, err := sales.ParsePrice(sales.FormatPrice(got))
		require.NoError(t, err)
		require.Equal(t, got, again)
	})
}

// A table that is read has as many rows as records, and never a null but a price.
func FuzzReadCSV(f *testing.F) {
	const header = "TRANSACTION_ID,PRODUCT_ID,USER_ID,MERCHANT_ID,DATE_SALES,PRICE\n"
	f.Add(header + "1,2,3,4,2024-02-29 10:00:00,12.34\n1,2,3,4,2024-02-29,\n")
	f.Add("price,PRICE\n1,2\n")
	f.Add(header + "\"1\",2,3,4,1709200800,-0.01\n\n")
	f.Fuzz(func(t *testing.T, s string) {
		table, err := sales.ReadCSV(strings.NewReader(s))
		if err != nil {
			return
		}
		require.Less(t, table.Len(), strings.Count(s, "\n")+1)
		for _, c := range table.Columns() {
			require.True(t, c.Name() == "price" || c.NullCount() == 0)
		}
		_, err = sales.TopUsers(table)
		if err != nil {
			require.ErrorContains(t, err, "int64")
		}
	})
}
