// Package rows puts rows into groups, sorts them, and matches those of two frames. It looks at rows through numbers:
// each row gets one uint64 such that equal keys have equal numbers (and, for sorting, such that smaller keys have
// smaller numbers). A part is the share of one key column in that number.
package rows

import (
	"math"
	"math/bits"
	"sync"

	"github.com/sav-analytics/sav/frame/internal/vec"
	"github.com/sav-analytics/sav/internal/parallel"
)

// A part gives each row a number below width, or any number if width is 0. The number of a row is values[row] − base,
// or codes[row] for text and booleans; a null row has the number null.
type part struct {
	values []int64
	codes  []uint32
	base   int64
	valid  []uint64
	null   uint64
	width  uint64
	desc   bool // number base − values[row] instead
}

// mixInto puts the part's numbers below those that dst holds already: dst = dst·width + number. A width of 0 so
// replaces them.
func (p part) mixInto(dst []uint64) {
	switch {
	case p.codes != nil:
		mixValues(dst, p.width, p.codes, 0, false)
	default:
		mixValues(dst, p.width, p.values, p.base, p.desc)
	}
	if p.valid == nil {
		return
	}
	// The loop above took the null rows for values; put that right.
	parallel.Spans(len(dst), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if vec.Get(p.valid, i) {
				continue
			}
			var number uint64
			switch {
			case p.codes != nil:
				number = uint64(p.codes[i])
			case p.desc:
				number = uint64(p.base - p.values[i])
			default:
				number = uint64(p.values[i] - p.base)
			}
			dst[i] += p.null - number
		}
	})
}

func mixValues[T int64 | uint32](dst []uint64, width uint64, values []T, base T, desc bool) {
	parallel.Spans(len(dst), func(lo, hi int) {
		to := dst[lo:hi]
		if desc {
			for i, v := range values[lo:hi] {
				to[i] = to[i]*width + uint64(base-v)
			}
			return
		}
		for i, v := range values[lo:hi] {
			to[i] = to[i]*width + uint64(v-base)
		}
	})
}

// product returns a·b, where 0 stands for 2⁶⁴, and whether that is at most 2⁶⁴.
func product(a, b uint64) (uint64, bool) {
	if a == 0 || b == 0 {
		return 0, a == 1 || b == 1
	}
	hi, lo := bits.Mul64(a, b)
	return lo, hi == 0 || hi == 1 && lo == 0
}

// ordered returns integers in the order of the floats: −0 and 0 are one, and all NaN are one, above +Inf.
func ordered(values []float64) []int64 {
	out := make([]int64, len(values))
	parallel.Spans(len(values), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			v := values[i]
			switch {
			case v != v:
				out[i] = math.MaxInt64
			case v == 0:
				out[i] = 0
			default:
				b := int64(math.Float64bits(v))
				out[i] = b ^ int64(uint64(b>>63)>>1) // negative: flip all but the sign
			}
		}
	})
	return out
}

// zeroOne returns the bits of the first n rows as 0 and 1.
func zeroOne(b []uint64, n int) []uint32 {
	out := make([]uint32, n)
	parallel.Spans(n, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			out[i] = uint32(b[i/64] >> (uint(i) & 63) & 1)
		}
	})
	return out
}

// bounds returns the smallest and the largest value of the rows that are not null, or 0 and 0 if there are none.
func bounds(parts []part) (lo, hi int64) {
	lo, hi = math.MaxInt64, math.MinInt64
	for _, p := range parts {
		var mu sync.Mutex
		parallel.Spans(len(p.values), func(from, to int) {
			least, most := int64(math.MaxInt64), int64(math.MinInt64)
			for i, v := range p.values[from:to] {
				if p.valid == nil || vec.Get(p.valid, from+i) {
					least, most = min(least, v), max(most, v)
				}
			}
			mu.Lock()
			lo, hi = min(lo, least), max(hi, most)
			mu.Unlock()
		})
	}
	if lo > hi {
		return 0, 0
	}
	return lo, hi
}
