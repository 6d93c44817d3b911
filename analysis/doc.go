// Package analysis finds the opening exchange of each conversation and makes
// the report per country and merchant from them.
//
// It stands between frame and sink: source → frame → analysis → sink.
//
// # In short
//
// From a source to the report, which is a frame:
//
//	messages, err := csvfile.Open([]string{"messages.csv"}, csvfile.Options{})
//	result, err := analysis.Run(ctx, messages, analysis.Options{
//		From: march, To: april,
//		Levels: []analysis.Level{analysis.ByCountry},
//	})
//	fmt.Print(result.Report)
//
// By hand, from conversation to conversation, for groups and statistics of one's
// own:
//
//	all, counts, err := analysis.Messages(ctx, messages)
//	pairs, err := analysis.FirstResponses(all, analysis.Options{})
//	byCountry, err := pairs.GroupBy("country").Aggregate(
//		frame.Aggregation{Fn: frame.Count, As: "conversations"},
//		frame.Aggregation{Fn: frame.Quantile, P: 0.5, Column: "dt_s", As: "dt_p50_s"},
//	)
//
// # How
//
// Messages come from a [source.Source], with [Run], or from a frame, with
// [FirstResponses] and [Report]; both ways end in the same kernel (internal/pair).
// Run walks through these steps:
//
//	pack.go       each batch of messages becomes small rows, spread over partitions by conversation
//	spill.go      beyond the memory limit, these go to files and come back
//	partition.go  a partition's rows are grouped by conversation, ordered, and freed of duplicates
//	internal/pair a conversation's messages, in order, give its opening exchange and its turns
//	cohort.go     what counts of each conversation is kept: its group, its time, its numbers
//	sort.go       conversations come into the order of their times, as columns
//	levels.go     groups are brought together for each level of the report
//	summary.go    a group's times, sorted, give its statistics
//	report.go     the statistics become a frame with the columns of schema.go
//
// The state of a shard, with [Options].State, says what it contributes to the
// report of a whole, which [Merge] makes.
//
// For one's own questions, [Waits] hands the times of pairs to package stats.
//
// [Explain] tells of one conversation how Run comes to its numbers, row by row.
package analysis
