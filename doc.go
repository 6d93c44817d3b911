// Package sav is the way into the library behind the command sav, which tells a
// marketplace how fast its merchants answer their clients. It has no code of its
// own; the packages stand in the order in which data walks through them:
//
//	source → frame → analysis → sink → sink/delivery
//
// Messages come from a source:
//
//   - [github.com/sav-analytics/sav/source]: what a message is, and what a source yields
//   - [github.com/sav-analytics/sav/source/records]: a source of one's own, from rows of text
//   - [github.com/sav-analytics/sav/source/files]: files
//   - [github.com/sav-analytics/sav/source/database]: MySQL, MariaDB, PostgreSQL
//   - [github.com/sav-analytics/sav/source/sqldb]: any *sql.DB, and SQLite
//   - [github.com/sav-analytics/sav/source/memory]: a slice
//
// They are analysed, at once or by hand:
//
//   - [github.com/sav-analytics/sav/analysis]: opening exchanges, the report
//   - [github.com/sav-analytics/sav/stats]: survival curves, distributions, intervals, comparisons
//   - [github.com/sav-analytics/sav/frame]: typed columns, and the verbs to go on with
//   - [github.com/sav-analytics/sav/frame/gotaframe]: Gota's DataFrames in and out
//
// What was promised to clients stands beside the messages:
//
//   - [github.com/sav-analytics/sav/policy]: working hours, public holidays, targets
//
// What was found goes out:
//
//   - [github.com/sav-analytics/sav/sink]: files, whole or not at all, and a page with pictures; sinks of one's own
//   - [github.com/sav-analytics/sav/sink/delivery]: batches of ten to an API
//
// Most package comments show the usual calls, and "go doc -http" the runnable
// examples as well. Package analysis is the one to begin with.
package sav
