// Package analysis finds the opening exchange of each conversation and makes
// the report per country and merchant from them.
//
// It stands between frame and sink: source → frame → analysis → sink.
//
// # In short
//
// From a source to the report, which is a frame:
//
//	messages, err := files.Open(ctx, []string{"messages.csv"}, files.Options{})
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
//	pairs, err := analysis.FirstResponses(ctx, all, analysis.Options{})
//	byCountry, err := pairs.GroupBy("country").Agg(expr.Len().As("conversations"), expr.Col("dt_s").Median())
//
// # How
//
// Messages come from a [source.Source], with [Run], or from a frame, with
// [FirstResponses] and [Report]; both ways end in the same kernel. Run walks through
// these packages of internal/analysis:
//
//	engine   messages become rows, spread over partitions by conversation, each reduced on its own
//	pair     a conversation's messages, in order, give its opening exchange and its turns
//	waits    conversations come into the order of how long their clients waited
//	groups   groups are brought together for each level of the report
//	summary  a group's times, sorted, give its statistics
//	schema   which become the report's columns
//	detail   and what pictures show of them
//
// Package explain tells of one conversation how Run comes to its numbers. For one's
// own questions, [Waits] hands the times of pairs to package stats.
package analysis
