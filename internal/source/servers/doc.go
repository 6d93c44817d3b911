// Package servers speaks to MySQL, MariaDB and PostgreSQL: it reads messages for package
// database, which says how, makes tables of them to try things with, and connects for
// whatever else is done there.
//
// It stands in the flow's first room, below package source, whose rules it applies: source
// → frame → analysis → sink.
package servers
