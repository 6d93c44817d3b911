package sqltest

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	sqle "github.com/dolthub/go-mysql-server"
	"github.com/dolthub/go-mysql-server/memory"
	"github.com/dolthub/go-mysql-server/server"
	gms "github.com/dolthub/go-mysql-server/sql"
	"github.com/go-sql-driver/mysql"
	"github.com/sirupsen/logrus"
	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/sql/questions"
)

// dsnVariable names the MariaDB server to ask, mysql://user@host:port/database,
// whose tables USERS and SALES are dropped. The password is in SAV_DSN_PASSWORD.
const dsnVariable = "SAV_TEST_MYSQL_DSN"

// onServers runs test against each server, on a connection to a database that
// has the schema's tables, empty.
func onServers(t *testing.T, test func(t *testing.T, conn *sql.Conn)) {
	t.Run("go-mysql-server", func(t *testing.T) { test(t, open(t, inProcess(t))) })
	t.Run("MariaDB", func(t *testing.T) {
		text := os.Getenv(dsnVariable)
		if text == "" {
			t.Skipf("%s is not set: scripts/databases.sh sets it", dsnVariable)
		}
		u, err := url.Parse(text)
		require.NoError(t, err)
		config := mysql.NewConfig()
		config.Net, config.Addr = "tcp", u.Host
		config.User, config.Passwd = u.User.Username(), os.Getenv("SAV_DSN_PASSWORD")
		config.DBName = strings.TrimPrefix(u.Path, "/")
		test(t, open(t, config))
	})
}

// inProcess starts a server that ends with the test, and returns how to reach it.
func inProcess(t *testing.T) *mysql.Config {
	t.Helper()
	logrus.SetLevel(logrus.ErrorLevel) // each connection is a warning
	db := memory.NewDatabase("sav")
	db.EnablePrimaryKeyIndexes()
	provider := memory.NewDBProvider(db)
	engine := sqle.NewDefault(provider)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s, err := server.NewServer(server.Config{Protocol: "tcp", Address: listener.Addr().String(), Listener: listener},
		engine, gms.NewContext, memory.NewSessionBuilder(provider), nil)
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- s.Start() }()
	t.Cleanup(func() {
		require.NoError(t, s.Close())
		require.NoError(t, <-ended)
	})
	config := mysql.NewConfig()
	config.Net, config.Addr, config.User, config.DBName = "tcp", listener.Addr().String(), "root", "sav"
	return config
}

// open connects and makes the tables.
func open(t *testing.T, config *mysql.Config) *sql.Conn {
	t.Helper()
	config.Timeout = time.Minute
	connector, err := mysql.NewConnector(config)
	require.NoError(t, err)
	db := sql.OpenDB(connector)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	conn, err := db.Conn(t.Context())
	require.NoError(t, err)
	drop := func() {
		for _, table := range []string{"SALES", "USERS"} {
			exec(t, conn, "DROP TABLE IF EXISTS "+table)
		}
	}
	drop()
	t.Cleanup(func() {
		drop()
		require.NoError(t, conn.Close())
	})
	for statement := range strings.SplitSeq(withoutComments(questions.Schema()), ";") {
		if strings.TrimSpace(statement) != "" {
			exec(t, conn, statement)
		}
	}
	return conn
}

// withoutComments leaves out what follows "--" in each line.
func withoutComments(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		code, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "--")
		fmt.Fprintln(&b, code)
	}
	return b.String()
}

// failer is what a test and a property have in common.
type failer interface {
	Errorf(format string, args ...any)
	FailNow()
}

// exec runs a statement. Its context is not the test's, which has ended when
// tables are dropped.
func exec(t failer, conn *sql.Conn, statement string) {
	_, err := conn.ExecContext(context.Background(), statement)
	require.NoError(t, err, "%.200s", statement)
}
