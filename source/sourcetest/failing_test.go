package sourcetest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/memory"
	"github.com/sav-analytics/sav/source/sourcetest"
)

var errLost = errors.New("connection lost")

// three batches of memory's
func someMessages() *memory.Source {
	return memory.New(make([]memory.Message, 10_000))
}

func TestRead(t *testing.T) {
	for _, c := range []struct {
		name    string
		batches int
		want    int
	}{{"at once", 0, 0}, {"midway", 2, 2}, {"after the last", 3, 3}, {"fewer than asked for", 9, 3}} {
		t.Run(c.name, func(t *testing.T) {
			src := &sourcetest.Failing{Of: someMessages(), Batches: c.batches, Err: errLost}
			require.Equal(t, someMessages().Columns(), src.Columns())
			got := 0
			err := src.Read(t.Context(), &source.Receiver{Dict: source.NewDict(),
				Batch: func(*source.Batch) error { got++; return nil }})
			require.ErrorIs(t, err, errLost)
			require.Equal(t, c.want, got)
		})
	}
}

func TestReceiversErrorsComeFirst(t *testing.T) {
	stop := errors.New("stop")
	src := &sourcetest.Failing{Of: someMessages(), Batches: 2, Err: errLost}
	err := src.Read(t.Context(), &source.Receiver{Dict: source.NewDict(),
		Batch: func(*source.Batch) error { return stop }})
	require.ErrorIs(t, err, stop)
}

func TestHangs(t *testing.T) {
	cause := errors.New("interrupted")
	ctx, cancel := context.WithCancelCause(t.Context())
	src := &sourcetest.Failing{Of: someMessages(), Batches: 3}
	err := src.Read(ctx, &source.Receiver{Dict: source.NewDict(), Batch: func(b *source.Batch) error {
		if b.Seq == 2 { // the last: what is read ends by itself
			cancel(cause)
		}
		return nil
	}})
	require.ErrorIs(t, err, cause)
}

func ExampleFailing() {
	messages := []memory.Message{
		{CreatedAt: time.Now(), SenderUserID: "100", ClientUserID: "100", MerchantUserID: "900", MerchantID: "1"},
	}
	src := &sourcetest.Failing{Of: memory.New(messages), Batches: 1, Err: errors.New("connection lost")}
	_, err := analysis.Run(context.Background(), src, analysis.Options{})
	fmt.Println(err)
	// Output: connection lost
}
