// Package ints has the algorithms on slices of integers that several rooms use:
// counting sort, on one core and on several; a hash table that numbers keys; and
// slices whose memory is used again.
package ints

import "slices"

// Resize returns a slice of length n in the memory of s if that is large enough. Its
// elements have no meaning.
func Resize[T any](s []T, n int) []T { return slices.Grow(s[:0], n)[:n] }
