package frame

import "math/bits"

// A Bitmap holds one bit for each row, row i at bit i%64 of word i/64. As the
// validity of a column a set bit means that the row holds a value. Bits behind
// the last row are ignored.
type Bitmap []uint64

// NewBitmap returns a bitmap for n rows with no bit set, empty if n is negative.
func NewBitmap(n int) Bitmap { return make(Bitmap, (max(n, 0)+63)/64) }

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

// clip clears the bits behind the first n and returns b.
func (b Bitmap) clip(n int) Bitmap {
	if r := uint(n) % 64; r != 0 {
		b[n/64] &= 1<<r - 1
	}
	return b
}

// ranks returns, for each word, how many bits are set before it, and behind
// those how many are set in all.
func (b Bitmap) ranks() []uint32 {
	ranks := make([]uint32, len(b)+1)
	for i, w := range b {
		ranks[i+1] = ranks[i] + uint32(bits.OnesCount64(w))
	}
	return ranks
}

// rows returns the positions of the set bits in order. Bits behind the last row
// must be clear.
func (b Bitmap) rows() []uint32 {
	ranks := b.ranks()
	rows := make([]uint32, ranks[len(b)])
	spans(len(b)*64, func(lo, hi int) {
		b.rowsOf(lo/64, hi/64, rows[ranks[lo/64]:])
	})
	return rows
}

// rowsOf writes the positions of the bits set in the words [lo, hi) to out and
// returns how many there are.
func (b Bitmap) rowsOf(lo, hi int, out []uint32) int {
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
