package questions_test

import (
	"fmt"
	"log"

	"github.com/sav-analytics/sav/analysis/sales"
	"github.com/sav-analytics/sav/sql/questions"
)

func ExampleAll() {
	for _, q := range questions.All() {
		fmt.Printf("%-20s %s\n", q.Name, q.Title())
	}
	// Output:
	// monthly_sales        What did each merchant sell in each month?
	// top_users            Who are the 10 % of users with the greatest volume, in every month?
	// attractive_products  Which products does one merchant alone sell, and more than 10 of them a day?
}

func ExampleSampleSales() {
	table, err := sales.ReadCSV(questions.SampleSales())
	if err != nil {
		log.Fatal(err)
	}
	question, err := questions.Find("attractive_products")
	if err != nil {
		log.Fatal(err)
	}
	attractive, err := question.Answer(table, questions.SampleToday())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(attractive)
	// Output:
	// product_id  merchant_id  units  units_per_day
	//      int64        int64  int64        float64
	//        101           11   1000        10.8696
	// 1 rows × 4 columns
}
