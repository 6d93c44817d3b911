package ints

import "github.com/sav-analytics/sav/internal/parallel"

// A Key is the key of a counting sort.
type Key interface{ ~uint16 | ~uint32 }

// CountingSort puts the items of src into dst, stably by their keys, each below
// len(ends). It leaves in ends where the items of each key end.
func CountingSort[T any, K Key](dst, src []T, keys []K, ends []uint32) {
	clear(ends)
	Count(ends, keys)
	Starts(ends)
	Scatter(dst, src, keys, ends)
}

// Count adds to counts how often each key occurs.
func Count[K Key](counts []uint32, keys []K) {
	for _, k := range keys {
		counts[k]++
	}
}

// Starts turns the number of items of each key into where its items start, and
// returns how many there are: prefix sums.
func Starts(counts []uint32) (sum uint32) {
	for k, n := range counts {
		counts[k] = sum
		sum += n
	}
	return sum
}

// Scatter puts each item of src where the next item of its key goes, and moves that
// place on. From the starts of keys on, it leaves where the items of each key end.
func Scatter[T any, K Key](dst, src []T, keys []K, next []uint32) {
	for i, k := range keys {
		dst[next[k]] = src[i]
		next[k]++
	}
}

// BlockItems is how many items a block has at most: their keys and places stay in the
// fastest cache.
const BlockItems = 512

// A Block is the keys of a block's items, then where each goes.
type Block [BlockItems]uint32

// ParallelCountingSort finds where items go that are sorted stably by their keys,
// each below rows, and returns where the items of each key end. Items come in blocks
// of at most BlockItems. keys fills in the keys of a block and returns how many it
// has; move puts its items where they go. Both are called once a block, from workers
// goroutines at most.
func ParallelCountingSort(blocks, rows, workers int, keys func(block int, keys *Block) (items int),
	move func(block int, places []uint32)) (ends []uint32) {
	workers = countingWorkers(workers, blocks, rows)
	counts := make([][]uint32, workers)
	eachBlock := func(w int, do func(block int, keys []uint32)) {
		var buf Block
		for b := w * blocks / workers; b < (w+1)*blocks/workers; b++ {
			n := keys(b, &buf)
			do(b, buf[:n])
		}
	}
	parallel.Each(workers, func(w int) {
		counts[w] = make([]uint32, rows)
		count := counts[w]
		eachBlock(w, func(_ int, keys []uint32) { Count(count, keys) })
	})
	ends = make([]uint32, rows)
	sum := uint32(0)
	for k := range ends {
		for w := range counts {
			n := counts[w][k]
			counts[w][k] = sum
			sum += n
		}
		ends[k] = sum
	}
	parallel.Each(workers, func(w int) {
		next := counts[w]
		eachBlock(w, func(block int, keys []uint32) {
			for i, k := range keys {
				keys[i] = next[k] // its place
				next[k]++
			}
			move(block, keys)
		})
	})
	return ends
}

// countingWorkers returns how many of the workers take part. Each has a counter for each key:
// together no more than there are items, or than there are keys.
func countingWorkers(workers, blocks, rows int) int {
	return max(1, min(workers, blocks, blocks*BlockItems/max(1, rows)))
}

// KeysOf returns the keys function of items that are numbers: the key of number n is
// key[n].
func KeysOf[N ~uint32](numbers []N, key []uint32) func(b int, keys *Block) (items int) {
	return func(b int, keys *Block) int {
		numbers := BlockOf(numbers, b)
		for i, n := range numbers {
			keys[i] = key[n]
		}
		return len(numbers)
	}
}

// NumBlocks returns how many blocks n items have.
func NumBlocks(n int) int { return (n + BlockItems - 1) / BlockItems }

// BlockOf returns the b-th block of items.
func BlockOf[T any](items []T, b int) []T {
	return items[b*BlockItems : min(len(items), (b+1)*BlockItems)]
}

// Blocks cuts items into blocks.
func Blocks[T any](items []T) [][]T {
	cut := make([][]T, NumBlocks(len(items)))
	for b := range cut {
		cut[b] = BlockOf(items, b)
	}
	return cut
}
