package analysis

import "slices"

// resize returns a slice of length n, of s's memory if that is enough; what is
// in it has no meaning.
func resize[T any](s []T, n int) []T { return slices.Grow(s[:0], n)[:n] }

// makeLarge makes a slice that is large and used from end to end. Half of the
// time of a run went into page faults before it asked for large pages.
func makeLarge[T any](n int) []T {
	s := make([]T, n)
	adviseHuge(s)
	return s
}
