package csvfile_test

import (
	"context"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/sav-analytics/sav/internal/naive"
	"github.com/sav-analytics/sav/internal/source/csvfile"
	"github.com/sav-analytics/sav/internal/source/readtest"
	"github.com/sav-analytics/sav/source"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open opens files with csvfile.
func open(opts readtest.Options, names ...string) (*csvfile.Source, error) {
	files, err := opts.Open(names)
	if err != nil {
		return nil, err
	}
	return csvfile.New(files, csvfile.Options{Rules: opts.Rules, Options: opts.Options})
}

// read opens and reads files.
func read(ctx context.Context, opts readtest.Options, names ...string) (readtest.Reading, error) {
	src, err := open(opts, names...)
	if err != nil {
		return readtest.Reading{}, err
	}
	defer src.Close()
	return readtest.Read(ctx, src)
}

// readPlainly reads a source without the fast path and each file as one chunk.
func readPlainly(src *csvfile.Source) (readtest.Reading, error) {
	return readtest.Gather(source.Needs{Client: true}, src.ReadPlainly)
}

// expected returns what the naive rules read of files.
func expected(zone *time.Location, files ...naive.File) readtest.Reading {
	return readtest.Expected(naive.Read(zone, files...))
}
