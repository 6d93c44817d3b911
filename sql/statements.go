// Package statements holds the SQL files of this folder, and the sample beside
// them, as a file system: three questions on the users and sales of a marketplace
// for MySQL 8 and MariaDB 10.11, each in a file of its own.
//
// Package questions asks them. In the flow
//
//	source → frame → analysis → sink
//
// both stand between the analysis and the sinks.
package statements

import "embed"

// Files has schema.sql, a statement for each question, and sample/*.csv.
//
//go:embed *.sql sample/*.csv
var Files embed.FS
