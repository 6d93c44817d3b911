package frame

import (
	"math"
	"slices"
)

// The aggregations that compare values or lay them side by side.

// extreme returns the least or the greatest value of each group.
func (r *aggregator) extreme(c Column, greatest bool) Column {
	switch c.typ {
	case Float64:
		c.floats, c.valid = extremes(r, c.floats, c.valid, greatest)
	case Text:
		rank, words := ranked(c.dict)
		c.codes, c.valid = extremes(r, gather(rank, c.codes), c.valid, greatest)
		c.dict = words
	default:
		c.ints, c.valid = extremes(r, c.ints, c.valid, greatest)
	}
	return c
}

func extremes[T int64 | float64 | uint32](r *aggregator, values []T, valid Bitmap, greatest bool) ([]T, Bitmap) {
	out := make([]T, len(r.first))
	seen := NewBitmap(len(r.first))
	for i, g := range r.ids {
		switch {
		case !valid.has(i):
		case !seen.Get(int(g)):
			seen.Set(int(g))
			out[g] = values[i]
		case greatest:
			out[g] = max(out[g], values[i])
		default:
			out[g] = min(out[g], values[i])
		}
	}
	return out, nilIfFull(seen, len(out))
}

// firstValue returns each group's first value that is not null.
func (r *aggregator) firstValue(c Column) Column {
	if len(r.ids) == 0 || c.valid != nil {
		rows := make([]uint32, len(r.first))
		for g := range rows {
			rows[g] = noRow
		}
		for i, g := range r.ids {
			if rows[g] == noRow && c.valid.has(i) {
				rows[g] = uint32(i)
			}
		}
		return c.takeOr(rows)
	}
	return c.take(r.first)
}

// nunique groups the rows by group and value, and counts the groups of those.
func (r *aggregator) nunique(c Column) Column {
	distinct := make([]int64, len(r.first))
	if len(r.ids) > 0 {
		own := Column{typ: Text, codes: r.ids, dict: make([]string, len(r.first))}
		codes, width := encode([]Column{own, c})
		for _, i := range group(codes, 0, width).first {
			if !c.IsNull(int(i)) {
				distinct[r.ids[i]]++
			}
		}
	}
	return Int64s("", distinct, nil)
}

// quantile lays each group's values side by side and puts the two that count
// in their places.
func (r *aggregator) quantile(c Column, p float64) Column {
	counts := r.count(c.valid)
	next := make([]int, len(counts)+1)
	for g, n := range counts {
		next[g+1] = next[g] + int(n)
	}
	starts := slices.Clone(next)
	values := make([]float64, starts[len(counts)])
	for i, g := range r.ids {
		if !c.valid.has(i) {
			continue
		}
		if c.typ == Float64 {
			values[next[g]] = c.floats[i]
		} else {
			values[next[g]] = float64(c.ints[i])
		}
		next[g]++
	}
	out := make([]float64, len(counts))
	each(len(counts), func(g int) {
		v := values[starts[g]:starts[g+1]]
		if slices.ContainsFunc(v, math.IsNaN) {
			out[g] = math.NaN()
			return
		}
		if len(v) > 0 {
			place2(v, int(float64(len(v)-1)*p))
		}
		out[g] = QuantileSorted(p, v)
	})
	return Float64s("", out, atLeast(1, counts))
}

// nilIfFull returns b, or nil if its first n bits are all set.
func nilIfFull(b Bitmap, n int) Bitmap {
	if b.count(n) == n {
		return nil
	}
	return b
}
