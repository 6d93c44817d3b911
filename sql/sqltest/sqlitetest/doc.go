// Package sqlitetest reads messages from SQLite through package source/sqldb, and
// holds what comes of them against what comes of the same messages in a file.
//
// It is of this module, so that no dependency of SQLite reaches the programs of
// the module above. It stands beside the flow, and holds tests only.
package sqlitetest
