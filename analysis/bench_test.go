package analysis_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/source/generate"
	"github.com/sav-analytics/sav/source/files"
)

// BenchmarkRun is a whole analysis, from a file to the report: of SAV_BENCH_FILE, or
// of a million messages.
func BenchmarkRun(b *testing.B) {
	name := os.Getenv("SAV_BENCH_FILE")
	if name == "" {
		var text bytes.Buffer
		_, err := generate.Write(ctx, &text, generate.Options{Messages: 1_000_000, Seed: 1})
		require.NoError(b, err)
		name = filepath.Join(b.TempDir(), "messages.csv")
		require.NoError(b, os.WriteFile(name, text.Bytes(), 0o600))
	}
	steps, rows := make(map[string]float64), 0.0
	for b.Loop() {
		src, err := files.Open(context.Background(), []string{name}, files.Options{})
		require.NoError(b, err)
		result, err := analysis.Run(ctx, src, analysis.Options{Detail: true})
		require.NoError(b, err)
		require.NoError(b, src.Close())
		steps["read"] += float64(result.Elapsed.Read)
		steps["pair"] += float64(result.Elapsed.Pair)
		steps["summarize"] += float64(result.Elapsed.Summarize)
		rows += float64(result.Rows.Rows)
	}
	for step, ns := range steps {
		b.ReportMetric(ns/rows, step+"-ns/row")
	}
}
