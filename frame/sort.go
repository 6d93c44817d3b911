package frame

import "slices"

// A SortKey is a column to sort by; make one with [Asc] or [Desc].
type SortKey struct {
	Column     string
	Descending bool
}

// Asc sorts by the named column in ascending order.
func Asc(column string) SortKey { return SortKey{Column: column} }

// Desc sorts by the named column in descending order.
func Desc(column string) SortKey { return SortKey{Column: column, Descending: true} }

// SortBy orders the rows by the keys, the first one first. The sort is stable:
// rows that agree in all keys keep their order. Text is compared bytewise,
// false before true, NaN after +Inf, −0 equal to 0. Nulls come last, descending
// or not. O(n) for each key, and O(d·log d) for d distinct words of text.
func (f *Frame) SortBy(keys ...SortKey) (*Frame, error) {
	f = f.orEmpty()
	parts := make([]part, 0, len(keys))
	for _, k := range keys {
		c, err := f.Column(k.Column)
		if err != nil {
			return nil, err
		}
		parts = append(parts, sortParts(c, k.Descending)...)
	}
	order := sortedRows(parts, f.rows)
	if order == nil {
		return f, nil
	}
	return f.take(order), nil
}

// sortParts returns the parts whose numbers have the order of the column's
// values. There are two if one number cannot hold the nulls as well.
func sortParts(c Column, descending bool) []part {
	p := part{values: c.ints, valid: c.valid, desc: descending}
	switch c.typ {
	case Float64:
		p.values = ordered(c.floats)
	case Text:
		rank, _ := ranked(c.dict)
		words := uint64(len(rank))
		if descending {
			for i, r := range rank {
				rank[i] = uint32(words) - 1 - r
			}
		}
		return []part{{codes: gather(rank, c.codes), valid: c.valid, null: words, width: words + 1}}
	}
	lo, hi := bounds([]part{p})
	p.base = lo
	if descending {
		p.base = hi
	}
	p.width = uint64(hi-lo) + 1
	if c.valid == nil {
		return []part{p}
	}
	if p.width != 0 {
		p.null = p.width
		p.width++
		return []part{p}
	}
	// Nulls last, first of all; behind it their values all count as 0.
	flags := part{values: make([]int64, c.Len()), valid: c.valid, null: 1, width: 2}
	return []part{flags, p}
}

// ranked returns each word's place in the bytewise order of words, and the
// words in that order. Both have at least one element.
func ranked(dict []string) (rank []uint32, words []string) {
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
	for place, code := range order {
		rank[code], words[place] = uint32(place), dict[code]
	}
	return rank, words
}

// sortedRows returns the rows ordered by the parts, the first one first, or nil
// if they are in order already. As many parts as fit go into one number, which
// leaves most sorts with one pass.
func sortedRows(parts []part, n int) (order []uint32) {
	for end := len(parts); end > 0; {
		width, begin := parts[end-1].width, end-1
		for begin > 0 {
			w, ok := product(width, parts[begin-1].width)
			if !ok {
				break
			}
			width, begin = w, begin-1
		}
		codes := make([]uint64, n)
		for _, p := range parts[begin:end] {
			p.place(codes)
		}
		order = radixSort(codes, width, order)
		end = begin
	}
	return order
}
