package servers

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
)

// ErrNotMySQL says that a DSN is of another kind of database.
var ErrNotMySQL = errors.New("not a MySQL or MariaDB database")

var errNotPostgres = errors.New("not a PostgreSQL database")

// OpenPostgres connects to a PostgreSQL database, to do what has nothing to do with
// messages. A DSN of another kind is an error; a server that cannot be
// reached is an [Error]. The caller closes the connection.
func OpenPostgres(ctx context.Context, dsn DSN) (*pgconn.PgConn, error) {
	if dsn.server != postgresServer {
		return nil, fmt.Errorf("%s: %w", dsn, errNotPostgres)
	}
	config, err := postgresConfig(dsn)
	if err != nil {
		return nil, failed(ctx, dsn.String(), "connect", err)
	}
	limited, cancel := context.WithTimeoutCause(ctx, connectTimeout, fmt.Errorf("no answer within %v", connectTimeout))
	defer cancel()
	c, err := pgconn.ConnectConfig(limited, config)
	if err != nil {
		return nil, failed(limited, dsn.String(), "connect", err)
	}
	return c, nil
}

// OpenMySQL connects to a MySQL or MariaDB database for package database/sql, to
// ask it what has nothing to do with messages. A DSN of another kind is
// [ErrNotMySQL]; a server that cannot be reached is an [Error]. The caller closes
// the database.
func OpenMySQL(ctx context.Context, dsn DSN) (*sql.DB, error) {
	if dsn.server != mysqlServer {
		return nil, fmt.Errorf("%s: %w", dsn, ErrNotMySQL)
	}
	config, err := mysqlConfig(dsn)
	if err != nil {
		return nil, failed(ctx, dsn.String(), "connect", err)
	}
	connector, err := mysql.NewConnector(config)
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
