package frame

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/sav-analytics/sav/frame/internal/rows"
	"github.com/sav-analytics/sav/frame/internal/vec"
	"github.com/sav-analytics/sav/internal/parallel"
)

// Head returns the first n rows, or all if there are fewer. It copies bitmaps and no other values.
func (f *Frame) Head(n int) *Frame {
	f = f.orEmpty()
	return f.slice(0, min(max(n, 0), f.rows))
}

// Tail returns the last n rows, or all if there are fewer. It copies bitmaps and no other values.
func (f *Frame) Tail(n int) *Frame {
	f = f.orEmpty()
	return f.slice(f.rows-min(max(n, 0), f.rows), f.rows)
}

// Slice returns the rows from lo up to, but without, hi, as Go slices do. It copies bitmaps and no other values.
func (f *Frame) Slice(lo, hi int) (*Frame, error) {
	f = f.orEmpty()
	if lo < 0 || hi < lo || hi > f.rows {
		return nil, fmt.Errorf("frame: slice [%d:%d]: expected 0 ≤ lo ≤ hi ≤ %d, the number of rows", lo, hi, f.rows)
	}
	return f.slice(lo, hi), nil
}

func (f *Frame) slice(lo, hi int) *Frame {
	g := &Frame{columns: f.Columns(), rows: hi - lo}
	for i, c := range g.columns {
		g.columns[i].vec = c.vec.Slice(lo, hi)
	}
	return g
}

// Sample returns n rows drawn at random without replacement, in their order; the same seed draws the same rows. It is
// an error to draw more rows than there are. O(n) to draw, and O(n) for each column.
func (f *Frame) Sample(n int, seed uint64) (*Frame, error) {
	f = f.orEmpty()
	if n < 0 || n > f.rows {
		return nil, fmt.Errorf("frame: sample of %d rows: expected 0 to %d, no row is drawn twice", n, f.rows)
	}
	// Floyd's algorithm: each set of n rows is as likely as any other.
	random := rand.New(rand.NewPCG(seed, 0))
	drawn := vec.NewBits(f.rows)
	for i := f.rows - n; i < f.rows; i++ {
		if row := random.IntN(i + 1); !vec.Get(drawn, row) {
			vec.Set(drawn, row)
		} else {
			vec.Set(drawn, i)
		}
	}
	return f.keep(drawn), nil
}

// TopK returns the first k rows in the order of the keys, or all if there are fewer: those that [Frame.SortBy] and
// [Frame.Head] return. A negative k is an error. O(n) for each key, with its memory, and O(k) for each column.
func (f *Frame) TopK(k int, keys ...SortKey) (*Frame, error) {
	f = f.orEmpty()
	if k < 0 {
		return nil, fmt.Errorf("frame: top %d rows: expected 0 or more", k)
	}
	order, err := f.sorted(keys)
	if err != nil {
		return nil, err
	}
	if order == nil {
		return f.Head(k), nil
	}
	return f.take(order[:min(k, f.rows)]), nil
}

// Unique returns the first row of those that agree in the named columns, or in all columns if none is named, in their
// order. Rows agree as in [Frame.GroupBy]. O(n) for each key, with the memory of GroupBy, and O(rows kept) for each
// column.
func (f *Frame) Unique(names ...string) (*Frame, error) {
	f = f.orEmpty()
	if len(names) == 0 {
		names = f.Names()
	}
	keys, err := f.lookup(names)
	if err != nil {
		return nil, prefixed(err)
	}
	if len(keys) == 0 {
		return f, nil
	}
	first := rows.First(vecs(keys), f.rows)
	if len(first) == f.rows {
		return f, nil
	}
	return f.take(first), nil
}

// DropNulls returns the rows that have no null in the named columns, or in any column if none is named. O(n/64) for
// each of them, and O(rows kept) for each column.
func (f *Frame) DropNulls(names ...string) (*Frame, error) {
	f = f.orEmpty()
	if len(names) == 0 {
		names = f.Names()
	}
	columns, err := f.lookup(names)
	if err != nil {
		return nil, prefixed(err)
	}
	mask := vec.Ones(f.rows)
	for _, c := range columns {
		mask = vec.And(mask, c.vec.Valid)
	}
	return f.keep(mask), nil
}

// Concat returns the rows of all frames, one after the other. They must have the same columns, of the same types, in
// any order; those of the first are kept. O(rows) for each column.
func Concat(frames ...*Frame) (*Frame, error) {
	if len(frames) == 0 {
		return nil, errors.New("frame: concat of no frame")
	}
	first := frames[0].orEmpty()
	total := 0
	for k, f := range frames {
		f = f.orEmpty()
		total += f.rows
		for _, c := range f.columns {
			if first.index(c.name) < 0 {
				return nil, fmt.Errorf(
					"frame: concat: frame %d has a column %q, frame 0 has %q%s", k, c.name, first.Names(),
					meant(c.name, first.Names()),
				)
			}
		}
		for _, c := range first.columns {
			if _, err := f.column(c.name, c.Type()); err != nil {
				return nil, fmt.Errorf("frame: concat: frame %d: %w", k, err)
			}
		}
	}
	if total >= maxRows {
		return nil, fmt.Errorf("frame: concat: %d rows: a frame holds fewer than 2³² − 1", total)
	}
	out := &Frame{columns: first.Columns(), rows: total}
	parallel.Limited(len(out.columns), func(i int) {
		parts := make([]vec.Vec, len(frames))
		for k, f := range frames {
			parts[k] = f.columns[f.index(first.columns[i].name)].vec
		}
		out.columns[i].vec = vec.Concat(parts)
	})
	return out, nil
}
