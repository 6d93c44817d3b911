package frame

// noRow stands for a missing row where rows are taken: it gives a null.
const noRow = ^uint32(0)

// take returns the given rows of f, in that order. O(len(rows)) for each column.
func (f *Frame) take(rows []uint32) *Frame {
	g := &Frame{columns: make([]Column, len(f.columns)), rows: len(rows)}
	each(len(f.columns), func(i int) { g.columns[i] = f.columns[i].take(rows) })
	return g
}

// keepBlock is how many rows keep looks at before it goes on to the next
// column: few enough for their positions to stay in the first-level cache.
const keepBlock = 1 << 12

// keep returns the rows whose bit is set in mask, the bits behind the last row
// being clear.
func (f *Frame) keep(mask Bitmap) *Frame {
	ranks := mask.ranks()
	n := int(ranks[len(mask)])
	if n == f.rows {
		return f
	}
	g := &Frame{columns: f.Columns(), rows: n}
	each(len(g.columns), func(k int) { g.columns[k] = g.columns[k].blank(n) })
	spans(len(mask)*64, func(lo, hi int) {
		var block [keepBlock]uint32
		for ; lo < hi; lo += keepBlock {
			rows := block[:mask.rowsOf(lo/64, min(lo+keepBlock, hi)/64, block[:])]
			at := int(ranks[lo/64])
			for k, c := range f.columns {
				to := &g.columns[k]
				switch c.typ {
				case Float64:
					pick(to.floats[at:], c.floats, rows)
				case Text:
					pick(to.codes[at:], c.codes, rows)
				default:
					pick(to.ints[at:], c.ints, rows)
				}
			}
		}
	})
	var rows []uint32
	for k, c := range f.columns {
		if c.valid == nil {
			continue
		}
		if rows == nil {
			rows = mask.rows()
		}
		g.columns[k].valid = c.valid.gather(rows)
	}
	return g
}

// blank returns a column of n zeros with c's name, type and dictionary.
func (c Column) blank(n int) Column {
	switch c.typ {
	case Float64:
		c.floats = make([]float64, n)
	case Text:
		c.codes = make([]uint32, n)
	default:
		c.ints = make([]int64, n)
	}
	c.valid = nil
	return c
}

// pick writes the given rows of values to the front of out.
func pick[T any](out, values []T, rows []uint32) {
	out = out[:len(rows)]
	for i, r := range rows {
		out[i] = values[r]
	}
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
		pick(out[lo:hi], values, rows[lo:hi])
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
