package vec

import "slices"

// Ranked returns each word's rank in the bytewise order of dict, and the words in that order. Both have at least one
// element, so that null rows, whose code is 0, have a rank too.
func Ranked(dict []string) (rank []uint32, words []string) {
	if len(dict) == 0 {
		return []uint32{0}, []string{""}
	}
	order := make([]uint32, len(dict))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int {
		switch {
		case dict[a] < dict[b]:
			return -1
		case dict[a] > dict[b]:
			return 1
		}
		return 0
	})
	rank, words = make([]uint32, len(dict)), make([]string, len(dict))
	for i, code := range order {
		rank[code], words[i] = uint32(i), dict[code]
	}
	return rank, words
}

// Merge returns the codes of each text column in one dictionary, which begins with that of the first. Columns that
// share a dictionary keep their codes.
func Merge(vecs []Vec) (codes [][]uint32, dict []string) {
	codes = make([][]uint32, len(vecs))
	dict = vecs[0].Dict
	total := 0
	for _, v := range vecs {
		total += len(v.Dict)
	}
	var known *wordTable
	for k, v := range vecs {
		codes[k] = v.Codes
		if k == 0 || len(v.Dict) == 0 || SameDict(v.Dict, vecs[0].Dict) {
			continue
		}
		if known == nil {
			known = newWordTable(vecs[0].Dict, total)
		}
		codes[k] = Gather(known.add(v.Dict), v.Codes)
		dict = known.dict
	}
	return codes, dict
}

// SameDict reports whether a and b are one slice.
func SameDict(a, b []string) bool { return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0]) }

// Used returns the bits of the dictionary's words that a row of v holds.
func (v Vec) Used() []uint64 {
	used := NewBits(len(v.Dict))
	for i, code := range v.Codes {
		if !v.IsNull(i) {
			used[code/64] |= 1 << (code % 64)
		}
	}
	return used
}

// Intern returns words as a text column whose dictionary holds the distinct ones in the order in which they are first
// seen. O(n), one look-up for each run of equal words.
func Intern(words []string, valid []uint64) Vec {
	codes := make([]uint32, len(words))
	known := make(map[string]uint32)
	var dict []string
	last := -1 // the row of the last word that was not null
	for i, word := range words {
		if valid != nil && !Get(valid, i) {
			continue
		}
		if last >= 0 && word == words[last] {
			codes[i] = codes[last]
			last = i
			continue
		}
		code, ok := known[word]
		if !ok {
			code = uint32(len(dict))
			known[word] = code
			dict = append(dict, word)
		}
		codes[i], last = code, i
	}
	return Vec{Kind: Text, N: len(words), Codes: codes, Dict: dict}.WithValid(valid)
}
