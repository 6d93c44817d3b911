package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/source/servers"
)

// queriesOf returns the SELECTs that a page shows.
func queriesOf(t *testing.T, page string) (queries []string) {
	t.Helper()
	text := read(t, "../../docs", page)
	for _, block := range regexp.MustCompile("(?s)```sql\n(.*?)```").FindAllStringSubmatch(text, -1) {
		if strings.HasPrefix(block[1], "SELECT") {
			queries = append(queries, block[1])
		}
	}
	return queries
}

// The page's join gives each message the merchant that it had when it was written, and
// each answer to whoever wrote for that merchant then: one user left, and one thread
// was handed over.
func TestDatabaseJoinOfThePage(t *testing.T) {
	queries := queriesOf(t, "databases.md")
	require.Len(t, queries, 1)
	for _, variable := range []string{"SAV_TEST_MYSQL_DSN", "SAV_TEST_POSTGRES_DSN"} {
		t.Run(variable, func(t *testing.T) {
			dsn := os.Getenv(variable)
			if dsn == "" {
				t.Skip("no server: the variable is not set (make test-databases)")
			}
			tables := []string{"support_message", "support_thread_merchant", "support_thread", "shop_member",
				"shop_merchant"}
			drop := func() {
				for _, table := range tables {
					execute(t, dsn, "DROP TABLE IF EXISTS "+table)
				}
			}
			drop()
			t.Cleanup(drop)
			execute(t, dsn,
				"CREATE TABLE shop_merchant (id bigint PRIMARY KEY, user_id bigint, country varchar(2))",
				"CREATE TABLE shop_member (merchant_id bigint, user_id bigint)",
				"CREATE TABLE support_thread (id bigint PRIMARY KEY, client_id bigint, merchant_id bigint)",
				"CREATE TABLE support_thread_merchant (thread_id bigint, merchant_id bigint, since timestamp NULL, until timestamp NULL)",
				"CREATE TABLE support_message (id bigint PRIMARY KEY, thread_id bigint, author_id bigint, created_at timestamp NULL, is_public boolean)",
				// User 901 left merchant 1 for 902. Thread 12 was handed over to merchant 2.
				"INSERT INTO shop_merchant VALUES (1, 902, 'FR'), (2, 950, 'DE')",
				"INSERT INTO shop_member VALUES (1, 901), (1, 902), (2, 950)",
				"INSERT INTO support_thread VALUES (11, 100, 1), (12, 101, 2)",
				"INSERT INTO support_thread_merchant VALUES (11, 1, '2026-01-01 00:00:00', NULL), "+
					"(12, 1, '2026-01-01 00:00:00', '2026-03-03 00:00:00'), (12, 2, '2026-03-03 00:00:00', NULL)",
				"INSERT INTO support_message VALUES "+strings.Join([]string{
					"(1, 11, 100, '2026-03-01 10:00:00', true)", "(2, 11, 901, '2026-03-01 10:30:00', true)",
					"(3, 11, 902, '2026-03-05 10:00:00', true)",
					"(4, 12, 101, '2026-03-02 10:00:00', true)", "(5, 12, 7, '2026-03-02 10:05:00', true)",
					"(6, 12, 902, '2026-03-02 10:10:00', false)",
					"(7, 12, 901, '2026-03-02 11:00:00', true)", "(8, 12, 950, '2026-03-04 10:00:00', true)",
				}, ", "))
			query := filepath.Join(t.TempDir(), "join.sql")
			require.NoError(t, os.WriteFile(query, []byte(queries[0]), 0o600))
			out, pairs := t.TempDir(), filepath.Join(t.TempDir(), "pairs.csv")
			run := sav(t, 0, "analyze", "--dsn", dsn, "--query", query, "--out", out, "--pairs", pairs)
			require.EqualValues(t, 8, run.RowsRead)
			require.EqualValues(t, 1, run.OtherSender)
			require.EqualValues(t, 1, run.Private)
			require.Regexp(t, `(?m)^11,FR,1,100,answered,2026-03-01T10:00:00Z,2026-03-01T10:30:00Z,1800,`,
				read(t, filepath.Dir(pairs), "pairs.csv"))
			require.Regexp(t, `(?m)^12,FR,1,101,answered,2026-03-02T10:00:00Z,2026-03-02T11:00:00Z,3600,`,
				read(t, filepath.Dir(pairs), "pairs.csv"))
		})
	}
}

// execute runs statements on the server of a DSN.
func execute(t *testing.T, text string, statements ...string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context()) // it is used to clean up, too
	password := os.Getenv("SAV_DSN_PASSWORD")
	var run func(statement string) error
	if strings.HasPrefix(text, "postgres") {
		config, err := pgconn.ParseConfig(text)
		require.NoError(t, err)
		config.Password = password
		c, err := pgconn.ConnectConfig(ctx, config)
		require.NoError(t, err)
		defer c.Close(ctx)
		run = func(statement string) error { return c.ExecParams(ctx, statement, nil, nil, nil, nil).Read().Err }
	} else {
		dsn, err := servers.ParseDSN(text, password)
		require.NoError(t, err)
		db, err := servers.OpenMySQL(ctx, dsn)
		require.NoError(t, err)
		defer db.Close()
		run = func(statement string) error {
			_, err := db.ExecContext(ctx, statement)
			return err
		}
	}
	for _, statement := range statements {
		require.NoError(t, run(statement), fmt.Sprintf("%.60s", statement))
	}
}
