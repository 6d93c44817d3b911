package analysis_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/analysistest"
	"github.com/sav-analytics/sav/internal/quirks"
	"github.com/sav-analytics/sav/source/files"
)

// However little memory there is, the result is the same, and nothing is left in
// the spill's folder.
func TestSpillHasNoEffect(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		text := quirks.Draw(t, quirks.Options{Rejects: true}).CSV(t, false)
		opts, _ := analysistest.DrawOptions(t)
		opts.Detail, opts.SpillDir = true, dir
		seed, size := rapid.Uint64().Draw(t, "seed"), rapid.IntRange(1, 5).Draw(t, "rows of a batch")
		source := func() *scattered {
			src, err := files.Open(context.Background(), []string{files.Stdin},
				files.Options{Stdin: strings.NewReader(text)})
			require.NoError(t, err)
			return &scattered{src, size, seed}
		}
		want, err := analysis.Run(ctx, source(), opts)
		require.NoError(t, err)
		got, err := analysis.RunSpilling(ctx, source(), opts, rapid.IntRange(1, 60).Draw(t, "cells"))
		require.NoError(t, err)
		require.Equal(t, csvOf(t, want.Report), csvOf(t, got.Report))
		if opts.Pairs {
			require.Equal(t, csvOf(t, want.Pairs), csvOf(t, got.Pairs))
		}
		got.Report, got.Pairs, got.Elapsed = nil, nil, analysis.Result{}.Elapsed
		want.Report, want.Pairs, want.Elapsed = nil, nil, analysis.Result{}.Elapsed
		require.Equal(t, want, got)
		left, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Empty(t, left)
	})
}

// Of whatever form the ids of a column are, a limit has no effect on the result.
func TestFormsOfIDsSpill(t *testing.T) {
	t.Parallel()
	const header = "conversation_id,message_id,client_user_id,merchant_user_id,merchant_id,sender_user_id,country," +
		"created_at\n"
	for form, format := range map[string]string{"integers": "%d", "prefixes": "C-%06d",
		"UUIDs": "%08x-0a0b-4c0d-8e0f-000000000000", "hexadecimal digits": "a%023x", "words": "k_%08x_",
		"texts": "conv/2026-03-01/of 40 bytes or more: %08d"} {
		for column := range 6 { // the last: all of them
			t.Run(fmt.Sprintf("%s in %d", form, column), func(t *testing.T) {
				t.Parallel()
				var b strings.Builder
				b.WriteString(header)
				for i := range 240 {
					thread, message := i*7%60, i-i/20%2 // some have the message_id of another
					cells := make([]string, 5)
					for k, n := range []int{thread, message, 2 * (thread % 20), 2*(thread%9) + 1, thread % 9} {
						if cells[k] = fmt.Sprint(n); k == column || column == 5 {
							cells[k] = fmt.Sprintf(format, n)
						}
					}
					fmt.Fprintf(&b, "%s,%s,FR,%d\n", strings.Join(cells, ","), cells[2+i/60%2], 1_772_359_200+i*7%60/2+i/90*60)
				}
				run := func(cells int) (report, pairs string) {
					src, err := files.Open(context.Background(), []string{files.Stdin},
						files.Options{Stdin: strings.NewReader(b.String())})
					require.NoError(t, err)
					opts := analysis.Options{Pairs: true, SpillDir: t.TempDir()}
					result, err := analysis.RunSpilling(ctx, &scattered{src, 7, 1}, opts, cells)
					require.NoError(t, err)
					require.EqualValues(t, 60, result.Conversations+result.MerchantOnly, "%v", result.Rows.RejectedBy())
					return csvOf(t, result.Report), csvOf(t, result.Pairs)
				}
				report, pairs := run(1 << 20)
				limitedReport, limitedPairs := run(1)
				require.Equal(t, report, limitedReport)
				require.Equal(t, pairs, limitedPairs)
			})
		}
	}
}

// A folder that cannot be spilled to is an error that names it.
func TestSpillFails(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "none")
	_, err := analysis.RunSpilling(ctx, analysistest.Conversations("1", "2", "3"), analysis.Options{SpillDir: dir}, 1)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorContains(t, err, dir)
	var pathErr *fs.PathError
	require.True(t, errors.As(err, &pathErr))
}

// What a process left that was killed at the wrong moment, the next one removes, and
// its own files, whatever the folder is called.
func TestSpillRemovesLeftovers(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("open files keep their names")
	}
	for _, name := range []string{"plain", "[", "a[b]c", "*", "?", `back\slash`, "{a,b}"} {
		dir := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.Mkdir(dir, 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(dir, ".sav-spill-123"), nil, 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "other"), nil, 0o600))
		require.NoError(t, os.Mkdir(filepath.Join(dir, ".sav-spill-folder"), 0o700))
		_, err := analysis.RunSpilling(ctx, analysistest.Conversations("1", "2", "3"), analysis.Options{SpillDir: dir},
			1)
		require.NoError(t, err)
		left, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Len(t, left, 2, name)
	}
}
