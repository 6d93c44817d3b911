// Package frame holds data as typed, immutable columns and offers the verbs an analyst expects on them. It knows
// nothing of messages. In the flow
//
//	source → frame → analysis → sink
//
// it stands second: a source fills columns, the analysis reads their slices.
//
// # Columns
//
// A [Column] is a name and a slice of one type: 64-bit integers, 64-bit floats, instants (microseconds since the Unix
// epoch, UTC), booleans, or text kept as codes into a dictionary. The constructors take a slice over without copying
// it:
//
//	id := frame.Int64s("merchant_id", []int64{7, 7, 8}, nil)
//	dt := frame.Float64s("dt_s", []float64{1800, 0, 0}, frame.Valid(true, true, false))
//
// The last argument says which rows hold a value; nil says that all do. A row without one is null. A float NaN is a
// value like any other, not a null.
//
// # Frames
//
// A [Frame] is columns of one length under distinct names:
//
//	f, err := frame.New(id, dt)
//
// Neither a frame nor a column ever changes once it is made, so that columns are shared between frames and any number
// of goroutines may read them.
//
// # Verbs
//
// Each verb returns a new frame, and an error:
//
//   - columns: [Frame.Select], [Frame.Drop], [Frame.Rename], [Frame.WithColumns]
//   - rows: [Frame.Filter], [Frame.Unique], [Frame.DropNulls], [Frame.Head],
//     [Frame.Tail], [Frame.Slice], [Frame.Sample]
//   - order: [Frame.SortBy], [Frame.TopK]
//   - groups: [Frame.GroupBy], [Grouping.Agg], [Grouping.All]
//   - two frames: [Frame.Join], [Frame.JoinAsof], [Concat]
//
// What is computed is an [Expr], which package [github.com/sav-analytics/sav/frame/expr] makes:
//
//	slow, err := f.Filter(expr.Col("dt_s").Gt(time.Hour))
//	byID, err := slow.GroupBy("merchant_id").Agg(expr.Len().As("answers"), expr.Col("dt_s").Mean())
//
// # Order
//
// The same input gives the same output, byte for byte, on any number of cores: a filter keeps the order of rows, groups
// come in the order of their first row, sorts are stable, joins follow the left frame and then the right one.
//
// # Speed
//
// Each verb says how its time grows with the rows n of the frame. A column of a result takes 8 bytes a row for a number
// or a time, 4 for text (and its words, once), a bit for a boolean, and a bit more where there are nulls; a column that
// a verb does not change takes none. What a verb needs beside its result, it says.
//
// The verbs run over whole slices. None allocates memory, or looks anything up in a map, row by row. Code that needs
// the same speed reads the slices themselves ([Column.Int64s], [Column.Float64s], [Column.Bits], [Column.Codes]);
// [Column.Value] and [Frame.Row] are for tests and small frames.
//
// A frame holds fewer than 2³² − 1 rows.
package frame
