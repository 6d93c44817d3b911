// Package frameio reads frames from, and writes them to, CSV, JSON Lines and Parquet files, Go structs and rows of
// database/sql, and shows them as tables of text and HTML. It stands beside frame in the flow
//
//	source → frame → analysis → sink
//
// By the name of a file (.csv, .tsv, .jsonl, .ndjson, each also with .gz, and .parquet), or from any reader to any
// writer:
//
//	f, err := frameio.ReadFile("orders.csv", frameio.ReadOptions{})
//	err = frameio.WriteFile("orders.parquet", f, frameio.WriteOptions{})
//	f, err = frameio.ReadCSV(file, frameio.ReadOptions{Types: map[string]frame.Type{"zip": frame.Text}})
//
// # Types
//
// CSV and JSON Lines say little of types: they are inferred from all values of a column, unless [ReadOptions] names
// one. A column is Int64 if all of its values are integers, else Float64, Bool, Time, or Text. What would lose
// something is none of these: 007, or an integer that a float cannot hold, makes a column Text.
//
// A time is written YYYY-MM-DD, with HH:MM or HH:MM:SS and a fraction after a T or a space, and Z or an offset after
// that. In a column that is named a Time it may also be a date with slashes, a date as mail and Twitter write it, or a
// Unix time in seconds, milliseconds, microseconds or nanoseconds. Digits beyond the microsecond are dropped. Without
// an offset it is local to Zone of [ReadOptions]: a local time that occurs twice is the first, and one that is skipped
// has the offset from before the gap.
//
// # Round trips
//
// What is written can be read again, each value to the last bit, if the Decimals of [WriteOptions] are not set: from
// Parquet with its types, from the others if the types are named, or are those that would be inferred. In CSV an empty
// field is null, and an empty text is written with quotes.
package frameio
