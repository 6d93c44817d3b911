package vec

import (
	"strings"
	"unsafe"
)

// A number is what stands in a column for a value of its type.
type number interface{ int64 | float64 | uint32 }

// Room returns n values for the caller to write, each of them: what they hold has no meaning. Unlike make it does not
// clear the memory first, which is a quarter of the time of a filter that keeps nearly all rows.
func Room[T number](n int) []T {
	var zero T
	size := n * int(unsafe.Sizeof(zero))
	if size < largeRoom {
		return make([]T, n)
	}
	var b strings.Builder // its buffer is the only memory that Go hands out as it is
	b.Grow(size)
	b.WriteByte(0) // the data of an empty string need not be the buffer
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.StringData(b.String()))), n)
}

// largeRoom is the size in bytes from which memory begins at a page, and so is aligned for all types.
const largeRoom = 1 << 16
