package vec

import (
	"math/bits"

	"github.com/sav-analytics/sav/internal/parallel"
)

// A bitmap is a []uint64 that holds row i at bit i%64 of word i/64.

// NewBits returns a bitmap for n rows with no bit set.
func NewBits(n int) []uint64 { return make([]uint64, (n+63)/64) }

// Get reports whether bit i is set.
func Get(b []uint64, i int) bool { return b[uint(i)/64]>>(uint(i)%64)&1 != 0 }

// Set sets bit i.
func Set(b []uint64, i int) { b[uint(i)/64] |= 1 << (uint(i) % 64) }

// Ones returns a bitmap with the first n bits set.
func Ones(n int) []uint64 {
	b := NewBits(n)
	for i := range b {
		b[i] = ^uint64(0)
	}
	return Clip(b, n)
}

// Count returns the number of bits set among the first n.
func Count(b []uint64, n int) int {
	c := 0
	for _, w := range b[:n/64] {
		c += bits.OnesCount64(w)
	}
	if r := uint(n) % 64; r != 0 {
		c += bits.OnesCount64(b[n/64] & (1<<r - 1))
	}
	return c
}

// Clip cuts b after the words of the first n bits, clears the bits from n on, and returns it.
func Clip(b []uint64, n int) []uint64 {
	b = b[:(n+63)/64]
	if r := uint(n) % 64; r != 0 {
		b[n/64] &= 1<<r - 1
	}
	return b
}

// And returns the bits set in both, where nil has every bit set. It may return one of the two.
func And(a, b []uint64) []uint64 {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	out := make([]uint64, min(len(a), len(b)))
	for i := range out {
		out[i] = a[i] & b[i]
	}
	return out
}

// SliceBits returns a copy of the bits [lo, hi), clear after them.
func SliceBits(b []uint64, lo, hi int) []uint64 {
	out := NewBits(hi - lo)
	shift := uint(lo) % 64
	from := b[lo/64:]
	for i := range out {
		out[i] = from[i] >> shift
		if shift != 0 && i+1 < len(from) {
			out[i] |= from[i+1] << (64 - shift)
		}
	}
	return Clip(out, hi-lo)
}

// CopyBits copies the first n bits of from to the bits of to from at on, which are clear.
func CopyBits(to []uint64, at int, from []uint64, n int) {
	shift := uint(at) % 64
	for i := range (n + 63) / 64 {
		w := from[i]
		if rest := n - 64*i; rest < 64 {
			w &= 1<<uint(rest) - 1
		}
		to[at/64+i] |= w << shift
		if high := w >> (64 - shift); shift != 0 && high != 0 {
			to[at/64+i+1] |= high
		}
	}
}

// Ranks returns, for each word, the number of bits set before it, and last the number of all bits set.
func Ranks(b []uint64) []uint32 {
	ranks := make([]uint32, len(b)+1)
	for i, w := range b {
		ranks[i+1] = ranks[i] + uint32(bits.OnesCount64(w))
	}
	return ranks
}

// Rows returns the positions of the bits set, in order. bits after the last row must be clear.
func Rows(b []uint64) []uint32 {
	ranks := Ranks(b)
	rows := make([]uint32, ranks[len(b)])
	parallel.Spans(len(b)*64, func(lo, hi int) { positions(b, lo/64, hi/64, rows[ranks[lo/64]:]) })
	return rows
}

// positions writes the positions of the bits set in the words [lo, hi) to out and returns their number.
func positions(b []uint64, lo, hi int, out []uint32) int {
	n := 0
	for i, w := range b[lo:hi] {
		base := uint32(lo+i) * 64
		for ; w != 0; w &= w - 1 {
			out[n] = base + uint32(bits.TrailingZeros64(w))
			n++
		}
	}
	return n
}

// GatherBits returns the bits at the given rows.
func GatherBits(b []uint64, rows []uint32) []uint64 {
	out := NewBits(len(rows))
	parallel.Spans(len(rows), func(lo, hi int) {
		for ; lo < hi; lo += 64 {
			var word uint64
			for j, r := range rows[lo:min(lo+64, hi)] {
				word |= (b[r/64] >> (r % 64) & 1) << (uint(j) & 63)
			}
			out[lo/64] = word
		}
	})
	return out
}
