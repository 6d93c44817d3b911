package parquetfile

import (
	"context"
	"sync"

	"github.com/sav-analytics/sav/source"
)

// An order hands on rejected rows in the order of the input, although row groups
// are read side by side: a row group waits with its own until those before it
// have been read.
type order struct {
	ctx    context.Context
	reject func(*source.Reject) error // may be nil

	mu     sync.Mutex
	change sync.Cond
	done   []bool // of each row group
	next   int    // the first that is not done
}

func newOrder(ctx context.Context, groups int, reject func(*source.Reject) error) *order {
	o := &order{ctx: ctx, reject: reject, done: make([]bool, groups)}
	o.change.L = &o.mu
	context.AfterFunc(ctx, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.change.Broadcast()
	})
	return o
}

// hand gives the rows rejected in row group n to the receiver, once it is its turn.
func (o *order) hand(n int, rejects []source.Reject) error {
	if len(rejects) == 0 {
		return nil
	}
	o.mu.Lock()
	for o.next < n && o.ctx.Err() == nil {
		o.change.Wait()
	}
	o.mu.Unlock()
	for i := range rejects {
		if err := o.ctx.Err(); err != nil {
			return context.Cause(o.ctx)
		}
		if err := o.reject(&rejects[i]); err != nil {
			return err
		}
	}
	return nil
}

// finish says that row group n was read.
func (o *order) finish(n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.done[n] = true
	for o.next < len(o.done) && o.done[o.next] {
		o.next++
	}
	o.change.Broadcast()
}
