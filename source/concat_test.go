package source_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/memory"
	"github.com/sav-analytics/sav/source/sourcetest"
)

// several returns n messages of which the first has the number from, and so on.
func several(from, n int) *memory.Source {
	messages := make([]memory.Message, n)
	for i := range messages {
		messages[i] = memory.Message{CreatedAt: time.Date(2026, 3, 1, 0, 0, from+i, 0, time.UTC),
			MessageID:    fmt.Sprint(from + i),
			SenderUserID: "1", ClientUserID: "1", MerchantUserID: "2", MerchantID: "3"}
	}
	return memory.New(messages)
}

// The messages of several sources come in their order, told by Seq, also where
// a source has several batches or none.
func TestConcat(t *testing.T) {
	src := source.Concat(several(0, 5000), several(5000, 0), several(5000, 1), several(5001, 9000))
	require.Equal(t, several(0, 1).Columns(), src.Columns())
	for range 2 { // as often as its sources can be read
		dict, seq, next := source.NewDict(), int64(-1), 0
		err := src.Read(context.Background(), &source.Receiver{Dict: dict, Batch: func(b *source.Batch) error {
			require.Greater(t, b.Seq, seq)
			seq = b.Seq
			for _, id := range b.MessageID {
				require.Equal(t, fmt.Sprint(next), dict.IDText(id))
				next++
			}
			return nil
		}})
		require.NoError(t, err)
		require.Equal(t, 14_001, next)
	}
}

// What a part cannot estimate, the whole cannot.
func TestConcatEstimate(t *testing.T) {
	estimate := func(parts ...source.Source) int64 { return source.Concat(parts...).(source.Sizer).EstimateRows() }
	require.EqualValues(t, 12, estimate(several(0, 5), several(5, 7)))
	require.Zero(t, estimate(several(0, 5), &sourcetest.Failing{Of: several(5, 7)}))
	require.Zero(t, estimate())
	require.Zero(t, source.Concat().Columns())
}

// The first error ends the reading.
func TestConcatFails(t *testing.T) {
	stop := errors.New("stop")
	batches := 0
	err := source.Concat(several(0, 5000), &sourcetest.Failing{Of: several(0, 9000), Batches: 1, Err: stop},
		several(0, 1)).
		Read(context.Background(), &source.Receiver{Dict: source.NewDict(), Batch: func(*source.Batch) error {
			batches++
			return nil
		}})
	require.ErrorIs(t, err, stop)
	require.Equal(t, 3, batches)
}
