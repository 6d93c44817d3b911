// Package sqltest asks the questions of package sql of real servers: of
// go-mysql-server, which runs in this process, and of MariaDB. Their answers are
// to be those of package analysis/sales and of the naive ones, always.
//
// It is a module of its own, so that no dependency of a server reaches the
// programs of the module above. It stands beside the flow, and holds tests only.
package sqltest
