package memory

// MakeLarge returns a slice that is large and used from end to end. It asks for large
// pages: without them half of the time of a run went into page faults.
func MakeLarge[T any](n int) []T {
	s := make([]T, n)
	adviseHuge(s)
	return s
}
