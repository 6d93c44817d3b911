package frame

// noRow stands for a missing row where rows are taken: it gives a null.
const noRow = ^uint32(0)

// take returns the given rows of f, in that order. O(len(rows)) for each column.
func (f *Frame) take(rows []uint32) *Frame {
	g := &Frame{columns: make([]Column, len(f.columns)), rows: len(rows)}
	each(len(f.columns), func(i int) { g.columns[i] = f.columns[i].take(rows) })
	return g
}

// take returns the given rows of c, none of which is noRow.
func (c Column) take(rows []uint32) Column {
	switch c.typ {
	case Float64:
		c.floats = gather(c.floats, rows)
	case Text:
		c.codes = gather(c.codes, rows)
	default:
		c.ints = gather(c.ints, rows)
	}
	if c.valid != nil {
		c.valid = c.valid.gather(rows)
	}
	return c
}

// takeOr is take for rows some of which may be noRow.
func (c Column) takeOr(rows []uint32) Column {
	valid := c.valid
	switch c.typ {
	case Float64:
		c.floats = gatherOr(c.floats, rows)
	case Text:
		c.codes = gatherOr(c.codes, rows)
	default:
		c.ints = gatherOr(c.ints, rows)
	}
	c.valid = nil
	present := NewBitmap(len(rows))
	spans(len(rows), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if r := rows[i]; r != noRow && valid.has(int(r)) {
				present.Set(i)
			}
		}
	})
	return c.withValid(present)
}

func gather[T any](values []T, rows []uint32) []T {
	out := make([]T, len(rows))
	spans(len(rows), func(lo, hi int) {
		to := out[lo:hi]
		for i, r := range rows[lo:hi] {
			to[i] = values[r]
		}
	})
	return out
}

func gatherOr[T any](values []T, rows []uint32) []T {
	out := make([]T, len(rows))
	spans(len(rows), func(lo, hi int) {
		to := out[lo:hi]
		for i, r := range rows[lo:hi] {
			if r != noRow {
				to[i] = values[r]
			}
		}
	})
	return out
}

// gather returns the given bits, or nil if all of them are set.
func (b Bitmap) gather(rows []uint32) Bitmap {
	out := NewBitmap(len(rows))
	spans(len(rows), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if b.Get(int(rows[i])) {
				out.Set(i)
			}
		}
	})
	if out.count(len(rows)) == len(rows) {
		return nil
	}
	return out
}
