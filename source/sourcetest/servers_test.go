package sourcetest_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/source/servers"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/database"
	"github.com/sav-analytics/sav/source/sourcetest"
)

// Databases keep the contract, too. scripts/databases.sh starts the servers.
func TestServers(t *testing.T) {
	for name, execute := range map[string]func(t *testing.T, dsn database.DSN, statement string){
		"SAV_TEST_MYSQL_DSN":    onMySQL,
		"SAV_TEST_POSTGRES_DSN": onPostgres,
	} {
		t.Run(name, func(t *testing.T) {
			text := os.Getenv(name)
			if text == "" {
				t.Skipf("no server: %s is not set (make test-databases)", name)
			}
			dsn, err := database.ParseDSN(text, os.Getenv("SAV_DSN_PASSWORD"))
			require.NoError(t, err)
			for _, n := range []int{0, 1, 500} {
				t.Run(fmt.Sprint(n, " rows"), func(t *testing.T) {
					rows := table(n)
					query := fill(t, rows, func(statement string) { execute(t, dsn, statement) })
					sourcetest.Test(t, func(t *testing.T) source.Source {
						return closing(t)(database.Open(t.Context(), dsn, database.Options{Query: query}))
					}, (&kind{line: 1}).want(t, rows))
				})
			}
		})
	}
}

// fill makes a table of the rows, and returns the query that reads them in their order.
func fill(t *testing.T, rows []row, execute func(statement string)) (query string) {
	const name = "contract"
	execute("DROP TABLE IF EXISTS " + name)
	execute("CREATE TABLE " + name + " (place integer, " + strings.Join(columns, " varchar(40), ") + " varchar(40))")
	t.Cleanup(func() { execute("DROP TABLE IF EXISTS " + name) })
	var values []string
	for i := range rows {
		values = append(values, fmt.Sprintf("(%d, '%s')", i, strings.Join(rows[i].values(), "', '")))
	}
	if len(values) > 0 {
		execute("INSERT INTO " + name + " VALUES " + strings.Join(values, ", "))
	}
	return "SELECT " + strings.Join(columns, ", ") + " FROM " + name + " ORDER BY place"
}

func onMySQL(t *testing.T, dsn database.DSN, statement string) {
	ctx := context.WithoutCancel(t.Context()) // it cleans up, too
	db, err := servers.OpenMySQL(ctx, dsn)
	require.NoError(t, err)
	defer db.Close()
	_, err = db.ExecContext(ctx, statement)
	require.NoError(t, err)
}

func onPostgres(t *testing.T, dsn database.DSN, statement string) {
	ctx := context.WithoutCancel(t.Context())
	conn, err := servers.OpenPostgres(ctx, dsn)
	require.NoError(t, err)
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement).ReadAll()
	require.NoError(t, err)
}
