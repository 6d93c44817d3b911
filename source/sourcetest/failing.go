package sourcetest

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/sav-analytics/sav/source"
)

// A Failing source yields the first batches of another and then fails: what to write tests
// against, of anything that must stand a database that is lost midway.
type Failing struct {
	// Of is the source that is read. Package memory makes one of a slice; its
	// batches are of 4096 messages.
	Of source.Source
	// Batches is how many batches are handed on; all that there are, if that is less.
	Batches int
	// Err is what Read then returns. If it is nil Read returns only when its
	// context is done, as if a server did not answer any more.
	Err error
}

// Columns returns those of the source that is read.
func (s *Failing) Columns() source.Columns {
	if s.Of == nil {
		return 0
	}
	return s.Of.Columns()
}

// Read hands batches and rejected rows on until it fails.
func (s *Failing) Read(ctx context.Context, r *source.Receiver) error {
	if s.Of == nil {
		return errors.New("sourcetest: no source to read")
	}
	if err := r.Check(); err != nil {
		return err
	}
	left := atomic.Int64{} // a source may hand on batches from several goroutines
	left.Store(int64(s.Batches))
	handOn := *r
	handOn.Batch = func(b *source.Batch) error {
		if left.Add(-1) < 0 {
			return errEnough
		}
		return r.Batch(b)
	}
	err := s.Of.Read(ctx, &handOn)
	switch {
	case err != nil && !errors.Is(err, errEnough):
		return err
	case s.Err != nil:
		return s.Err
	}
	<-ctx.Done()
	return context.Cause(ctx)
}

// errEnough ends the source that is read when it has given its batches.
var errEnough = errors.New("enough batches")
