package source

import (
	"context"
	"sync/atomic"
)

// Concat returns a source that yields the messages of several, one source after
// the other. They must agree on which optional columns they have.
func Concat(sources ...Source) Source { return concat(sources) }

type concat []Source

func (c concat) Columns() Columns {
	if len(c) == 0 {
		return Columns{}
	}
	return c[0].Columns()
}

// EstimateRows is the sum of what the sources estimate, or no idea if one has none.
func (c concat) EstimateRows() int64 {
	var sum int64
	for _, s := range c {
		sizer, ok := s.(Sizer)
		if !ok {
			return 0
		}
		n := sizer.EstimateRows()
		if n == 0 {
			return 0
		}
		sum += n
	}
	return sum
}

func (c concat) Read(ctx context.Context, r *Receiver) error {
	first := int64(0) // Seq of the source's first batch
	for _, s := range c {
		var next atomic.Int64
		next.Store(first)
		part := *r
		part.Batch = func(b *Batch) error {
			b.Seq += first
			for {
				n := next.Load()
				if n > b.Seq || next.CompareAndSwap(n, b.Seq+1) {
					return r.Batch(b)
				}
			}
		}
		if err := s.Read(ctx, &part); err != nil {
			return err
		}
		first = next.Load()
	}
	return nil
}
