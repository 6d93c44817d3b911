package frame

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// A relation is the set of outcomes of a comparison for which it holds.
type relation uint8

const (
	less relation = 1 << iota
	equal
	greater
	unordered // one side is NaN
)

// compareValue returns the rows of c that stand in the relation op to x.
func (c Column) compareValue(op relation, x any) (Bitmap, error) {
	n, v, s, err := c.literal(x)
	if err != nil {
		return nil, err
	}
	// Ne is the complement of Eq, every other relation a range of values: one
	// loop without branches serves all.
	complement := op&unordered != 0
	if complement {
		op = equal
	}
	var mask Bitmap
	switch c.typ {
	case Float64:
		lo, hi := floatRange(op, v)
		mask = between(c.floats, lo, hi)
	case Text:
		mask = c.codesWhere(func(word string) bool { return op&relate(word, s) != 0 })
	default:
		lo, hi := intRange(op, n)
		mask = betweenInts(c.ints, lo, hi)
	}
	if complement {
		for i := range mask {
			mask[i] = ^mask[i]
		}
	}
	return mask.and(c.valid), nil
}

// intRange returns the bounds of the integers that stand in the relation op to
// x; lo > hi if there are none.
func intRange(op relation, x int64) (lo, hi int64) {
	lo, hi = x, x
	if op&equal == 0 { // less or greater alone
		if op == less && x == math.MinInt64 || op == greater && x == math.MaxInt64 {
			return 1, 0
		}
		lo, hi = x+1, x-1
	}
	if op&less != 0 {
		lo = math.MinInt64
	}
	if op&greater != 0 {
		hi = math.MaxInt64
	}
	return lo, hi
}

// floatRange is intRange for floats; the bounds of nothing are NaN.
func floatRange(op relation, x float64) (lo, hi float64) {
	lo, hi = x, x
	if op&equal == 0 {
		if math.IsInf(x, -1) && op == less || math.IsInf(x, 1) && op == greater {
			return math.NaN(), math.NaN()
		}
		lo, hi = math.Nextafter(x, math.Inf(1)), math.Nextafter(x, math.Inf(-1))
	}
	if op&less != 0 {
		lo = math.Inf(-1)
	}
	if op&greater != 0 {
		hi = math.Inf(1)
	}
	return lo, hi
}

// between returns the rows with lo ≤ value ≤ hi.
func between(values []float64, lo, hi float64) Bitmap {
	mask := NewBitmap(len(values))
	spans(len(values), func(from, to int) {
		for ; from+64 <= to; from += 64 {
			var word uint64
			for j := 0; j < 64; j += 4 { // four at once keep the processor busy
				v := (*[4]float64)(values[from+j:])
				word |= (within(v[0], lo, hi) | within(v[1], lo, hi)<<1 |
					within(v[2], lo, hi)<<2 | within(v[3], lo, hi)<<3) << (j & 63)
			}
			mask[from/64] = word
		}
		for ; from < to; from++ {
			mask[from/64] |= within(values[from], lo, hi) << (from & 63)
		}
	})
	return mask
}

// within is 1 if lo ≤ v ≤ hi and 0 if not, without a branch.
func within(v, lo, hi float64) uint64 {
	var above, below uint64
	if v >= lo {
		above = 1
	}
	if v <= hi {
		below = 1
	}
	return above & below
}

// betweenInts is between for integers: v - lo, of which negative ones are the
// greatest without their sign, takes one comparison in place of two.
func betweenInts[T int64 | uint32](values []T, lo, hi T) Bitmap {
	mask := NewBitmap(len(values))
	if lo > hi {
		return mask
	}
	width := uint64(hi) - uint64(lo)
	spans(len(values), func(from, to int) {
		for ; from+64 <= to; from += 64 {
			var word uint64
			for j := 0; j < 64; j += 4 {
				v := (*[4]T)(values[from+j:])
				word |= (upTo(uint64(v[0])-uint64(lo), width) | upTo(uint64(v[1])-uint64(lo), width)<<1 |
					upTo(uint64(v[2])-uint64(lo), width)<<2 | upTo(uint64(v[3])-uint64(lo), width)<<3) << (j & 63)
			}
			mask[from/64] = word
		}
		for ; from < to; from++ {
			mask[from/64] |= upTo(uint64(values[from])-uint64(lo), width) << (from & 63)
		}
	})
	return mask
}

// upTo is 1 if x ≤ most and 0 if not, without a branch.
func upTo(x, most uint64) uint64 {
	_, over := bits.Sub64(most, x, 0)
	return 1 - over
}

// codesWhere returns the rows of a Text column whose word satisfies hold, which
// is called once for each word of the dictionary. Null rows may be among them.
func (c Column) codesWhere(hold func(word string) bool) Bitmap {
	table := make([]uint8, max(1, len(c.dict))) // 1 even where only nulls point there
	found, count := 0, 0
	for code, word := range c.dict {
		if hold(word) {
			table[code] = 1
			found, count = code, count+1
		}
	}
	switch count {
	case 0:
		return NewBitmap(len(c.codes))
	case 1:
		return betweenInts(c.codes, uint32(found), uint32(found))
	}
	mask := NewBitmap(len(c.codes))
	spans(len(c.codes), func(from, to int) {
		for ; from < to; from += 64 {
			var word uint64
			for j, code := range c.codes[from:min(from+64, to)] {
				word |= uint64(table[code]) << (uint(j) & 63)
			}
			mask[from/64] = word
		}
	})
	return mask
}

// compareColumn returns the rows of c that stand in the relation op to those of
// d, which has the same type.
func (c Column) compareColumn(op relation, d Column) Bitmap {
	mask := NewBitmap(c.Len())
	spans(c.Len(), func(from, to int) {
		for i := from; i < to; i++ {
			if !c.valid.has(i) || !d.valid.has(i) {
				continue
			}
			var r relation
			switch c.typ {
			case Float64:
				r = relate(c.floats[i], d.floats[i])
			case Text:
				r = relate(c.dict[c.codes[i]], d.dict[d.codes[i]])
			default:
				r = relate(c.ints[i], d.ints[i])
			}
			if op&r != 0 {
				mask.Set(i)
			}
		}
	})
	return mask
}

func relate[T cmp.Ordered](a, b T) relation {
	switch {
	case a < b:
		return less
	case a > b:
		return greater
	case a == b:
		return equal
	}
	return unordered
}

// in returns the rows of c that equal one of the values.
func (c Column) in(values []any) (Bitmap, error) {
	var ints []int64
	var floats []float64
	var words []string
	for _, x := range values {
		n, v, s, err := c.literal(x)
		if err != nil {
			return nil, err
		}
		ints, floats, words = append(ints, n), append(floats, v), append(words, s)
	}
	var mask Bitmap
	switch c.typ {
	case Float64:
		floats = slices.DeleteFunc(floats, math.IsNaN) // equals nothing
		mask = among(c.floats, floats)
	case Text:
		known := make(map[string]bool, len(words))
		for _, w := range words {
			known[w] = true
		}
		mask = c.codesWhere(func(word string) bool { return known[word] })
	default:
		mask = among(c.ints, ints)
	}
	return mask.and(c.valid), nil
}

// among returns the rows whose value is in set, which it sorts.
func among[T int64 | float64](values, set []T) Bitmap {
	slices.Sort(set)
	mask := NewBitmap(len(values))
	spans(len(values), func(from, to int) {
		for i := from; i < to; i++ {
			if _, ok := slices.BinarySearch(set, values[i]); ok {
				mask.Set(i)
			}
		}
	})
	return mask
}
