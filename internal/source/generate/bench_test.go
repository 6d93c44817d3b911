package generate_test

import (
	"io"
	"testing"

	"github.com/sav-analytics/sav/internal/source/generate"
)

func BenchmarkWrite(b *testing.B) {
	for _, bench := range []struct {
		name string
		opts generate.Options
	}{
		{"plain", generate.Options{}},
		{"shuffle", generate.Options{Shuffle: true}},
		{"body=70", generate.Options{Body: 70}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			opts := bench.opts
			opts.Messages, opts.Seed = 1_000_000, 1
			for b.Loop() {
				stats, err := generate.Write(b.Context(), io.Discard, opts)
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(stats.Bytes)
			}
			b.ReportMetric(float64(opts.Messages)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
