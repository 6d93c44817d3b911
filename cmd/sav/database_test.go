package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/sink/rundir"
)

// The same messages from a file, MariaDB and PostgreSQL are one report, byte for
// byte, with and without a window. scripts/databases.sh starts the servers.
func TestDatabaseReportsAsTheFile(t *testing.T) {
	variables := []string{"SAV_TEST_MYSQL_DSN", "SAV_TEST_POSTGRES_DSN"}
	if !slices.ContainsFunc(variables, func(v string) bool { return os.Getenv(v) != "" }) {
		t.Skip("no server: neither variable is set (make test-databases)")
	}
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	messages := []string{"generate", "--messages", "30000", "--seed", "7", "--notes", "--body", "20"}
	sav(t, 0, append(messages, "--out", in("m.csv"))...)
	windows := map[string][]string{
		"all":             nil,
		"a day":           {"--date", "2026-03-10"},
		"a day in Paris":  {"--date", "2026-03-29", "--tz", "Europe/Paris"},
		"known at a time": {"--from", "2026-03-10", "--to", "2026-03-12", "--as-of", "2026-03-12"},
		"an open end":     {"--from", "2026-05-20T12:30:15"},
		"an open start":   {"--to", "2026-01-09"},
		"nothing":         {"--from", "2031-01-01"},
	}
	fromFile := make(map[string]*rundir.Run)
	for name, window := range windows {
		fromFile[name] = sav(t, 0, append([]string{"analyze", "--input", in("m.csv"), "--out", in("file " + name)},
			window...)...)
	}
	for _, variable := range variables {
		t.Run(variable, func(t *testing.T) {
			dsn := os.Getenv(variable)
			if dsn == "" {
				t.Skip("no server: the variable is not set (make test-databases)")
			}
			table := newTable("messages")
			sav(t, 0, append(messages, "--dsn", dsn, "--table", table)...)
			sav(t, statusIO, append(messages, "--dsn", dsn, "--table", table)...) // there is one
			all := sav(t, 0, "analyze", "--dsn", dsn, "--table", table, "--out", in("all"))
			require.Equal(t, []string{strings.TrimSuffix(dsn, "?sslmode=disable") + ", table " + table}, all.Inputs)
			for name, window := range windows {
				t.Run(name, func(t *testing.T) {
					out := in(variable + name)
					run := sav(t, 0, append([]string{"analyze", "--dsn", dsn, "--table", table, "--out", out},
						window...)...)
					require.Equal(t, read(t, in("file "+name), rundir.ReportName), read(t, out, rundir.ReportName))
					require.Equal(t, fromFile[name].AsOf, run.AsOf)
					require.Equal(t, fromFile[name].Conversations, run.Conversations)
					if window == nil {
						require.Equal(t, all.RowsRead, run.RowsRead)
					} else {
						require.Less(t, run.RowsRead, all.RowsRead/2, "the window is pushed down")
					}
				})
			}
			t.Run("explain", func(t *testing.T) {
				id := firstConversation(t, in("m.csv"))
				// of another day
				for _, window := range [][]string{nil, {"--date", "2026-03-29", "--tz", "Europe/Paris"}} {
					want := explained(t, append(window, "--input", in("m.csv"), "--conversation", id)...)
					require.Equal(t, window == nil, want.InWindow)
					require.Equal(t, want, explained(t, append(window, "--dsn", dsn, "--table", table, "--conversation",
						id)...))
				}
			})
			t.Run("renamed columns, a query", func(t *testing.T) {
				query := in("q.sql")
				require.NoError(t, os.WriteFile(query,
					[]byte("SELECT created_at AS sent_on, sender_user_id, client_user_id, merchant_user_id, merchant_id,\n"+
						"  conversation_id AS ticket_id, message_id AS id, country, is_public FROM "+table+
						" -- all of them\n;\n"), 0o600))
				sav(t, 0, "analyze", "--dsn", dsn, "--query", query, "--column", "created_at=sent_on", "--out",
					in("query"), "--date", "2026-03-10")
				require.Equal(t, read(t, in("file a day"), rundir.ReportName), read(t, in("query"), rundir.ReportName))
			})
			t.Run("refused", func(t *testing.T) {
				sav(t, statusInput, "analyze", "--dsn", dsn, "--table", table+"; DROP TABLE "+table, "--out", in("all"))
				sav(t, statusInput, "analyze", "--dsn", dsn, "--table", table, "--column", "country=1) FROM x --",
					"--out", in("all"))
				float := in("float.sql")
				require.NoError(t, os.WriteFile(float, []byte("SELECT m.*, SIN(1) AS angle FROM "+table+" m"), 0o600))
				sav(t, statusIO, "analyze", "--dsn", dsn, "--query", float, "--column", "message_id=angle", "--out",
					in("all"))
				require.Equal(t, read(t, in("file all"), rundir.ReportName), read(t, in("all"), rundir.ReportName),
					"the older result stands")
			})
			t.Run("a wrong password", func(t *testing.T) {
				password := in("password")
				require.NoError(t, os.WriteFile(password, []byte("pa55word\n"), 0o600))
				sav(t, statusIO, "analyze", "--dsn", dsn, "--dsn-password-file", password, "--out", in("all"))
				require.NoError(t, os.WriteFile(password, []byte(os.Getenv("SAV_DSN_PASSWORD")+"\n"), 0o600))
				t.Setenv("SAV_DSN_PASSWORD", "pa55word")
				sav(t, 0, "analyze", "--dsn", dsn, "--dsn-password-file", password, "--table", table, "--out",
					in("all"))
			})
		})
	}
}

// sav runs the command, which must end with a status, and returns its summary.
// The password must be in nothing that it prints.
func sav(t *testing.T, status int, args ...string) *rundir.Run {
	t.Helper()
	var stdout, stderr bytes.Buffer
	got := run(context.Background(), append(args, "--log-level", "debug"), nil, &stdout, &stderr)
	require.Equal(t, status, got, "%v\n%s", args, &stderr)
	for _, password := range []string{os.Getenv("SAV_DSN_PASSWORD"), "pa55word"} {
		if password != "" {
			require.NotContains(t, stdout.String()+stderr.String(), password)
		}
	}
	var summary rundir.Run
	lastLine(t, stdout.String(), &summary)
	return &summary
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	return string(data)
}

// newTable returns the name of a table that no test made before: servers are used again.
func newTable(name string) string { return fmt.Sprintf("%s_%d", name, time.Now().UnixNano()) }
