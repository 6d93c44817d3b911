package csvfile

import (
	"context"
	"io"

	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/internal/chunk"
	"github.com/sav-analytics/sav/source/internal/dialect"
	"github.com/sav-analytics/sav/source/internal/record"
)

// OpenOptions are the options of Open.
type OpenOptions struct {
	source.Rules
	Dialect  dialect.Options
	Stdin    io.Reader
	Progress func(done, total int64)

	chunks    chunk.Options
	maxRecord int
}

// Stdin is the name that stands for standard input.
const Stdin = dialect.Stdin

// Open opens files as the package files does.
func Open(names []string, o OpenOptions) (*Source, error) {
	files, err := dialect.OpenAll(context.Background(), names, o.Stdin, o.Dialect)
	if err != nil {
		return nil, err
	}
	return New(files, Options{Rules: o.Rules, Progress: o.Progress, chunks: o.chunks, maxRecord: o.maxRecord})
}

// Cut returns o with chunks of so many bytes, scanned by so many goroutines.
func (o OpenOptions) Cut(chunkSize, workers int) OpenOptions {
	o.chunks.Size, o.chunks.Workers = chunkSize, workers
	return o
}

// Limit returns o with a limit of n bytes to a record.
func (o OpenOptions) Limit(n int) OpenOptions {
	o.maxRecord = n
	return o
}

// ReadPlainly reads the files as Read does, without the fast path and each as one chunk.
func (s *Source) ReadPlainly(r *source.Receiver) error {
	s.opts.slowly = true
	defer func() { s.opts.slowly = false }()
	return s.ScanAll(r)
}

// Records splits text into records, those that are blank apart; ok is false if a quote in it is broken.
func Records(text string) (records [][]string, ok bool) {
	data := []byte(text)
	s := record.NewSplitter(record.RFC4180, 0)
	for p := 0; p < len(data); {
		next, out := s.Split(data, p, true)
		if out != record.Whole {
			return nil, false
		}
		var fields []string
		for _, field := range s.Fields {
			fields = append(fields, string(field))
		}
		if !s.Blank {
			records = append(records, fields)
		}
		p = next
	}
	return records, true
}
