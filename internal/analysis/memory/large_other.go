//go:build !linux

package memory

// adviseHuge does nothing: large pages are asked for on Linux only.
func adviseHuge[T any]([]T) {}
