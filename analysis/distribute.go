package analysis

import "sync"

// blockItems is how many items distribute looks at in one go: their keys and places
// stay in the fastest cache.
const blockItems = 512

// distribute puts items into the order of their keys, which are below rows; those
// with equal keys stay in order. It returns where the items of each key end.
//
// Items come in blocks of at most blockItems. keys writes the keys of a block, and
// returns how many it has; move puts each of them at its place. Both are asked once
// a block, not once an item, and from as many goroutines as there are workers.
func distribute(blocks, rows, workers int, keys func(block int, keys *[blockItems]uint32) (items int), move func(block int, places []uint32)) (ends []uint32) {
	workers = distributeWorkers(workers, blocks, rows)
	counts := make([][]uint32, workers)
	eachBlock := func(w int, do func(block int, keys []uint32)) {
		var buf [blockItems]uint32
		for b := w * blocks / workers; b < (w+1)*blocks/workers; b++ {
			n := keys(b, &buf)
			do(b, buf[:n])
		}
	}
	each(workers, func(w int) {
		counts[w] = make([]uint32, rows)
		count := counts[w]
		eachBlock(w, func(_ int, keys []uint32) {
			for _, k := range keys {
				count[k]++
			}
		})
	})
	ends = make([]uint32, rows)
	sum := uint32(0)
	for k := range ends {
		for w := range counts {
			here := counts[w][k]
			counts[w][k] = sum
			sum += here
		}
		ends[k] = sum
	}
	each(workers, func(w int) {
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

// distributeWorkers is how many of workers take part. Each has a counter for each key:
// together no more than there are items.
func distributeWorkers(workers, blocks, rows int) int {
	return max(1, min(workers, blocks, blocks*blockItems/max(1, rows)))
}

// lookup returns the keys of items that have numbers: a number's key is what key has
// in its place.
func lookup[N ~uint32](numbers []N, key []uint32) func(b int, keys *[blockItems]uint32) (items int) {
	return func(b int, keys *[blockItems]uint32) int {
		numbers := block(numbers, b)
		for i, n := range numbers {
			keys[i] = key[n]
		}
		return len(numbers)
	}
}

// blocksOf is how many blocks n items have.
func blocksOf(n int) int { return (n + blockItems - 1) / blockItems }

// blocks cuts items into blocks.
func blocks[T any](items []T) [][]T {
	cut := make([][]T, blocksOf(len(items)))
	for b := range cut {
		cut[b] = block(items, b)
	}
	return cut
}

// block is the b-th block of items.
func block[T any](items []T, b int) []T {
	return items[b*blockItems : min(len(items), (b+1)*blockItems)]
}

// together calls all functions at the same time.
func together(do ...func()) { each(len(do), func(i int) { do[i]() }) }

// each calls f for 0 to n-1, all at the same time.
func each(n int, f func(i int)) {
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() { f(i) })
	}
	wait.Wait()
}
