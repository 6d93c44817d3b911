//go:build !nosqlite

package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"
)

// A file of SQLite is read as a file of CSV with the same rows, by analyze and by run.
func TestSQLiteReportsAsTheFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	shop, text, query := filepath.Join(dir, "shop.db"), filepath.Join(dir, "m.csv"), filepath.Join(dir, "q.sql")
	db, err := sql.Open("sqlite", shop)
	require.NoError(t, err)
	_, err = db.Exec(`CREATE TABLE messages (created_at DATETIME, sender_user_id, client_user_id, merchant_user_id, merchant_id);
		INSERT INTO messages VALUES ('2026-03-01 10:00', 100, 100, 900, 1), ('2026-03-01 10:30', 900, 100, 900, 1)`)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	require.NoError(t, os.WriteFile(query, []byte("SELECT * FROM messages WHERE merchant_id = 1;\n"), 0o600))
	require.NoError(t, os.WriteFile(text,
		[]byte("created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id\n"+
			"2026-03-01 10:00,100,100,900,1\n2026-03-01 10:30,900,100,900,1\n"), 0o600))
	report := func(args ...string) string {
		out := t.TempDir()
		run := sav(t, 0, append([]string{"analyze", "--tz", "Europe/Paris", "--out", out}, args...)...)
		data, err := os.ReadFile(filepath.Join(out, "report.csv"))
		require.NoError(t, err)
		return fmt.Sprint(string(data), run.Window, run.AsOf)
	}
	for _, window := range [][]string{nil, {"--date", "2026-03-01"}} {
		want := report(append(window, "--input", text)...)
		require.Equal(t, want, report(append(window, "--dsn", "sqlite:"+shop)...))
		require.Equal(t, want, report(append(window, "--dsn", "sqlite:"+shop, "--query", query)...))
	}
	for _, c := range []struct {
		dsn, want string
		status    int
	}{
		{"sqlite:", "sqlite: names no file; expected such as sqlite:shop.db", statusUsage},
		{"sqlite:///data/shop.db", "names no file", statusUsage},
		{"sqlite:" + filepath.Join(dir, "nothing.db"), "nothing.db", statusIO},
		{"sqlite:" + text, "m.csv: list the tables: file is not a database", statusIO},
	} {
		var stderr bytes.Buffer
		args := []string{"analyze", "--dsn", c.dsn, "--out", t.TempDir()}
		require.Equal(t, c.status, run(context.Background(), args, nil, io.Discard, &stderr), c.dsn)
		require.Contains(t, stderr.String(), c.want)
	}
}
