package sales_test

import (
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/sav-analytics/sav/analysis/sales"
)

func ExampleMonthlySales() {
	table, err := sales.ReadCSV(strings.NewReader(`TRANSACTION_ID,PRODUCT_ID,USER_ID,MERCHANT_ID,DATE_SALES,PRICE
1,10,501,7,2024-01-31 23:59:59,20.00
2,11,502,7,2024-02-01 00:00:00,5.50
3,10,501,7,2024-02-29 12:00:00,4.50
4,12,501,8,2024-02-29 12:00:00,
`))
	if err != nil {
		log.Fatal(err)
	}
	monthly, err := sales.MonthlySales(table)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(monthly)
	// Output:
	// merchant_id  month    volume
	//       int64  text      int64
	//           7  2024-01    2000
	//           7  2024-02    1000
	//           8  2024-02       0
	// 3 rows × 3 columns
}

func ExampleTopUsers() {
	table, err := sales.ReadCSV(strings.NewReader(`TRANSACTION_ID,PRODUCT_ID,USER_ID,MERCHANT_ID,DATE_SALES,PRICE
1,10,501,7,2024-01-31,20.00
2,11,502,7,2024-01-15,5.50
3,10,503,7,2024-01-16,20.00
`))
	if err != nil {
		log.Fatal(err)
	}
	top, err := sales.TopUsers(table) // of three users the first, and a tie
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(top)
	// Output:
	// month    user_id  volume
	// text       int64   int64
	// 2024-01      501    2000
	// 2024-01      503    2000
	// 2 rows × 3 columns
}

func ExampleAttractiveProducts() {
	// 900 units in the 89 days from 2023-02-28 to 2023-05-27.
	const sale = "1,10,501,7,2023-03-31 10:00:00,20.00\n"
	table, err := sales.ReadCSV(strings.NewReader("TRANSACTION_ID,PRODUCT_ID,USER_ID,MERCHANT_ID,DATE_SALES,PRICE\n" +
		strings.Repeat(sale, 900)))
	if err != nil {
		log.Fatal(err)
	}
	attractive, err := sales.AttractiveProducts(table, time.Date(2023, 5, 28, 0, 0, 0, 0, time.UTC))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(attractive)
	// Output:
	// product_id  merchant_id  units  units_per_day
	//      int64        int64  int64        float64
	//         10            7    900        10.1124
	// 1 rows × 4 columns
}
