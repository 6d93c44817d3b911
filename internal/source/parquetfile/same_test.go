package parquetfile_test

import (
	"bytes"
	"strings"
	"testing"
	_ "time/tzdata"

	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/naive"
	"github.com/sav-analytics/sav/internal/quirks"
	"github.com/sav-analytics/sav/internal/source/parquetfile"
	"github.com/sav-analytics/sav/internal/source/readtest"
	"github.com/sav-analytics/sav/sink"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/files"
)

// Whatever the types, encodings, compressions, pages and row groups: what is
// read is what a CSV file with the same values holds.
func TestSameAsCSV(t *testing.T) {
	paris, err := source.NewZone("Europe/Paris")
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		file, text := drawFile(t)
		zone := rapid.SampledFrom([]*source.Zone{nil, paris}).Draw(t, "zone")
		opts := cut(rapid.IntRange(1, 2000).Draw(t, "batch"), rapid.IntRange(1, 4).Draw(t, "workers"))
		opts.Zone = zone
		path := readtest.File(t, "m.parquet", file)
		got, err := read(ctx, opts, path)
		require.NoError(t, err)
		require.Equal(t, readCSV(t, zone, text), withoutRecords(got), "%s", text)

		// Where nobody needs the ids of users, they are equal all the same.
		src, err := open(opts, path)
		require.NoError(t, err)
		defer src.Close()
		least, err := readtest.Gather(source.Needs{OwnMessageIDs: true, OwnConversations: true},
			func(r *source.Receiver) error { return src.Read(ctx, r) })
		require.NoError(t, err)
		if src.Columns().Has(source.ConversationID) {
			for i := range got.Messages {
				got.Messages[i].Client = ""
			}
			require.Equal(t, got.Messages, least.Messages)
		}

		src, err = open(opts, path, path)
		require.NoError(t, err)
		defer src.Close()
		require.EqualValues(t, 2*got.Counts["rows_read"], src.EstimateRows())
	})
}

// Text columns with every quirk of CSV are read as CSV is, and the record of a
// rejected row is its cells.
func TestQuirksAsText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := quirks.Draw(t, quirks.Options{})
		group, order := parquet.Group{}, make(map[string]int)
		for i, name := range table.Header {
			group[name], order[name] = parquet.String(), i
		}
		var out bytes.Buffer
		w := parquet.NewWriter(&out, parquet.NewSchema("messages", group), parquet.MaxRowsPerRowGroup(7))
		for _, cells := range table.Rows {
			var row parquet.Row
			for i, field := range group.Fields() {
				row = append(row, parquet.ByteArrayValue([]byte(cells[order[field.Name()]])).Level(0, 0, i))
			}
			_, err := w.WriteRows([]parquet.Row{row})
			require.NoError(t, err)
		}
		require.NoError(t, w.Close())
		got, err := read(ctx, parquetfile.Options{}, readtest.File(t, "m.parquet", out.Bytes()))
		require.NoError(t, err)
		for _, r := range got.Rejects {
			cells := naive.Records(r.Record)[0].Fields
			var want []string
			for _, field := range group.Fields() {
				if field.Name() != "body" {
					want = append(want, table.Rows[r.Line-1][order[field.Name()]])
				}
			}
			require.Equal(t, want, cells)
		}
		// Blank lines and line breaks in cells make lines of a CSV file other than rows.
		want, got := readCSV(t, nil, table.Strictly()), withoutRecords(got)
		require.Len(t, got.Rejects, len(want.Rejects))
		for i := range want.Rejects {
			want.Rejects[i].Line = got.Rejects[i].Line
		}
		// of a Parquet file, only columns that serve a field are read
		delete(want.Counts, "invalid_utf8")
		delete(got.Counts, "invalid_utf8")
		require.Equal(t, want, got)
	})
}

// From both kinds of file comes one report, to the byte, and from both together.
func TestSameReport(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		file, text := drawFile(t)
		path, plain := readtest.File(t, "m.parquet", file), readtest.File(t, "m.csv", []byte(text))
		written := func(src source.Source) string {
			result, err := analysis.Run(ctx, src, analysis.Options{Pairs: true})
			require.NoError(t, err)
			var b strings.Builder
			require.NoError(t, sink.CSV(&b, result.Report))
			require.NoError(t, sink.CSV(&b, result.Pairs))
			return b.String()
		}
		columns, err := open(cut(rapid.IntRange(1, 100).Draw(t, "batch"), 3), path)
		require.NoError(t, err)
		defer columns.Close()
		rows := func() source.Source {
			src, err := files.Open(ctx, []string{plain}, files.Options{})
			require.NoError(t, err)
			t.Cleanup(func() { src.Close() })
			return src
		}
		require.Equal(t, written(rows()), written(columns))
		require.Equal(t, written(source.Concat(rows(), rows())), written(source.Concat(columns, rows())))
	})
}
