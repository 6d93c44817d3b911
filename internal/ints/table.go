package ints

import (
	"math/bits"
	"math/rand/v2"
	"slices"
)

// The seeds of Hash are those of one process. Nobody can choose the ids of an input
// so that they collide.
var (
	hashSeed   = rand.Uint64()
	hashFactor = rand.Uint64() | 1
)

// Hash hashes x for the tables of this process: two multiplications with a fold
// between them, as the finalizers of MurmurHash do, but with a seed. All bits of the
// result are good, the highest best. No result of a run may depend on them.
func Hash(x uint64) uint64 { return hash(x, hashSeed, hashFactor) }

func hash(x, seed, factor uint64) uint64 {
	x = (x ^ seed) * factor
	x ^= x >> 32
	return x * 0x9E3779B97F4A7C15
}

// A Table numbers keys in the order in which they are first seen: a hash table with
// open addressing and linear probing (Knuth, TAOCP 6.4). The zero value is empty. It
// is reset and used again.
type Table[K ~uint64] struct {
	keys  []K
	slots []uint32 // numbers of keys, plus one; 0 is free
	shift int      // of a hash, to its slot
}

// Reset empties the table, and makes room for about expected keys. It keeps its memory.
func (t *Table[K]) Reset(expected int) {
	t.keys = t.keys[:0]
	t.resize(1 << max(1, bits.Len(uint(expected))))
}

// Keys returns all keys, each at its number. They are the table's own.
func (t *Table[K]) Keys() []K { return t.keys }

// Number returns the number of key, and adds the key if it is new.
func (t *Table[K]) Number(key K) uint32 {
	var number [1]uint32
	t.Numbers(number[:], []K{key})
	return number[0]
}

// Numbers puts the numbers of keys into numbers, as Number returns them one by one.
func (t *Table[K]) Numbers(numbers []uint32, keys []K) {
	t.reserve(len(keys)) // so that the loop calls nothing, and its variables stay in registers
	seed, factor, shift := hashSeed, hashFactor, t.shift&63
	slots, count := t.slots, len(t.keys)
	known := t.keys[:count+len(keys)]
	numbers = numbers[:len(keys)]
	for i, key := range keys {
		slot := hash(uint64(key), seed, factor) >> shift
		n := slots[slot&uint64(len(slots)-1)]
		for n != 0 && known[n-1] != key {
			slot++
			n = slots[slot&uint64(len(slots)-1)]
		}
		if n == 0 {
			known[count] = key
			count++
			n = uint32(count)
			slots[slot&uint64(len(slots)-1)] = n
		}
		numbers[i] = n - 1
	}
	t.keys = known[:count]
}

// reserve makes room for n more keys: at least half of the slots stay free.
func (t *Table[K]) reserve(n int) {
	if most := 2 * (len(t.keys) + n); most > len(t.slots) {
		t.resize(1 << bits.Len(uint(most)))
	}
	t.keys = slices.Grow(t.keys, n)
}

// resize gives the table that many slots, a power of two.
func (t *Table[K]) resize(slots int) {
	t.slots = Resize(t.slots, slots)
	clear(t.slots)
	t.shift = 64 - bits.Len(uint(slots-1))
	mask := uint64(slots - 1)
	for i, key := range t.keys {
		slot := Hash(uint64(key)) >> t.shift
		for t.slots[slot] != 0 {
			slot = (slot + 1) & mask
		}
		t.slots[slot] = uint32(i) + 1
	}
}
