// Package memory hands out the memory that a run takes for its messages, and uses it
// again for what comes of them, since the system hands out fresh memory more slowly
// than it can be filled.
//
// A cell is 16 bytes. In a run it holds, one after the other,
//
//  1. a message, or half of one (package engine: narrow and wide rows), or part of the text
//     of a conversation's id;
//  2. what a conversation contributes to a report (package waits: a Wait), written over
//     the messages of its partition, which are in the partition's own memory by then;
//  3. waits in the order of their spans, in two arrays that [Slabs.Reuse] makes of what
//     no wait is in;
//  4. columns of these waits, in one of the arrays, and spans by group, in the other;
//  5. the times of answers, as floats, in place of the spans of a group.
//
// [As] and [Carve] see cells as what they hold. They, large pages and Bytes are all
// that is unsafe.
//
//	cell.go   a cell, and cells as values of other types
//	slabs.go  hands out cells, and takes them back
//	large.go  large slices, in large pages where the system has them
//	limit.go  how much memory there is, and files for what is beyond it
package memory

import "unsafe"

// A Cell is 16 bytes of memory. It has no pointers.
type Cell [2]uint64

// CellBytes is the size of a cell.
const CellBytes = 16

// As returns the memory of cells as values of type T, which must have no pointers,
// and a size that divides 16 or is a multiple of it.
func As[T any](cells []Cell) []T {
	if len(cells) == 0 {
		return nil // behind it there may be less room than one T takes
	}
	var one T
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(cells))), len(cells)*CellBytes/int(unsafe.Sizeof(one)))
}

// Carve takes n values of type T off the front of bytes, whose start must be aligned
// for T, and returns the bytes behind them.
func Carve[T any](bytes []byte, n int) (values []T, rest []byte) {
	if n == 0 {
		return nil, bytes // as above
	}
	var one T
	size := n * int(unsafe.Sizeof(one))
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(bytes[:size]))), n), bytes[size:]
}

// Bytes returns the memory of cells as bytes.
func Bytes(cells []Cell) []byte { return As[byte](cells) }

// InPlace returns the memory of integers as floats.
func InPlace[T ~uint64](values []T) []float64 {
	return unsafe.Slice((*float64)(unsafe.Pointer(unsafe.SliceData(values))), len(values))
}
