package sqlitetest

import (
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
	"github.com/sav-analytics/sav/sink"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/files"
	"github.com/sav-analytics/sav/source/sqldb"
)

const sample = "../../../testdata/messages.csv"

// types are those of the sample's columns; what is not here is text.
var types = map[string]string{"sender_user_id": "integer", "client_user_id": "integer", "merchant_user_id": "integer",
	"merchant_id": "integer", "message_id": "integer", "created_at": "datetime", "is_public": "boolean"}

// load makes a table of the sample, whose columns have the types given.
func load(t *testing.T, types map[string]string) *sql.DB {
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "shop.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	file, err := os.Open(sample)
	require.NoError(t, err)
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
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
	return db
}

// analyse returns the report and the pairs of a source, as CSV.
func analyse(t *testing.T, src source.Source) (report, pairs string, rejected int64) {
	result, err := analysis.Run(t.Context(), src, analysis.Options{Pairs: true})
	require.NoError(t, err)
	rows := result.Rows
	var texts [2]strings.Builder
	require.NoError(t, sink.CSV(&texts[0], result.Report))
	require.NoError(t, sink.CSV(&texts[1], result.Pairs))
	return texts[0].String(), texts[1].String(), rows.TotalRejected()
}

func TestTheResultIsThatOfTheFile(t *testing.T) {
	file, err := files.Open(t.Context(), []string{sample}, files.Options{})
	require.NoError(t, err)
	defer file.Close()
	report, pairs, rejected := analyse(t, file)
	for name, types := range map[string]map[string]string{"types": types, "texts": nil} {
		t.Run(name, func(t *testing.T) {
			src, err := sqldb.Open(t.Context(), load(t, types), "SELECT * FROM messages", sqldb.Options{})
			require.NoError(t, err)
			defer src.Close()
			gotReport, gotPairs, gotRejected := analyse(t, src)
			require.Equal(t, report, gotReport)
			require.Equal(t, pairs, gotPairs)
			require.Equal(t, rejected, gotRejected)
		})
	}
}

func TestParametersAndNames(t *testing.T) {
	src, err := sqldb.Open(t.Context(), load(t, types), `SELECT created_at, sender_user_id AS author, client_user_id,
		merchant_user_id, merchant_id FROM messages WHERE country = ?`,
		sqldb.Options{Rules: source.Rules{Override: map[source.Field]string{source.SenderUserID: "author"}}}, "FR")
	require.NoError(t, err)
	defer src.Close()
	result, err := analysis.Run(t.Context(), src, analysis.Options{})
	require.NoError(t, err)
	require.Positive(t, result.Conversations)
}

func TestADatabaseThatFails(t *testing.T) {
	db := load(t, types)
	var failed *sqldb.Error
	var reason *sqlite.Error
	_, err := sqldb.Open(t.Context(), db, "SELECT * FROM orders", sqldb.Options{Name: "shop.db"})
	require.ErrorAs(t, err, &failed)
	require.ErrorAs(t, err, &reason)
	require.ErrorContains(t, err, "shop.db: query: ")
	require.ErrorContains(t, err, "no such table: orders")

	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	src, err := sqldb.Open(ctx, db, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
		SELECT m.* FROM n, messages m WHERE m.created_at < ''`, sqldb.Options{})
	if err == nil {
		err = src.Read(t.Context(), &source.Receiver{Dict: source.NewDict(), Batch: func(*source.Batch) error { return nil }})
		require.NoError(t, src.Close())
	}
	require.ErrorIs(t, err, context.DeadlineExceeded)
}
