// Package gotaframe takes Gota's DataFrames into frames and back, so that an analyst who lives in Gota has vectorized
// verbs without leaving it. It is the only package that imports Gota, and stands beside frame in the flow
//
//	source → frame → analysis → sink
//
// [Apply] is the usual way in: one call takes a DataFrame of messages through any function on frames, such as those of
// package analysis, and returns a DataFrame:
//
//	pairs := gotaframe.Apply(df, func(f *frame.Frame) (*frame.Frame, error) {
//		return analysis.FirstResponses(ctx, f, analysis.Options{})
//	}, "created_at")
//
// [From] and [To] are its halves:
//
//	f, err := gotaframe.From(df, "created_at")
//	again, err := gotaframe.To(f)
//
// The types correspond as follows, nulls being Gota's missing elements:
//
//	Int64    Int      every 64-bit integer, where int has 64 bits
//	Float64  Float    ±Inf and −0 too
//	Bool     Bool
//	Text     String   the text "NaN" too, which Gota itself would take for missing
//	Time     String   as 2006-01-02T15:04:05.000000Z, which sorts as time does
//
// Three things do not survive the way into Gota. It does not tell a float NaN from a missing element, so a NaN comes
// back as null. It has no times: [From] must be given the columns that hold them. And it cannot do without column
// names, so [To] refuses a column without one, and a frame without columns.
//
// Gota's own statistics do not leave missing elements out: the Mean of dt_s over answered and unanswered conversations
// is NaN. Aggregate with frame's verbs, or filter first.
package gotaframe
