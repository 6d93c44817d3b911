package frame

import "math/bits"

// A Bitmap holds one bit for each row, row i at bit i%64 of word i/64. As the
// validity of a column a set bit means that the row holds a value. Bits behind
// the last row are ignored.
type Bitmap []uint64

// NewBitmap returns a bitmap for n rows with no bit set.
func NewBitmap(n int) Bitmap { return make(Bitmap, (n+63)/64) }

// Valid returns the bitmap that has the given bits.
func Valid(rows ...bool) Bitmap {
	b := NewBitmap(len(rows))
	for i, ok := range rows {
		if ok {
			b.Set(i)
		}
	}
	return b
}

// Get reports whether bit i is set.
func (b Bitmap) Get(i int) bool { return b[uint(i)/64]>>(uint(i)%64)&1 != 0 }

// Set sets bit i. It must not be called on a bitmap that belongs to a column.
func (b Bitmap) Set(i int) { b[uint(i)/64] |= 1 << (uint(i) % 64) }

// count returns the number of set bits among the first n.
func (b Bitmap) count(n int) int {
	c := 0
	for _, w := range b[:n/64] {
		c += bits.OnesCount64(w)
	}
	if r := uint(n) % 64; r != 0 {
		c += bits.OnesCount64(b[n/64] & (1<<r - 1))
	}
	return c
}

// has is Get for a validity bitmap, where nil has every bit set.
func (b Bitmap) has(i int) bool { return b == nil || b.Get(i) }

// rows returns the positions of the set bits among the first n, in order.
func (b Bitmap) rows(n int) []uint32 {
	starts := make([]int, len(b)+1)
	for i, w := range b {
		if i == n/64 {
			w &= 1<<(uint(n)%64) - 1
		}
		starts[i+1] = starts[i] + bits.OnesCount64(w)
	}
	rows := make([]uint32, starts[len(b)])
	spans(len(b)*64, func(lo, hi int) {
		for i := lo / 64; i < hi/64; i++ {
			out := rows[starts[i]:starts[i+1]]
			w, base := b[i], uint32(i*64)
			for k := range out {
				out[k] = base + uint32(bits.TrailingZeros64(w))
				w &= w - 1
			}
		}
	})
	return rows
}
