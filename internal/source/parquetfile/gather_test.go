package parquetfile_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sav-analytics/sav/internal/source/parquetfile"
	"github.com/sav-analytics/sav/internal/source/readtest"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/files"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var ctx = context.Background()

// open opens Parquet files.
func open(opts parquetfile.Options, names ...string) (*parquetfile.Source, error) {
	files, err := readtest.Options{}.Open(names)
	if err != nil {
		return nil, err
	}
	return parquetfile.New(files, opts)
}

// gather reads a source.
func gather(ctx context.Context, src source.Source) (readtest.Reading, error) {
	return readtest.Gather(source.Needs{Client: true, Users: true},
		func(r *source.Receiver) error { return src.Read(ctx, r) })
}

// read opens and reads Parquet files.
func read(ctx context.Context, opts parquetfile.Options, names ...string) (readtest.Reading, error) {
	src, err := open(opts, names...)
	if err != nil {
		return readtest.Reading{}, err
	}
	defer src.Close()
	return gather(ctx, src)
}

// cut returns options to read batches of about rows rows with workers goroutines.
func cut(rows, workers int) parquetfile.Options {
	return parquetfile.Options{BatchRows: rows, Workers: workers}
}

// readCSV returns what the text of a CSV file says: lines counted from the row after
// the header, as those of a Parquet file are, and no records.
func readCSV(t readtest.T, zone *source.Zone, text string) readtest.Reading {
	src, err := files.Open(ctx, []string{readtest.File(t, "m.csv", text)},
		files.Options{Rules: source.Rules{Zone: zone}})
	require.NoError(t, err)
	defer src.Close()
	got, err := gather(ctx, src)
	require.NoError(t, err)
	for i := range got.Rejects {
		got.Rejects[i].Line--
	}
	return withoutRecords(got)
}

// withoutRecords returns r without what of its rejects depends on the kind of file.
func withoutRecords(r readtest.Reading) readtest.Reading {
	for i := range r.Rejects {
		r.Rejects[i].Input, r.Rejects[i].Record = "", ""
	}
	return r
}
