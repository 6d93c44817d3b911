//go:build !nosqlite

package sqlitefile_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"modernc.org/sqlite"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/source/sqlitefile"
	"github.com/sav-analytics/sav/internal/thorough"
	"github.com/sav-analytics/sav/sink"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/files"
	"github.com/sav-analytics/sav/source/sourcetest"
	"github.com/sav-analytics/sav/source/sqldb"
)

// types are those of the sample's columns; what is not here is text.
var types = map[string]string{"sender_user_id": "integer", "client_user_id": "integer", "merchant_user_id": "integer",
	"merchant_id": "integer", "message_id": "integer", "created_at": "datetime", "is_public": "boolean"}

// sample returns the first messages of the sample, and a file of CSV that holds them.
func sample(t *testing.T) (records [][]string, path string) {
	data, err := os.ReadFile("../../../testdata/messages.csv")
	require.NoError(t, err)
	records, err = csv.NewReader(bytes.NewReader(data)).ReadAll()
	require.NoError(t, err)
	records = records[:thorough.Or(1_000, len(records))]
	var b bytes.Buffer
	require.NoError(t, csv.NewWriter(&b).WriteAll(records))
	path = filepath.Join(t.TempDir(), "messages.csv")
	require.NoError(t, os.WriteFile(path, b.Bytes(), 0o600))
	return records, path
}

// store makes a file with a table of records, whose columns have the types given.
func store(t *testing.T, records [][]string, types map[string]string) string {
	path := filepath.Join(t.TempDir(), "a shop?#%41.db") // nothing of a name is to be read as a URI
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "shop.db"))
	require.NoError(t, err)
	defer db.Close()
	var columns []string
	for _, name := range records[0] {
		columns = append(columns, fmt.Sprintf("%q %s", name, types[name]))
	}
	_, err = db.Exec("CREATE TABLE messages (" + strings.Join(columns, ", ") + ")")
	require.NoError(t, err)
	tx, err := db.Begin()
	require.NoError(t, err)
	insert, err := tx.Prepare("INSERT INTO messages VALUES (?" + strings.Repeat(", ?", len(columns)-1) + ")")
	require.NoError(t, err)
	for _, record := range records[1:] {
		values := make([]any, len(record))
		for i, v := range record {
			if v != "" {
				values[i] = v
			}
		}
		_, err := insert.Exec(values...)
		require.NoError(t, err)
	}
	require.NoError(t, tx.Commit())
	require.NoError(t, os.Remove(path))
	_, err = db.Exec("VACUUM INTO ?", path)
	require.NoError(t, err)
	return path
}

// open opens a table, or a query.
func open(t *testing.T, path string, opts sqlitefile.Options) *sqlitefile.Source {
	src, err := sqlitefile.Open(t.Context(), path, opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, src.Close()) })
	return src
}

// analyse returns the report and the pairs of a source as CSV.
func analyse(t *testing.T, src source.Source) (report, pairs string, rejected int64) {
	result, err := analysis.Run(t.Context(), src, analysis.Options{Pairs: true})
	require.NoError(t, err)
	var texts [2]strings.Builder
	require.NoError(t, sink.CSV(&texts[0], result.Report))
	require.NoError(t, sink.CSV(&texts[1], result.Pairs))
	return texts[0].String(), texts[1].String(), result.Rows.TotalRejected()
}

// Whatever types the columns were declared with, a report is that of the file; times without an offset are of the zone.
func TestTheResultIsThatOfTheFile(t *testing.T) {
	t.Parallel()
	records, path := sample(t)
	for _, zone := range []string{"UTC", "Europe/Paris"} {
		z, err := source.NewZone(zone)
		require.NoError(t, err)
		rules := source.Rules{Zone: z}
		file, err := files.Open(t.Context(), []string{path}, files.Options{Rules: rules})
		require.NoError(t, err)
		defer file.Close()
		report, pairs, rejected := analyse(t, file)
		for name, types := range map[string]map[string]string{"types": types, "texts": nil} {
			t.Run(zone+", "+name, func(t *testing.T) {
				stored := store(t, records, types)
				for _, opts := range []sqlitefile.Options{{Table: "messages", Rules: rules},
					{Query: "SELECT *, 1 AS other FROM messages -- all", Rules: rules}} {
					gotReport, gotPairs, gotRejected := analyse(t, open(t, stored, opts))
					require.Equal(t, report, gotReport)
					require.Equal(t, pairs, gotPairs)
					require.Equal(t, rejected, gotRejected)
				}
			})
		}
	}
}

var few = [][]string{
	{"created_at", "who", "client_user_id", "merchant_user_id", "merchant_id", "body"},
	{"2026-03-01 10:00:00", "100", "100", "900", "1", "hello"},
	{"soon", "900", "100", "900", "1", "later"},
	{"2026-03-01 10:30:00", "900", "100", "900", "1", "good day"},
}

var who = source.Rules{Override: map[source.Field]string{source.SenderUserID: "who"}}

func TestContract(t *testing.T) {
	t.Parallel()
	path := store(t, few, types)
	read := func(t *testing.T) source.Source {
		return open(t, path, sqlitefile.Options{Table: "messages", Rules: who})
	}
	want, err := sourcetest.Read(t.Context(), read(t))
	require.NoError(t, err)
	require.Len(t, want.Messages, 2)
	require.Equal(t, []sourcetest.Reject{{Line: 2, Reason: "bad_timestamp"}}, want.Rejects)
	sourcetest.Test(t, read, want)
}

// What is read changes nothing, and the text of a query cannot.
func TestNothingIsWritten(t *testing.T) {
	t.Parallel()
	path := store(t, few, types)
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	_, _, _ = analyse(t, open(t, path, sqlitefile.Options{Table: "messages", Rules: who}))
	for _, query := range []string{"DELETE FROM messages", "SELECT 1); DROP TABLE messages; SELECT (1",
		"SELECT * FROM messages) -- "} {
		src, err := sqlitefile.Open(t.Context(), path, sqlitefile.Options{Query: query, Rules: who})
		require.Error(t, err, query)
		require.Nil(t, src)
	}
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, before, after)
	found, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, found, 1)
}

func TestErrors(t *testing.T) {
	t.Parallel()
	path := store(t, few, types)
	text := filepath.Join(t.TempDir(), "text.db")
	require.NoError(t, os.WriteFile(text, []byte(strings.Repeat("no database ", 100)), 0o600))
	missing := filepath.Join(t.TempDir(), "nothing.db")
	for _, c := range []struct {
		name, path string
		opts       sqlitefile.Options
		target     any
		want       string
	}{
		{"no table and no query", path, sqlitefile.Options{}, new(*source.InputError), "expected a table or a query"},
		{"a table and a query", path, sqlitefile.Options{Table: "t", Query: "q"}, new(*source.InputError),
			"expected a table or a query"},
		{"another table", path, sqlitefile.Options{Table: "orders"}, new(*source.InputError),
			`no table "orders"; there are: messages`},
		{"a column is lacking", path, sqlitefile.Options{Table: "messages"}, new(*source.InputError),
			"table messages: lacks sender_user_id"},
		{"no SELECT", path, sqlitefile.Options{Query: "PRAGMA user_version"}, new(*sqldb.Error),
			"query: find the columns: "},
		{"no database", text, sqlitefile.Options{Table: "messages"}, new(*sqlite.Error),
			"list the tables: file is not a database"},
		{"no file", missing, sqlitefile.Options{Table: "messages"}, new(*os.PathError), "nothing.db"},
		{"a folder", filepath.Dir(path), sqlitefile.Options{Table: "messages"}, new(*source.InputError),
			"not a regular file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			src, err := sqlitefile.Open(t.Context(), c.path, c.opts)
			require.Nil(t, src)
			require.ErrorAs(t, err, c.target)
			require.ErrorContains(t, err, c.want)
		})
	}
	_, err := os.Stat(missing)
	require.ErrorIs(t, err, os.ErrNotExist, "SQLite would make the file")
	require.NoError(t, (*sqlitefile.Source)(nil).Close())
}

// A query that never ends does, with its context.
func TestTheContextEndsAQuery(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	src, err := sqlitefile.Open(ctx, store(t, few, types), sqlitefile.Options{Rules: who,
		Query: `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
			SELECT m.* FROM n, messages m WHERE m.created_at < ''`})
	if err == nil {
		err = src.Read(t.Context(), &source.Receiver{Dict: source.NewDict(),
			Batch: func(*source.Batch) error { return nil }})
		require.NoError(t, src.Close())
	}
	require.ErrorIs(t, err, context.DeadlineExceeded)
}
