package delivery

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A load is what the end of an attempt says about the API's load.
type load uint8

const (
	loadUnknown load = iota // a refusal, a broken connection
	served                  // more at a time may be
	overload                // 429, 503 or a time-out: too many at a time
)

// A gate lets attempts through, a few at a time: no more than the API bears, and
// never more than a ceiling. It finds how many as TCP does (RFC 5681): one more
// for each that is served up to a threshold, then one more a round; on
// overload, half that number.
type gate struct {
	rate    *rate.Limiter // nil: no bound
	ceiling float64

	mu        sync.Mutex
	room      sync.Cond // somebody left, or stopped waiting
	inside    int
	limit     float64 // 1 to ceiling
	threshold float64 // where doubling ends
	cuts      int     // how often limit was halved
}

// newGate returns a gate for up to ceiling attempts at once and perSecond
// begun a second; 0 is no bound.
func newGate(ceiling int, perSecond float64) *gate {
	g := &gate{ceiling: float64(ceiling), limit: 1, threshold: float64(ceiling)}
	g.room.L = &g.mu
	if perSecond > 0 {
		g.rate = rate.NewLimiter(rate.Limit(perSecond), 1)
	}
	return g
}

// enter waits until an attempt may begin. The caller then calls leave with the
// ticket. The error says why ctx ended first.
func (g *gate) enter(ctx context.Context) (ticket int, err error) {
	defer context.AfterFunc(ctx, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.room.Broadcast()
	})()
	g.mu.Lock()
	for ctx.Err() == nil && g.inside >= int(g.limit) {
		g.room.Wait()
	}
	if ctx.Err() != nil {
		g.mu.Unlock()
		return 0, context.Cause(ctx)
	}
	g.inside++
	ticket = g.cuts
	g.mu.Unlock()
	if err := g.pace(ctx); err != nil {
		g.leave(ticket, loadUnknown)
		return 0, err
	}
	return ticket, nil
}

// pace waits for the attempt's turn. It is not rate.Limiter.Wait because that
// fails before ctx ends when the turn would come after ctx's deadline.
func (g *gate) pace(ctx context.Context) error {
	if g.rate == nil {
		return nil
	}
	turn := g.rate.Reserve()
	timer := time.NewTimer(turn.Delay())
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		turn.Cancel()
		return context.Cause(ctx)
	}
}

// leave ends an attempt.
func (g *gate) leave(ticket int, l load) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside--
	switch {
	case l == served && g.limit < g.threshold:
		g.limit = min(g.limit+1, g.ceiling)
	case l == served:
		g.limit = min(g.limit+1/g.limit, g.ceiling)
	case l == overload && ticket == g.cuts: // those that began before the last cut tell nothing new
		g.cuts++
		g.limit = max(g.limit/2, 1)
		g.threshold = g.limit
	}
	g.room.Broadcast()
}
