package delivery

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestGateAdapts follows the limit through a life: doubling, a ceiling, a cut
// that counts once a round, growth by one a round.
func TestGateAdapts(t *testing.T) {
	g := newGate(8, 0)
	round := func(l load) {
		var tickets []int
		for len(tickets) < int(g.limit) {
			ticket, err := g.enter(context.Background())
			require.NoError(t, err)
			tickets = append(tickets, ticket)
		}
		for _, ticket := range tickets {
			g.leave(ticket, l)
		}
	}
	for _, step := range []struct {
		l    load
		want int
	}{
		{loadUnknown, 1}, {served, 2}, {served, 4}, {served, 8}, {served, 8},
		{overload, 4}, {loadUnknown, 4}, {served, 4}, {served, 5}, {served, 6},
		{overload, 3}, {overload, 1}, {overload, 1}, {served, 2},
	} {
		round(step.l)
		require.Equal(t, step.want, int(g.limit), "%+v", step)
	}
}

// TestGateHolds: never more inside than the limit, nor a limit beyond 1 to the
// ceiling, whatever leaves in which order.
func TestGateHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ceiling := rapid.IntRange(1, 6).Draw(t, "ceiling")
		g := newGate(ceiling, 0)
		var inside []int
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			if len(inside) > 0 && (len(inside) >= int(g.limit) || rapid.Bool().Draw(t, "leave")) {
				i := rapid.IntRange(0, len(inside)-1).Draw(t, "who")
				g.leave(inside[i], rapid.SampledFrom([]load{loadUnknown, served, served, overload}).Draw(t, "load"))
				inside = append(inside[:i], inside[i+1:]...)
			} else {
				ticket, err := g.enter(context.Background())
				require.NoError(t, err)
				inside = append(inside, ticket)
				require.LessOrEqual(t, len(inside), int(g.limit))
			}
			require.Equal(t, len(inside), g.inside)
			require.GreaterOrEqual(t, g.limit, 1.0)
			require.LessOrEqual(t, g.limit, float64(ceiling))
		}
	})
}

// TestGateWaits: who finds no room enters when somebody leaves, or gives up
// when its context ends.
func TestGateWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(1, 0)
		ticket, err := g.enter(t.Context())
		require.NoError(t, err)

		reason := errors.New("no more")
		ctx, stop := context.WithCancelCause(t.Context())
		failed := make(chan error, 1)
		go func() { _, err := g.enter(ctx); failed <- err }()
		entered := make(chan error, 1)
		go func() { _, err := g.enter(t.Context()); entered <- err }()
		synctest.Wait()
		require.Empty(t, failed)
		require.Empty(t, entered)
		stop(reason)
		require.ErrorIs(t, <-failed, reason)
		require.Empty(t, entered)
		g.leave(ticket, loadUnknown)
		require.NoError(t, <-entered)
	})
}

// TestGatePaces: attempts begin so many a second, at any ceiling.
func TestGatePaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(100, 10)
		begin := time.Now()
		for n := range 31 {
			ticket, err := g.enter(t.Context())
			require.NoError(t, err)
			require.Equal(t, time.Duration(n)*100*time.Millisecond, time.Since(begin).Round(time.Millisecond))
			g.leave(ticket, served)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		_, err := g.enter(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Zero(t, g.inside)
	})
}
