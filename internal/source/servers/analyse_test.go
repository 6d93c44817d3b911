package servers_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/source/servers"
	"github.com/sav-analytics/sav/sink"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/files"
)

// A layout is how a table holds messages.
type layout struct {
	name         string
	conversation string   // the type of conversation_id; empty: there is none
	ids          []string // values of it
	createdAt    string   // the type of created_at
}

// The same messages from a file and from a database make the same report, to the
// byte, with any window: a part of the database is then as good as the whole.
func TestServerReportsAsFromAFile(t *testing.T) {
	for _, l := range []layout{
		{"integers", "bigint", []string{"1", "2", "3", "-4", ""}, "timestamp"},
		{"texts", "varchar(9)", []string{"1", "b", "B", "é", "e", ""}, "timestamp"},
		{"texts in two spellings", "varchar(9)", []string{"1", "1.0", " 1", "2", "2.00", "a"}, "timestamp"},
		{"decimals", "decimal(9,2)", []string{"1", "1.00", "2.50", "3", ""}, "timestamp"},
		{"pairs", "", nil, "timestamp"},
		{"times as text", "bigint", []string{"1", "2", "3"}, "varchar(40)"},
	} {
		t.Run(l.name, func(t *testing.T) {
			servers.OnServers(t, func(t *testing.T, dsn servers.DSN) { testReports(t, dsn, l) })
		})
	}
}

func testReports(t *testing.T, dsn servers.DSN, l layout) {
	names := []string{"created_at", "sender_user_id", "client_user_id", "merchant_user_id", "merchant_id", "is_public",
		"message_id"}
	createdAt := l.createdAt
	if createdAt == "timestamp" && servers.IsMySQL(dsn) {
		createdAt = "datetime"
	}
	types := []string{createdAt, "bigint", "bigint", "bigint", "bigint", "smallint", "bigint"}
	if l.conversation != "" {
		names, types = append(names, "conversation_id"), append(types, l.conversation)
	}
	var define []string
	for i, name := range names {
		define = append(define, name+" "+types[i]+" NULL")
	}
	table := servers.NewTable(t, dsn, strings.Join(define, ", "))
	file := filepath.Join(t.TempDir(), "messages.csv")
	execute, end := servers.Session(t, dsn)
	defer end()
	open := func(t require.TestingT, opts servers.Options) *servers.Source {
		opts.Table = table
		src, err := servers.Open(context.Background(), dsn, opts)
		require.NoError(t, err)
		return src
	}
	rapid.Check(t, func(rt *rapid.T) {
		rows := drawRows(rt, l)
		fill(execute, table, rows)
		writeCSV(t, file, names, rows)
		zoneName := rapid.SampledFrom([]string{"UTC", "Europe/Paris", "America/New_York"}).Draw(rt, "zone")
		zone, err := source.NewZone(zoneName)
		require.NoError(t, err)
		opts := analysis.Options{Pairs: true, From: drawEnd(rt, "from"), To: drawEnd(rt, "to")}
		if !opts.From.IsZero() && !opts.To.IsZero() && !opts.From.Before(opts.To) {
			opts.To = time.Time{}
		}
		if rapid.Bool().Draw(rt, "as of given") {
			opts.AsOf = start.Add(time.Hour)
		}
		files, err := files.Open(context.Background(), []string{file}, files.Options{Rules: source.Rules{Zone: zone}})
		require.NoError(t, err)
		defer files.Close()
		want := report(t, files, opts)

		src := open(rt, servers.Options{Rules: source.Rules{Zone: zone}, From: opts.From, To: opts.To})
		defer src.Close()
		if opts.AsOf.IsZero() {
			opts.AsOf, err = src.AsOf(t.Context())
			require.NoError(t, err)
		}
		if got := report(t, src, opts); got != want {
			rt.Fatalf("from the database:\n%s\nfrom the file:\n%s", got, want)
		}
	})
	// One row of ten is in the window, later than all of before, whatever the server has
	// counted of the table and when.
	at := func(hours int) time.Time { return start.Add(time.Duration(hours) * time.Hour) }
	row := func(at time.Time) []string {
		row := []string{at.Format(time.DateTime), "100", "100", "900", "1", "1", "1"}
		if l.conversation != "" {
			row = append(row, "1")
		}
		return row
	}
	fill(execute, table, append(slices.Repeat([][]string{row(start)}, 9), row(at(8))))
	src := open(t, servers.Options{From: at(7)})
	defer src.Close()
	require.Equal(t, l.createdAt == "timestamp", src.Narrowed(), "a part of the table is read")
}

// start is half an hour before clocks change in Paris.
var start = time.Date(2026, 3, 29, 0, 30, 0, 0, time.UTC)

func drawEnd(rt *rapid.T, label string) time.Time {
	if rapid.IntRange(0, 3).Draw(rt, label+" open") == 0 {
		return time.Time{}
	}
	return start.Add(time.Duration(rapid.IntRange(-10, 40).Draw(rt, label)) * 10 * time.Minute)
}

// drawRows draws a few messages around start, by few people, so that they meet.
// "" is NULL.
func drawRows(rt *rapid.T, l layout) [][]string {
	var rows [][]string
	for range rapid.IntRange(0, 25).Draw(rt, "rows") {
		pick := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(rt, label) }
		at := start.Add(time.Duration(rapid.IntRange(-20, 40).Draw(rt, "at")) * 10 * time.Minute).Format(time.DateTime)
		if rapid.IntRange(0, 30).Draw(rt, "no time") == 0 {
			at = ""
		}
		row := []string{at, pick("sender", "100", "101", "900", "901", "5", ""), pick("client", "100", "101", "900"),
			pick("user", "900", "901"),
			pick("merchant", "1", "2"), pick("public", "1", "1", "1", "0", "", "7"), pick("message", "1", "2", "3", "4",
				"5", "6", "7", "8", "9")}
		if l.conversation != "" {
			row = append(row, pick("conversation", l.ids...))
		}
		rows = append(rows, row)
	}
	return rows
}

// fill puts rows in place of those of a table.
func fill(execute func(statements ...string), table string, rows [][]string) {
	statements := []string{"DELETE FROM " + table}
	var values []string
	for _, row := range rows {
		var fields []string
		for _, field := range row {
			if field == "" {
				fields = append(fields, "NULL")
			} else {
				fields = append(fields, "'"+field+"'")
			}
		}
		values = append(values, "("+strings.Join(fields, ", ")+")")
	}
	if len(values) > 0 {
		statements = append(statements, "INSERT INTO "+table+" VALUES "+strings.Join(values, ", "))
	}
	execute(statements...)
}

func writeCSV(t *testing.T, path string, names []string, rows [][]string) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	require.NoError(t, w.Write(names))
	require.NoError(t, w.WriteAll(rows))
	require.NoError(t, os.WriteFile(path, b.Bytes(), 0o600))
}

// report is the report and the pairs as CSV.
func report(t *testing.T, src source.Source, opts analysis.Options) string {
	result, err := analysis.Run(t.Context(), src, opts)
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, sink.CSV(&b, result.Report))
	require.NoError(t, sink.CSV(&b, result.Pairs))
	return b.String()
}
