// Package ints has the algorithms on slices of integers that several rooms use:
// counting sort, on one core and on several; a hash table that numbers keys;
// slices whose memory is used again; and division that rounds down.
package ints

import "slices"

// Resize returns a slice of length n in the memory of s if that is large enough. Its
// elements have no meaning.
func Resize[T any](s []T, n int) []T { return slices.Grow(s[:0], n)[:n] }

// FloorDiv returns a/b, rounded down. b must be above 0.
func FloorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// Mod returns what is left of a after FloorDiv(a, b): at least 0, and below b.
func Mod(a, b int64) int64 {
	if a %= b; a < 0 {
		a += b
	}
	return a
}
