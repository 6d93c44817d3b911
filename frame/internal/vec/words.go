package vec

import (
	"hash/maphash"
	"math/bits"
	"slices"

	"github.com/sav-analytics/sav/internal/parallel"
)

// A wordTable finds the code of a word: a hash table with open addressing. Beside each code it has bits of the word's
// hash, so that it rarely looks at another word. Half of its slots or more stay free.
type wordTable struct {
	dict  []string
	slots []wordSlot // a power of two of them
	shift int        // of a hash, to its slot
	seed  maphash.Seed
}

type wordSlot struct {
	hash   uint32
	number uint32 // code plus one; 0 is free
}

// newWordTable returns the table of a dictionary, with room for that many words in all.
func newWordTable(dict []string, words int) *wordTable {
	size := bits.Len(uint(words)) + 1
	t := &wordTable{slices.Clip(dict), make([]wordSlot, 1<<size), 64 - size, maphash.MakeSeed()}
	hashes := t.hashes(dict)
	for code, word := range dict {
		*t.slot(hashes[code], word) = wordSlot{uint32(hashes[code]), uint32(code) + 1}
	}
	return t
}

func (t *wordTable) hashes(words []string) []uint64 {
	out := make([]uint64, len(words))
	parallel.Spans(len(words), func(lo, hi int) {
		for i, word := range words[lo:hi] {
			out[lo+i] = maphash.String(t.seed, word)
		}
	})
	return out
}

// slot returns the slot of a word, a free one if it is new.
func (t *wordTable) slot(hash uint64, word string) *wordSlot {
	for at := hash >> t.shift; ; at++ {
		s := &t.slots[at&uint64(len(t.slots)-1)]
		if s.number == 0 || s.hash == uint32(hash) && t.dict[s.number-1] == word {
			return s
		}
	}
}

// add returns the code of each word, in parallel, and gives the new ones the next codes, in their order.
func (t *wordTable) add(words []string) []uint32 {
	codes, hashes := make([]uint32, len(words)), t.hashes(words)
	parallel.Spans(len(words), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			codes[i] = t.slot(hashes[i], words[i]).number - 1
		}
	})
	for i, code := range codes {
		if code != NoRow { // what no number less one is
			continue
		}
		s := t.slot(hashes[i], words[i])
		if s.number == 0 {
			t.dict = append(t.dict, words[i])
			*s = wordSlot{uint32(hashes[i]), uint32(len(t.dict))}
		}
		codes[i] = s.number - 1
	}
	return codes
}
