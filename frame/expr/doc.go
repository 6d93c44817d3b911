// Package expr makes expressions over the columns of a frame: arithmetic, comparisons, dates, text, statistics of
// groups, and values of neighbouring rows. The verbs of package frame take them, which stands before analysis in the
// flow
//
//	source → frame → analysis → sink
//
// An expression begins with a column and goes on with methods:
//
//	late := expr.Col("responded_at").Sub(expr.Col("created_at")).Gt(4 * time.Hour)
//	month := expr.Col("created_at").Dt().Truncate(frame.Month).As("month")
//	share := late.Mean().As("late")
//
// [frame.Frame.Filter] takes one that is true or false, [frame.Frame.WithColumns] any that has a value for each row,
// and [frame.Grouping.Agg] any that has a value for each group. A statistic beside a column is that of the row's group:
// of all rows, or of those that [Expr.Over] names:
//
//	deviation := expr.Col("dt_s").Sub(expr.Col("dt_s").Mean()).Over("merchant_id")
//
// # Types
//
// Types are promoted as in Polars: of an integer and a float comes a float, and division always gives one. What has no
// honest value is an error, or null: an integer beyond 64 bits is an error that names the row, and anything divided by
// zero is null, a float too. Null with anything is null, but for And and Or, in which null is unknown. A NaN is a
// value: it compares as in Go.
//
// The difference of two times is a number of seconds, as all lengths of time in this project are, and a time.Duration
// may stand wherever seconds may.
//
// # Speed
//
// Expressions run over whole slices, in blocks that stay in the cache, on all cores; no value is boxed, and no memory
// allocated, row by row. The methods on text look at each distinct word once.
package expr
