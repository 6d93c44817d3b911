// Package load puts a written report into a table of MySQL, MariaDB or
// PostgreSQL, whole or not at all.
//
// It stands beside sink/delivery at the end of the flow. It starts from a folder
// that holds report.csv and run.json, and needs nothing else of what stands
// before:
//
//	dsn, err := servers.ParseDSN("postgres://sav@localhost/shop", password)
//	done, err := load.Load(ctx, dsn, "out", load.Options{Table: "response_times", Create: true})
//	fmt.Println(done.Rows, "rows in the place of", done.Replaced)
//
// The table has the report's columns, and what the report is of: source,
// window_from, window_to, as_of and report_sha256. An empty cell is NULL. A
// report replaces those of the same source and window with an earlier or equal
// as_of; if the table has a later one, nothing changes.
package load
