package database

import (
	"context"
	"time"

	"github.com/sav-analytics/sav/internal/source/servers"
	"github.com/sav-analytics/sav/source"
)

// A DSN says where a database is and who asks. Every way to print it leaves the password
// out.
type DSN = servers.DSN

// ParseDSN reads a DSN of the form
//
//	mysql://user@host:port/database?tls=true
//	postgres://user@host:port/database?sslmode=verify-full
//
// (also mariadb:// and postgresql://). The port may be left out.
//
// The parameters of MySQL are socket (a path, in place of the host), tls (as the
// driver has it: true, skip-verify, preferred, false), ssl-ca (a file with the
// certificates of the authorities to trust; tls is true then), ssl-cert and
// ssl-key (files with the client's certificate and key). Those of PostgreSQL are
// host (the folder of a socket), port (of that socket), sslmode (disable, allow,
// prefer, require, verify-ca, verify-full), sslrootcert, sslcert and sslkey.
//
// Any other parameter is an error, and so is a password in the text: it is given
// apart, or empty for none. Errors never quote the text.
func ParseDSN(text, password string) (DSN, error) { return servers.ParseDSN(text, password) }

// An Error is what a database failed at, or the way to it: a server that is not there, a
// connection that was lost, a query that was refused or cancelled, a column of a type that
// cannot be read. Its Where is the database without password, and the table or query where
// one is meant; Doing is what failed, such as "connect"; Err is why.
type Error = servers.Error

// Options say what is read. The zero value is the whole of the table messages.
type Options struct {
	// Table is the table or view, alone or as schema.table, as the database spells it.
	Table string
	// Query is read in place of a table: one SELECT, such as a join.
	Query string
	// Rules say how columns are found and values are read. Columns whose type has an
	// instant (timestamptz; TIMESTAMP of MySQL) do not heed Rules.Zone.
	source.Rules
	// From and To are the window of the analysis: conversations without a message
	// in [From, To) need not be read. A zero end is open; both, all is read.
	From, To time.Time
	// Progress, if not nil, is called with the number of rows read. It is called by the
	// goroutine that reads.
	Progress func(rows int64)
}

// A Source is a table or a query, in one snapshot taken by [Open]. It can be read once.
//
// Its Name is the database, without password, and the table or query. Narrowed reports
// whether only a part of the messages is read: whole conversations, those with a message in
// the window. AsOf then returns the latest created_at of all messages of a client or a
// merchant, those that Read leaves out included: what an analysis of all would take for its
// as-of time. Call it before Read. Close ends the transaction and the connection.
type Source = servers.Source

// Open connects, starts a transaction that sees one snapshot and changes nothing,
// and finds the columns. A table, a query or a column that cannot be used is a
// [source.InputError], what the database fails at an [Error]. Close ends the
// transaction and the connection.
func Open(ctx context.Context, dsn DSN, opts Options) (*Source, error) {
	return servers.Open(ctx, dsn, servers.Options(opts))
}
