package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// ErrNotMySQL says that a DSN is of another kind of database.
var ErrNotMySQL = errors.New("not a MySQL or MariaDB database")

// OpenMySQL connects to a MySQL or MariaDB database for package database/sql, to
// ask it what has nothing to do with messages. A DSN of another kind is
// [ErrNotMySQL]; a server that cannot be reached is an [Error]. The caller closes
// the database.
func OpenMySQL(ctx context.Context, dsn DSN) (*sql.DB, error) {
	if dsn.server != mysqlServer {
		return nil, fmt.Errorf("%s: %w", dsn, ErrNotMySQL)
	}
	connector, err := mysqlConnector(dsn)
	if err != nil {
		return nil, failed(ctx, dsn.String(), "connect", err)
	}
	db := sql.OpenDB(connector)
	limited, cancel := context.WithTimeoutCause(ctx, connectTimeout, fmt.Errorf("no answer within %v", connectTimeout))
	defer cancel()
	if err := db.PingContext(limited); err != nil {
		db.Close()
		return nil, failed(limited, dsn.String(), "connect", err)
	}
	return db, nil
}
