package eval

import "cmp"

// less writes the bits of the rows with x < y. As in equal and lessEqual, its
// loop has no branch to predict, and takes four values at once to keep the
// processor busy.
func less[T cmp.Ordered](x, y []T, out []uint64) {
	lo := 0
	for ; lo+64 <= len(x); lo += 64 {
		a, b := (*[64]T)(x[lo:]), (*[64]T)(y[lo:])
		var word uint64
		for j := 0; j < 64; j += 4 {
			word |= (bit(a[j] < b[j]) | bit(a[j+1] < b[j+1])<<1 | bit(a[j+2] < b[j+2])<<2 | bit(a[j+3] < b[j+3])<<3) << (j & 63)
		}
		out[lo/64] = word
	}
	if lo < len(x) {
		out[lo/64] = 0
		for j, v := range x[lo:] {
			out[lo/64] |= bit(v < y[lo+j]) << (j & 63)
		}
	}
}

// lessEqual writes the bits of the rows with x ≤ y.
func lessEqual[T cmp.Ordered](x, y []T, out []uint64) {
	lo := 0
	for ; lo+64 <= len(x); lo += 64 {
		a, b := (*[64]T)(x[lo:]), (*[64]T)(y[lo:])
		var word uint64
		for j := 0; j < 64; j += 4 {
			word |= (bit(a[j] <= b[j]) | bit(a[j+1] <= b[j+1])<<1 |
				bit(a[j+2] <= b[j+2])<<2 | bit(a[j+3] <= b[j+3])<<3) << (j & 63)
		}
		out[lo/64] = word
	}
	if lo < len(x) {
		out[lo/64] = 0
		for j, v := range x[lo:] {
			out[lo/64] |= bit(v <= y[lo+j]) << (j & 63)
		}
	}
}

// equal writes the bits of the rows with x = y.
func equal[T cmp.Ordered](x, y []T, out []uint64) {
	lo := 0
	for ; lo+64 <= len(x); lo += 64 {
		a, b := (*[64]T)(x[lo:]), (*[64]T)(y[lo:])
		var word uint64
		for j := 0; j < 64; j += 4 {
			word |= (bit(a[j] == b[j]) | bit(a[j+1] == b[j+1])<<1 |
				bit(a[j+2] == b[j+2])<<2 | bit(a[j+3] == b[j+3])<<3) << (j & 63)
		}
		out[lo/64] = word
	}
	if lo < len(x) {
		out[lo/64] = 0
		for j, v := range x[lo:] {
			out[lo/64] |= bit(v == y[lo+j]) << (j & 63)
		}
	}
}

// bit is 1 if b, and 0 if not. The compiler makes one instruction of it.
func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
