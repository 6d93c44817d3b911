package pipe

import "github.com/sav-analytics/sav/frame"

// Select applies [frame.Frame.Select].
func (p Pipe) Select(names ...string) Pipe {
	return p.next("Select", func(f *frame.Frame) (*frame.Frame, error) { return f.Select(names...) })
}

// Drop applies [frame.Frame.Drop].
func (p Pipe) Drop(names ...string) Pipe {
	return p.next("Drop", func(f *frame.Frame) (*frame.Frame, error) { return f.Drop(names...) })
}

// Rename applies [frame.Frame.Rename].
func (p Pipe) Rename(from, to string) Pipe {
	return p.next("Rename", func(f *frame.Frame) (*frame.Frame, error) { return f.Rename(from, to) })
}

// WithColumns applies [frame.Frame.WithColumns].
func (p Pipe) WithColumns(exprs ...frame.Expr) Pipe {
	return p.next("WithColumns", func(f *frame.Frame) (*frame.Frame, error) { return f.WithColumns(exprs...) })
}

// Filter applies [frame.Frame.Filter].
func (p Pipe) Filter(e frame.Expr) Pipe {
	return p.next("Filter", func(f *frame.Frame) (*frame.Frame, error) { return f.Filter(e) })
}

// Unique applies [frame.Frame.Unique].
func (p Pipe) Unique(names ...string) Pipe {
	return p.next("Unique", func(f *frame.Frame) (*frame.Frame, error) { return f.Unique(names...) })
}

// DropNulls applies [frame.Frame.DropNulls].
func (p Pipe) DropNulls(names ...string) Pipe {
	return p.next("DropNulls", func(f *frame.Frame) (*frame.Frame, error) { return f.DropNulls(names...) })
}

// Head applies [frame.Frame.Head].
func (p Pipe) Head(n int) Pipe {
	return p.next("Head", func(f *frame.Frame) (*frame.Frame, error) { return f.Head(n), nil })
}

// Tail applies [frame.Frame.Tail].
func (p Pipe) Tail(n int) Pipe {
	return p.next("Tail", func(f *frame.Frame) (*frame.Frame, error) { return f.Tail(n), nil })
}

// Slice applies [frame.Frame.Slice].
func (p Pipe) Slice(lo, hi int) Pipe {
	return p.next("Slice", func(f *frame.Frame) (*frame.Frame, error) { return f.Slice(lo, hi) })
}

// Sample applies [frame.Frame.Sample].
func (p Pipe) Sample(n int, seed uint64) Pipe {
	return p.next("Sample", func(f *frame.Frame) (*frame.Frame, error) { return f.Sample(n, seed) })
}

// SortBy applies [frame.Frame.SortBy].
func (p Pipe) SortBy(keys ...frame.SortKey) Pipe {
	return p.next("SortBy", func(f *frame.Frame) (*frame.Frame, error) { return f.SortBy(keys...) })
}

// TopK applies [frame.Frame.TopK].
func (p Pipe) TopK(k int, keys ...frame.SortKey) Pipe {
	return p.next("TopK", func(f *frame.Frame) (*frame.Frame, error) { return f.TopK(k, keys...) })
}

// Pivot applies [frame.Frame.Pivot].
func (p Pipe) Pivot(o frame.PivotOptions) Pipe {
	return p.next("Pivot", func(f *frame.Frame) (*frame.Frame, error) { return f.Pivot(o) })
}

// Unpivot applies [frame.Frame.Unpivot].
func (p Pipe) Unpivot(o frame.UnpivotOptions) Pipe {
	return p.next("Unpivot", func(f *frame.Frame) (*frame.Frame, error) { return f.Unpivot(o) })
}

// Transpose applies [frame.Frame.Transpose].
func (p Pipe) Transpose(names string) Pipe {
	return p.next("Transpose", func(f *frame.Frame) (*frame.Frame, error) { return f.Transpose(names) })
}

// ValueCounts applies [frame.Frame.ValueCounts].
func (p Pipe) ValueCounts(names ...string) Pipe {
	return p.next("ValueCounts", func(f *frame.Frame) (*frame.Frame, error) { return f.ValueCounts(names...) })
}

// Describe applies [frame.Frame.Describe].
func (p Pipe) Describe() Pipe {
	return p.next("Describe", func(f *frame.Frame) (*frame.Frame, error) { return f.Describe() })
}

// Join applies [frame.Frame.Join] to the frames of this pipe and of another, whose error becomes one of this.
func (p Pipe) Join(right Pipe, o frame.JoinOptions) Pipe {
	return p.with("Join", right, func(f, r *frame.Frame) (*frame.Frame, error) { return f.Join(r, o) })
}

// JoinAsof applies [frame.Frame.JoinAsof] to the frames of this pipe and of another, whose error becomes one of this.
func (p Pipe) JoinAsof(right Pipe, o frame.AsofOptions) Pipe {
	return p.with("JoinAsof", right, func(f, r *frame.Frame) (*frame.Frame, error) { return f.JoinAsof(r, o) })
}

// Concat applies [frame.Concat] to the frames of this pipe and of another.
func (p Pipe) Concat(other Pipe) Pipe {
	return p.with("Concat", other, func(f, r *frame.Frame) (*frame.Frame, error) { return frame.Concat(f, r) })
}

// with returns the pipe after the step of a verb on two frames.
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

// GroupBy applies [frame.Frame.GroupBy].
func (p Pipe) GroupBy(names ...string) Grouping {
	return Grouping{pipe: p, verb: "GroupBy", of: func(f *frame.Frame) frame.Grouping { return f.GroupBy(names...) }}
}

// Resample applies [frame.Frame.Resample].
func (p Pipe) Resample(o frame.ResampleOptions) Grouping {
	return Grouping{pipe: p, verb: "Resample", of: func(f *frame.Frame) frame.Grouping { return f.Resample(o) }}
}

// Sorted applies [frame.Grouping.Sorted].
func (g Grouping) Sorted() Grouping {
	g.sorted = true
	return g
}

// Agg applies [frame.Grouping.Agg].
func (g Grouping) Agg(exprs ...frame.Expr) Pipe {
	return g.pipe.next(g.verb, func(f *frame.Frame) (*frame.Frame, error) {
		groups := g.of(f) // not nil: a zero Grouping has a zero Pipe
		if g.sorted {
			groups = groups.Sorted()
		}
		return groups.Agg(exprs...)
	})
}
