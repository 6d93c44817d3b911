package pipe

import "github.com/sav-analytics/sav/frame"

// Select is [frame.Frame.Select].
func (p Pipe) Select(names ...string) Pipe {
	return p.next("Select", func(f *frame.Frame) (*frame.Frame, error) { return f.Select(names...) })
}

// Drop is [frame.Frame.Drop].
func (p Pipe) Drop(names ...string) Pipe {
	return p.next("Drop", func(f *frame.Frame) (*frame.Frame, error) { return f.Drop(names...) })
}

// Rename is [frame.Frame.Rename].
func (p Pipe) Rename(from, to string) Pipe {
	return p.next("Rename", func(f *frame.Frame) (*frame.Frame, error) { return f.Rename(from, to) })
}

// WithColumns is [frame.Frame.WithColumns].
func (p Pipe) WithColumns(exprs ...frame.Expr) Pipe {
	return p.next("WithColumns", func(f *frame.Frame) (*frame.Frame, error) { return f.WithColumns(exprs...) })
}

// Filter is [frame.Frame.Filter].
func (p Pipe) Filter(e frame.Expr) Pipe {
	return p.next("Filter", func(f *frame.Frame) (*frame.Frame, error) { return f.Filter(e) })
}

// Unique is [frame.Frame.Unique].
func (p Pipe) Unique(names ...string) Pipe {
	return p.next("Unique", func(f *frame.Frame) (*frame.Frame, error) { return f.Unique(names...) })
}

// DropNulls is [frame.Frame.DropNulls].
func (p Pipe) DropNulls(names ...string) Pipe {
	return p.next("DropNulls", func(f *frame.Frame) (*frame.Frame, error) { return f.DropNulls(names...) })
}

// Head is [frame.Frame.Head].
func (p Pipe) Head(n int) Pipe {
	return p.next("Head", func(f *frame.Frame) (*frame.Frame, error) { return f.Head(n), nil })
}

// Tail is [frame.Frame.Tail].
func (p Pipe) Tail(n int) Pipe {
	return p.next("Tail", func(f *frame.Frame) (*frame.Frame, error) { return f.Tail(n), nil })
}

// Slice is [frame.Frame.Slice].
func (p Pipe) Slice(lo, hi int) Pipe {
	return p.next("Slice", func(f *frame.Frame) (*frame.Frame, error) { return f.Slice(lo, hi) })
}

// Sample is [frame.Frame.Sample].
func (p Pipe) Sample(n int, seed uint64) Pipe {
	return p.next("Sample", func(f *frame.Frame) (*frame.Frame, error) { return f.Sample(n, seed) })
}

// SortBy is [frame.Frame.SortBy].
func (p Pipe) SortBy(keys ...frame.SortKey) Pipe {
	return p.next("SortBy", func(f *frame.Frame) (*frame.Frame, error) { return f.SortBy(keys...) })
}

// TopK is [frame.Frame.TopK].
func (p Pipe) TopK(k int, keys ...frame.SortKey) Pipe {
	return p.next("TopK", func(f *frame.Frame) (*frame.Frame, error) { return f.TopK(k, keys...) })
}

// Pivot is [frame.Frame.Pivot].
func (p Pipe) Pivot(o frame.PivotOptions) Pipe {
	return p.next("Pivot", func(f *frame.Frame) (*frame.Frame, error) { return f.Pivot(o) })
}

// Unpivot is [frame.Frame.Unpivot].
func (p Pipe) Unpivot(o frame.UnpivotOptions) Pipe {
	return p.next("Unpivot", func(f *frame.Frame) (*frame.Frame, error) { return f.Unpivot(o) })
}

// Transpose is [frame.Frame.Transpose].
func (p Pipe) Transpose(names string) Pipe {
	return p.next("Transpose", func(f *frame.Frame) (*frame.Frame, error) { return f.Transpose(names) })
}

// ValueCounts is [frame.Frame.ValueCounts].
func (p Pipe) ValueCounts(names ...string) Pipe {
	return p.next("ValueCounts", func(f *frame.Frame) (*frame.Frame, error) { return f.ValueCounts(names...) })
}

// Describe is [frame.Frame.Describe].
func (p Pipe) Describe() Pipe {
	return p.next("Describe", func(f *frame.Frame) (*frame.Frame, error) { return f.Describe() })
}

// Join is [frame.Frame.Join] with the frame of another pipe, whose error becomes one of this.
func (p Pipe) Join(right Pipe, o frame.JoinOptions) Pipe {
	return p.with("Join", right, func(f, r *frame.Frame) (*frame.Frame, error) { return f.Join(r, o) })
}

// JoinAsof is [frame.Frame.JoinAsof] with the frame of another pipe, whose error becomes one of this.
func (p Pipe) JoinAsof(right Pipe, o frame.AsofOptions) Pipe {
	return p.with("JoinAsof", right, func(f, r *frame.Frame) (*frame.Frame, error) { return f.JoinAsof(r, o) })
}

// Concat is [frame.Concat] of the frames of this pipe and of another.
func (p Pipe) Concat(other Pipe) Pipe {
	return p.with("Concat", other, func(f, r *frame.Frame) (*frame.Frame, error) { return frame.Concat(f, r) })
}

// with is the step of a verb on two frames.
func (p Pipe) with(verb string, other Pipe, fn func(f, other *frame.Frame) (*frame.Frame, error)) Pipe {
	return p.next(verb, func(f *frame.Frame) (*frame.Frame, error) {
		right, err := other.Collect()
		if err != nil {
			return nil, err
		}
		return fn(f, right)
	})
}

// A Grouping is the groups of a pipe's frame.
type Grouping struct {
	pipe   Pipe
	verb   string
	of     func(*frame.Frame) frame.Grouping
	sorted bool
}

// GroupBy is [frame.Frame.GroupBy].
func (p Pipe) GroupBy(names ...string) Grouping {
	return Grouping{pipe: p, verb: "GroupBy", of: func(f *frame.Frame) frame.Grouping { return f.GroupBy(names...) }}
}

// Resample is [frame.Frame.Resample].
func (p Pipe) Resample(o frame.ResampleOptions) Grouping {
	return Grouping{pipe: p, verb: "Resample", of: func(f *frame.Frame) frame.Grouping { return f.Resample(o) }}
}

// Sorted is [frame.Grouping.Sorted].
func (g Grouping) Sorted() Grouping {
	g.sorted = true
	return g
}

// Agg is [frame.Grouping.Agg].
func (g Grouping) Agg(exprs ...frame.Expr) Pipe {
	return g.pipe.next(g.verb, func(f *frame.Frame) (*frame.Frame, error) {
		groups := g.of(f) // not nil: a zero Grouping has a zero Pipe
		if g.sorted {
			groups = groups.Sorted()
		}
		return groups.Agg(exprs...)
	})
}
