package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/source/servers"
	"github.com/sav-analytics/sav/sql/questions"
)

// The sample in a database gives the answers that it gives without one.
// scripts/databases.sh starts the server.
func TestSQLDatabaseAnswersAsTheSample(t *testing.T) {
	text := os.Getenv("SAV_TEST_MYSQL_DSN")
	if text == "" {
		t.Skip("no server: SAV_TEST_MYSQL_DSN is not set (make test-databases)")
	}
	fillSample(t, text)
	for _, q := range questions.All() {
		for _, format := range []string{"table", "csv", "json"} {
			t.Run(q.Name+" "+format, func(t *testing.T) {
				answer := func(more ...string) string {
					status, stdout, stderr := command(t, append([]string{"sql", "run", q.Name, "--format", format,
						"--today", "2024-05-31"}, more...)...)
					require.Equal(t, statusDone, status, stderr)
					return stdout
				}
				require.Equal(t, answer(), strings.Replace(answer("--dsn", text), text, "sample", 1))
			})
		}
	}
}

// fillSample makes the schema's tables, with the sample in them, until the test
// ends.
func fillSample(t *testing.T, text string) {
	dsn, err := servers.ParseDSN(text, os.Getenv("SAV_DSN_PASSWORD"))
	require.NoError(t, err)
	db, err := servers.OpenMySQL(t.Context(), dsn)
	require.NoError(t, err)
	exec := func(statement string) {
		_, err := db.Exec(statement)
		require.NoError(t, err, "%.100s", statement)
	}
	drop := func() { exec("DROP TABLE IF EXISTS SALES, USERS") }
	drop()
	t.Cleanup(func() {
		drop()
		require.NoError(t, db.Close())
	})
	var code strings.Builder
	for line := range strings.Lines(questions.Schema()) {
		before, _, _ := strings.Cut(strings.TrimSpace(line), "--")
		fmt.Fprintln(&code, before)
	}
	for statement := range strings.SplitSeq(code.String(), ";") {
		if strings.TrimSpace(statement) != "" {
			exec(statement)
		}
	}
	for _, table := range []struct {
		name string
		csv  io.Reader
	}{{"USERS", questions.SampleUsers()}, {"SALES", questions.SampleSales()}} {
		records, err := csv.NewReader(table.csv).ReadAll()
		require.NoError(t, err)
		var rows []string
		for _, record := range records[1:] {
			row := "('" + strings.Join(record, "','") + "')"
			rows = append(rows, strings.ReplaceAll(row, "''", "NULL"))
		}
		exec(fmt.Sprintf("INSERT INTO %s (%s) VALUES %s", table.name, strings.Join(records[0], ","),
			strings.Join(rows, ",")))
	}
}
