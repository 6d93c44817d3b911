package eval

import "cmp"

// The functions of this file write a bit for each row, 64 at a time. Their loops have no branch to predict, and fill
// four words of 16 bits at once, from the highest bit on, which keeps the processor busy: see BenchmarkWords.

// less writes the bits of the rows with x < y.
func less[T cmp.Ordered](x, y []T, out []uint64) {
	for k := range len(x) / 64 {
		a, b := (*[64]T)(x[64*k:]), (*[64]T)(y[64*k:])
		var w0, w1, w2, w3 uint64
		for j := 15; j >= 0; j-- {
			w0 = w0<<1 + bit(a[j] < b[j])
			w1 = w1<<1 + bit(a[j+16] < b[j+16])
			w2 = w2<<1 + bit(a[j+32] < b[j+32])
			w3 = w3<<1 + bit(a[j+48] < b[j+48])
		}
		out[k] = w0 | w1<<16 | w2<<32 | w3<<48
	}
	last(len(x), out, func(i int) bool { return x[i] < y[i] })
}

// equal writes the bits of the rows with x = y.
func equal[T cmp.Ordered](x, y []T, out []uint64) {
	for k := range len(x) / 64 {
		a, b := (*[64]T)(x[64*k:]), (*[64]T)(y[64*k:])
		var w0, w1, w2, w3 uint64
		for j := 15; j >= 0; j-- {
			w0 = w0<<1 + bit(a[j] == b[j])
			w1 = w1<<1 + bit(a[j+16] == b[j+16])
			w2 = w2<<1 + bit(a[j+32] == b[j+32])
			w3 = w3<<1 + bit(a[j+48] == b[j+48])
		}
		out[k] = w0 | w1<<16 | w2<<32 | w3<<48
	}
	last(len(x), out, func(i int) bool { return x[i] == y[i] })
}

// lessThan writes the bits of the rows with x < c.
func lessThan[T cmp.Ordered](x []T, c T, out []uint64) {
	for k := range len(x) / 64 {
		a := (*[64]T)(x[64*k:])
		var w0, w1, w2, w3 uint64
		for j := 15; j >= 0; j-- {
			w0 = w0<<1 + bit(a[j] < c)
			w1 = w1<<1 + bit(a[j+16] < c)
			w2 = w2<<1 + bit(a[j+32] < c)
			w3 = w3<<1 + bit(a[j+48] < c)
		}
		out[k] = w0 | w1<<16 | w2<<32 | w3<<48
	}
	last(len(x), out, func(i int) bool { return x[i] < c })
}

// greaterThan writes the bits of the rows with x > c.
func greaterThan[T cmp.Ordered](x []T, c T, out []uint64) {
	for k := range len(x) / 64 {
		a := (*[64]T)(x[64*k:])
		var w0, w1, w2, w3 uint64
		for j := 15; j >= 0; j-- {
			w0 = w0<<1 + bit(a[j] > c)
			w1 = w1<<1 + bit(a[j+16] > c)
			w2 = w2<<1 + bit(a[j+32] > c)
			w3 = w3<<1 + bit(a[j+48] > c)
		}
		out[k] = w0 | w1<<16 | w2<<32 | w3<<48
	}
	last(len(x), out, func(i int) bool { return x[i] > c })
}

// equalTo writes the bits of the rows with x = c.
func equalTo[T cmp.Ordered](x []T, c T, out []uint64) {
	for k := range len(x) / 64 {
		a := (*[64]T)(x[64*k:])
		var w0, w1, w2, w3 uint64
		for j := 15; j >= 0; j-- {
			w0 = w0<<1 + bit(a[j] == c)
			w1 = w1<<1 + bit(a[j+16] == c)
			w2 = w2<<1 + bit(a[j+32] == c)
			w3 = w3<<1 + bit(a[j+48] == c)
		}
		out[k] = w0 | w1<<16 | w2<<32 | w3<<48
	}
	last(len(x), out, func(i int) bool { return x[i] == c })
}

// truths writes table[x], which is 0 or 1, of each row.
func truths(x []uint32, table []uint8, out []uint64) {
	for k := range len(x) / 64 {
		a := (*[64]uint32)(x[64*k:])
		var w0, w1, w2, w3 uint64
		for j := 15; j >= 0; j-- {
			w0 = w0<<1 + uint64(table[a[j]])
			w1 = w1<<1 + uint64(table[a[j+16]])
			w2 = w2<<1 + uint64(table[a[j+32]])
			w3 = w3<<1 + uint64(table[a[j+48]])
		}
		out[k] = w0 | w1<<16 | w2<<32 | w3<<48
	}
	last(len(x), out, func(i int) bool { return table[x[i]] != 0 })
}

// last writes the word of the rows after the last 64 that are whole.
func last(rows int, out []uint64, is func(row int) bool) {
	if rest := rows % 64; rest > 0 {
		var w uint64
		for i := range rest {
			w |= bit(is(rows-rest+i)) << i
		}
		out[rows/64] = w
	}
}

// bit returns 1 for true and 0 for false. The compiler makes one instruction of it.
func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
