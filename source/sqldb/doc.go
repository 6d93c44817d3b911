// Package sqldb reads messages from any database that package database/sql has a
// driver for: the caller opens the database, with a driver of its own, and gives
// one SELECT.
//
// It stands in the flow's first room, below package source, whose rules it
// applies: source → frame → analysis → sink.
//
//	db, err := sql.Open("sqlite", "file:shop.db?mode=ro")
//	messages, err := sqldb.Open(ctx, db, "SELECT * FROM messages", sqldb.Options{Name: "shop.db"})
//	defer messages.Close()
//	result, err := analysis.Run(ctx, messages, analysis.Options{})
//
// The columns of the SELECT are found by their names, as those of a file are; name
// others with AS. All of its rows are read, in the order of the database, one by
// one. They see what the database lets one statement see.
//
// Package source/database has MySQL and PostgreSQL: it also reads only the
// conversations that a window needs.
package sqldb
