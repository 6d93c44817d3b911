//go:build !linux

package analysis

// adviseHuge does nothing: large pages are asked for on Linux only.
func adviseHuge[T any]([]T) {}
