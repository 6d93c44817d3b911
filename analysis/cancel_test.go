package analysis_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/analysis/explain"
	"github.com/sav-analytics/sav/internal/analysis/shard"
	"github.com/sav-analytics/sav/internal/analysistest"
)

// What runs long stops when its context is done, with the cause.
func TestCancelled(t *testing.T) {
	t.Parallel()
	src := analysistest.Conversations("1", "2")
	messages, _, err := analysis.Messages(ctx, src)
	require.NoError(t, err)
	pairs, err := analysis.FirstResponses(ctx, messages, analysis.Options{})
	require.NoError(t, err)
	state, err := shard.Of(ctx, src, analysis.Options{})
	require.NoError(t, err)
	monthly := analysis.Options{Every: analysis.Monthly, From: time.Unix(0, 0), To: time.Now()}
	periods, err := analysis.RunPeriods(ctx, src, monthly)
	require.NoError(t, err)
	require.NotEmpty(t, periods.Windows)

	stop := errors.New("stop")
	ctx, cancel := context.WithCancelCause(ctx)
	cancel(stop)
	for name, run := range map[string]func() error{
		"Messages": func() error { _, _, err := analysis.Messages(ctx, src); return err },
		"Run":      func() error { _, err := analysis.Run(ctx, src, analysis.Options{}); return err },
		"FirstResponses": func() error {
			_, err := analysis.FirstResponses(ctx, messages,
				analysis.Options{})
			return err
		},
		"Report":         func() error { _, err := analysis.Report(ctx, pairs, analysis.Options{}); return err },
		"RunPeriods":     func() error { _, err := analysis.RunPeriods(ctx, src, monthly); return err },
		"Periods.Result": func() error { _, err := periods.Result(ctx, 0); return err },
		"shard.Run":      func() error { _, _, err := shard.Run(ctx, src, analysis.Options{}); return err },
		"shard.Of":       func() error { _, err := shard.Of(ctx, src, analysis.Options{}); return err },
		"shard.Merge": func() error {
			_, err := shard.Merge(ctx, []*shard.State{state},
				analysis.Options{})
			return err
		},
		"explain.Conversation": func() error {
			_, err := explain.Conversation(ctx, src, "1",
				analysis.Options{})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) { require.ErrorIs(t, run(), stop) })
	}
}
