// Package parquetfile reads messages from Parquet files, their row groups on all
// cores and only the columns that are needed.
//
// It stands in the flow's first room, below package source, whose rules it
// applies: source → frame → analysis → sink.
//
// A row group is read by one worker. The pages of its columns are decoded as they
// come (page.go, values.go), and their values become ids, times and texts a
// thousand rows at a time (column.go), those of a dictionary once each. The rows
// are then judged one by one, as those of any other source. Parquet's footer and
// its encodings are read by github.com/parquet-go/parquet-go; what a page claims
// to hold is checked here before it is believed.
package parquetfile
