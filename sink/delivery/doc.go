// Package delivery takes a written report to an HTTP API, in batches of ten
// rows, so that each row has its effect once whatever the network, the API and
// the machine do.
//
// It stands after sink, at the end of the flow: source → frame → analysis →
// sink → delivery. It starts from a folder that holds report.csv and run.json
// and needs nothing else of what stands before.
//
// [Deliver] does the whole of it. [Open], [Delivery.Run] and [Delivery.Close]
// are its steps, for a caller who wants to act between them. [Batches] alone
// gives the batches of any report to those who bring a client of their own:
//
//	done, err := delivery.Deliver(ctx, "out", delivery.Options{URL: "https://api.example.com/v1", Token: token})
//	fmt.Println(done.Acknowledged, "of", done.Batches)
//
//	for batch, err := range delivery.Batches(report) {
//		if err != nil {
//			break
//		}
//		fmt.Println(batch.Number, string(batch.Body)) // or send it, ten rows as JSON
//	}
//
// The batches follow from the report's bytes. What became of each is appended
// to a journal as it happens; a batch without an outcome there is pending, and
// a later delivery sends it again, with the same bytes under the same key.
package delivery
