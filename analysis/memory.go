package analysis

// makeLarge makes a slice that is large and used from end to end. Half of the
// time of a run went into page faults before it asked for large pages.
func makeLarge[T any](n int) []T {
	s := make([]T, n)
	adviseHuge(s)
	return s
}
