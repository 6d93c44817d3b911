package vec

import (
	"hash/maphash"
	"slices"

	"github.com/sav-analytics/sav/internal/ints"
	"github.com/sav-analytics/sav/internal/parallel"
)

// A wordTable finds the code of a word.
type wordTable struct {
	dict  []string
	index ints.Index
	seed  maphash.Seed
}

// newWordTable returns the table of a dictionary, with room for that many words in all.
func newWordTable(dict []string, words int) *wordTable {
	t := &wordTable{dict: slices.Clip(dict), seed: maphash.MakeSeed()}
	t.index.Reserve(words)
	for _, hash := range t.hashes(dict) {
		t.index.Add(hash)
	}
	return t
}

func (t *wordTable) hashes(words []string) []uint32 {
	out := make([]uint32, len(words))
	parallel.Spans(len(words), func(lo, hi int) {
		for i, word := range words[lo:hi] {
			out[lo+i] = uint32(maphash.String(t.seed, word))
		}
	})
	return out
}

// code returns the code of a word; ok is false if it is new.
func (t *wordTable) code(hash uint32, word string) (code uint32, ok bool) {
	return t.index.Find(hash, func(code uint32) bool { return t.dict[code] == word })
}

// add returns the code of each word, in parallel, and gives the new ones the next codes, in their order.
func (t *wordTable) add(words []string) []uint32 {
	codes, hashes := make([]uint32, len(words)), t.hashes(words)
	parallel.Spans(len(words), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			code, ok := t.code(hashes[i], words[i])
			if !ok {
				code = NoRow
			}
			codes[i] = code
		}
	})
	for i := range codes {
		if codes[i] != NoRow {
			continue
		}
		code, ok := t.code(hashes[i], words[i])
		if !ok {
			t.dict = append(t.dict, words[i])
			code = t.index.Add(hashes[i])
		}
		codes[i] = code
	}
	return codes
}
