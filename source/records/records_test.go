package records_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/source/verdict"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/records"
	"github.com/sav-analytics/sav/source/sourcetest"
)

var columns = []string{"created_at", "sender_role", "conversation_id", "merchant_id"}

// rows returns a reader of n rows, of which each that the number divides has no merchant.
func rows(n, without int) func(context.Context, func([][]byte) error) error {
	return func(_ context.Context, add func([][]byte) error) error {
		row := make([][]byte, len(columns)) // used again
		for i := range n {
			row[0], row[1], row[2] = []byte("2026-03-01 10:00"), []byte("client"), fmt.Append(nil, i/3)
			if row[3] = []byte("7"); i%without == 0 {
				row[3] = nil
			}
			if err := add(row); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestBatches(t *testing.T) {
	t.Parallel()
	const n = 20_000
	var told []int64
	src, err := records.New(columns, rows(n, 1000), records.Options{Progress: func(rows int64) {
		told = append(told, rows)
	}})
	require.NoError(t, err)
	for range 2 {
		got, err := sourcetest.Read(t.Context(), src)
		require.NoError(t, err)
		require.EqualValues(t, n, got.Counts.Rows)
		require.Len(t, got.Messages, n-n/1000)
		require.Len(t, got.Rejects, n/1000)
		require.Equal(t, sourcetest.Reject{Line: 1001, Reason: "missing_value"}, got.Rejects[1])
	}
	require.Equal(t, []int64{8192, 16384, n, 8192, 16384, n}, told)
}

func TestReject(t *testing.T) {
	t.Parallel()
	src, err := records.New(columns, rows(2, 1), records.Options{Name: "mine"})
	require.NoError(t, err)
	stop := errors.New("stop")
	err = src.Read(t.Context(), &source.Receiver{Dict: source.NewDict(), Batch: func(*source.Batch) error { return nil },
		Reject: func(r *source.Reject) error {
			require.Equal(t, &source.Reject{Input: "mine", Line: 1, Reason: verdict.MissingValue, Column: "merchant_id",
				Record: []byte("2026-03-01 10:00,client,0,")}, r)
			return stop
		}})
	require.ErrorIs(t, err, stop)
}

func TestErrors(t *testing.T) {
	t.Parallel()
	none := func(context.Context, func([][]byte) error) error { return nil }
	_, err := records.New(columns, nil, records.Options{})
	require.ErrorContains(t, err, "no rows")
	_, err = records.New(nil, none, records.Options{})
	require.ErrorAs(t, err, new(*source.InputError))
	_, err = records.New(columns, none, records.Options{Rules: source.Rules{Set: map[source.Field]string{
		source.IsPublic: "perhaps"}}})
	require.ErrorAs(t, err, new(source.RulesError))

	broken := errors.New("broken")
	src, err := records.New(columns, func(context.Context, func([][]byte) error) error { return broken },
		records.Options{})
	require.NoError(t, err)
	_, err = sourcetest.Read(t.Context(), src)
	require.ErrorIs(t, err, broken)

	ctx, cancel := context.WithCancelCause(t.Context())
	src, err = records.New(columns, func(context.Context, func([][]byte) error) error {
		cancel(broken)
		return nil // as if there were no more
	}, records.Options{})
	require.NoError(t, err)
	_, err = sourcetest.Read(ctx, src)
	require.ErrorIs(t, err, broken)

	for _, src := range []*records.Source{nil, new(records.Source)} {
		require.Zero(t, src.Columns())
		require.Empty(t, src.Headers())
		require.Error(t, src.Read(t.Context(), nil))
	}
}
