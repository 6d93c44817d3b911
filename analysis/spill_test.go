package analysis_test

import (
	"context"
	"errors"
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
		got.Report, got.Pairs, got.Elapsed = nil, nil, analysis.Elapsed{}
		want.Report, want.Pairs, want.Elapsed = nil, nil, analysis.Elapsed{}
		require.Equal(t, want, got)
		left, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Empty(t, left)
	})
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
