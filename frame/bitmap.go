package frame

import "github.com/sav-analytics/sav/frame/internal/vec"

// A Bitmap holds one bit for each row, row i at bit i%64 of word i/64. As the validity of a column a set bit means that
// the row holds a value. bits after the last row are ignored.
type Bitmap []uint64

// NewBitmap returns a bitmap for n rows with no bit set, empty if n is negative.
func NewBitmap(n int) Bitmap { return vec.NewBits(max(n, 0)) }

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

// Get reports whether bit i is set. It panics, as a slice does, if the bitmap has no bit i.
func (b Bitmap) Get(i int) bool { return vec.Get(b, i) }

// Set sets bit i, and panics if there is none. It must not be called on a bitmap that belongs to a column.
func (b Bitmap) Set(i int) { vec.Set(b, i) }
