// Package sales answers three questions on the sales of a marketplace by the
// verbs of package frame alone:
//
//   - what each merchant sold in each month ([MonthlySales]);
//   - who the 10 % of users with the greatest volume were, every month ([TopUsers]);
//   - which products one merchant alone sells, and more than 10 a day ([AttractiveProducts]).
//
// Package sql has the same questions as statements for a database; both give
// the same answers.
//
// In the flow
//
//	source → frame → analysis → sink
//
// it is a part of the analysis: it takes a frame of sales and returns a frame.
//
// # The frame of sales
//
// A row is one unit sold. The columns that the questions read are
//
//	product_id, user_id, merchant_id   Int64, or Text
//	date_sales                         Time, read as UTC
//	price                              Int64, hundredths; null: not known
//
// Only price may be null. [ReadCSV] makes such a frame. Money is counted in
// hundredths, so that sums are exact.
//
//	table, err := sales.ReadCSV(file)
//	monthly, err := sales.MonthlySales(table)
//	fmt.Print(monthly)
package sales
