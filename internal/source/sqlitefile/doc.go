// Package sqlitefile reads messages from a table or a query of a file of SQLite: one
// consistent snapshot, read only, row by row.
//
// It stands in the flow's first room, below package sqldb, which reads what the
// SELECT gives: source → frame → analysis → sink.
//
//	messages, err := sqlitefile.Open(ctx, "shop.db", sqlitefile.Options{Table: "messages"})
//	defer messages.Close()
//	result, err := analysis.Run(ctx, messages, analysis.Options{})
//
// A column of SQLite may hold values of any type, whatever it was declared as. They
// are read as they are stored, and judged as those of a file are.
//
// The build tag nosqlite leaves SQLite itself out, which takes long to compile: Open then fails.
package sqlitefile
