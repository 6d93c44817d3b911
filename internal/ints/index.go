package ints

import "math/bits"

// An Index finds what has a hash among things that are numbered 0, 1, … as they are added:
// a hash table with open addressing and linear probing (Knuth, TAOCP 6.4). It holds numbers
// and hashes alone; what they are of is its user's. The zero value is empty. Several
// goroutines may look into it at once.
type Index struct {
	slots []indexSlot // a power of two of them
	shift int         // of a hash, to its slot
	count uint32      // of things
}

// An indexSlot has the whole hash beside the number, so that other things are rarely looked at.
type indexSlot struct {
	hash uint32
	next uint32 // the number plus one; 0 is a free slot
}

// indexSlotBytes is the size of a slot.
const indexSlotBytes = 8

// Reset empties the index, and keeps its memory.
func (x *Index) Reset() {
	clear(x.slots)
	x.count = 0
}

// Bytes returns how much memory the index takes.
func (x *Index) Bytes() int64 { return int64(len(x.slots)) * indexSlotBytes }

// Find returns the number of the thing with this hash for which is returns true. ok is false
// if the index has no such thing.
func (x *Index) Find(hash uint32, is func(number uint32) bool) (number uint32, ok bool) {
	if x.count == 0 {
		return 0, false
	}
	for at := hash >> x.shift; ; at++ {
		slot := &x.slots[int(at)&(len(x.slots)-1)]
		if slot.next == 0 {
			return 0, false
		}
		if slot.hash == hash && is(slot.next-1) {
			return slot.next - 1, true
		}
	}
}

// Add returns the number of another thing, which has this hash.
func (x *Index) Add(hash uint32) (number uint32) {
	x.Reserve(1)
	x.count++
	x.insert(indexSlot{hash, x.count})
	return x.count - 1
}

// Reserve makes room for n more things: at least a quarter of the slots stay free.
func (x *Index) Reserve(n int) {
	needed := (int(x.count)+n)*4/3 + 1
	if needed <= len(x.slots) {
		return
	}
	old := x.slots
	size := max(4, bits.Len(uint(needed-1)))
	x.slots, x.shift = make([]indexSlot, 1<<size), 32-size
	for _, slot := range old {
		if slot.next != 0 {
			x.insert(slot)
		}
	}
}

// insert puts a slot where there is room for it.
func (x *Index) insert(slot indexSlot) {
	at := slot.hash >> x.shift
	for x.slots[int(at)&(len(x.slots)-1)].next != 0 {
		at++
	}
	x.slots[int(at)&(len(x.slots)-1)] = slot
}
