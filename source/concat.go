package source

import (
	"context"
	"errors"
	"math"
	"sync"
)

// errNil is the error for a source that is nil.
var errNil = errors.New("source: a nil Source")

// Concat returns a source that yields the messages of several, one source after
// the other. They must all have conversation_id, message_id and sender_role, or none of
// them.
func Concat(sources ...Source) Source { return concat(sources) }

type concat []Source

// Columns returns the fields that any of the sources has.
func (c concat) Columns() Columns {
	var all Columns
	for _, s := range c {
		if s != nil {
			all |= s.Columns()
		}
	}
	return all
}

// Headers returns those of all sources that know theirs.
func (c concat) Headers() []*Header {
	var all []*Header
	for _, s := range c {
		if h, ok := s.(Headed); ok {
			all = append(all, h.Headers()...)
		}
	}
	return all
}

// EstimateRows returns the sum of what the sources estimate, or 0 if one has no
// idea.
func (c concat) EstimateRows() int64 {
	var sum int64
	for _, s := range c {
		sizer, ok := s.(Sizer)
		if !ok {
			return 0
		}
		n := sizer.EstimateRows()
		if n <= 0 || n > math.MaxInt64-sum {
			return 0
		}
		sum += n
	}
	return sum
}

func (c concat) Read(ctx context.Context, r *Receiver) error {
	if err := r.Check(); err != nil {
		return err
	}
	next, file := int64(0), 0 // Seq of the next source's first batch, and File
	for _, s := range c {
		if s == nil {
			return errNil
		}
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		first, files := next, file
		var mu sync.Mutex // of next
		part := *r
		part.Batch = func(b *Batch) error {
			if b.Seq < 0 || b.Seq > math.MaxInt64-1-first {
				return errors.New("the inputs have too many batches")
			}
			moved := *b // b is the source's own, which may count on
			moved.Seq += first
			moved.File += files
			mu.Lock()
			next = max(next, moved.Seq+1)
			mu.Unlock()
			return r.Batch(&moved)
		}
		if err := s.Read(ctx, &part); err != nil {
			return err
		}
		file += numFiles(s)
	}
	return nil
}

// numFiles returns the number of inputs that a source is made of.
func numFiles(s Source) int {
	if h, ok := s.(Headed); ok {
		return max(1, len(h.Headers()))
	}
	return 1
}
