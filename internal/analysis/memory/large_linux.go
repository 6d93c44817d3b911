package memory

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// hugePage is the size of the large pages that Linux has on most machines.
const hugePage = 2 << 20

// adviseHuge asks for large pages for the memory of s, whatever the system's
// setting makes of it: fresh memory then costs one page fault where it cost 512.
func adviseHuge[T any](s []T) {
	s = s[:cap(s)]
	if len(s) == 0 {
		return
	}
	size := uintptr(len(s)) * unsafe.Sizeof(s[0])
	start := uintptr(unsafe.Pointer(&s[0]))
	skip := -start % hugePage // advice is for whole pages
	if size < skip+hugePage {
		return
	}
	whole := (size - skip) / hugePage * hugePage
	// The error of a system that has no large pages leaves all as it was.
	_ = unix.Madvise(unsafe.Slice((*byte)(unsafe.Add(unsafe.Pointer(&s[0]), skip)), whole), unix.MADV_HUGEPAGE)
}
