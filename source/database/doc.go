// Package database reads messages from a table or a query of a MySQL, MariaDB or
// PostgreSQL database: one consistent snapshot, read only, streamed in batches
// and never held whole.
//
// It stands in the flow's first room, below package source, whose rules it
// applies: source → frame → analysis → sink.
//
//	dsn, err := database.ParseDSN("postgres://sav@db.example.com/shop", password)
//	messages, err := database.Open(ctx, dsn, database.Options{Table: "messages", From: march, To: april})
//	defer messages.Close()
//	result, err := analysis.Run(ctx, messages, analysis.Options{From: march, To: april})
//
// [Options.From] and [Options.To] tell it the window of the analysis. It then
// asks the database only for the conversations that have a message in the
// window, each of them whole, since a message in the window may belong to a
// conversation that was opened long before. A report on that window is the same
// to the byte as one from all messages; the counters of rows are of what was
// read. What a run over all messages takes for its as-of time is not among
// what was read then: AsOf of a [Source] asks for it.
//
// Rows come in the database's order. That decides nothing but ties: of messages
// with one created_at and no message_id.
package database
