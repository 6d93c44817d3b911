package jsonfile

import (
	"bytes"
	"context"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/chunk"
	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/internal/source/generate"
	"github.com/sav-analytics/sav/internal/source/readtest"
	"github.com/sav-analytics/sav/source"
)

// BenchmarkScan reads one chunk of messages into a batch, again and again, on one core:
// what a row costs between the file and the analysis.
func BenchmarkScan(b *testing.B) {
	var text bytes.Buffer
	_, err := generate.Write(context.Background(), &text, generate.Options{Messages: 16000, Seed: 1,
		Dialect: "jsonl"})
	require.NoError(b, err)
	for _, test := range []struct {
		name   string
		change func(text []byte) []byte
	}{
		{"numbers", bytes.Clone},
		{"strings", func(text []byte) []byte {
			return regexp.MustCompile(`id":(\d+)`).ReplaceAll(text, []byte(`id":"$1"`))
		}},
	} {
		b.Run(test.name, func(b *testing.B) {
			data := test.change(text.Bytes())
			b.SetBytes(int64(len(data)))
			file, err := dialect.Open(dialect.Stdin, bytes.NewReader(data), dialect.Options{})
			require.NoError(b, err)
			defer file.Close()
			dict := source.NewDict()
			in, err := newInput(file, &Options{})
			require.NoError(b, err)
			s := in.Scanner(source.Needs{}, dict)
			c, err := chunk.New(file, 0, len(data), intake.NewBatch(in.Header.Columns(), source.Needs{}, dict))
			require.NoError(b, err)
			readtest.Scan(b, s, c)
		})
	}
}
