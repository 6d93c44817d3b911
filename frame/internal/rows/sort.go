package rows

import (
	"math"

	"github.com/sav-analytics/sav/frame/internal/vec"
)

// A Key is a column to sort by.
type Key struct {
	Vec        vec.Vec
	Descending bool
}

// Sorted returns the n rows in the order of the keys, the first one first, or nil if they are in order already. The
// sort is stable. Text is compared bytewise, false before true, NaN after +Inf, −0 equal to 0; nulls come last,
// descending or not. O(n) for each key, and O(d·log d) for d distinct words.
func Sorted(keys []Key, n int) (order []uint32) {
	var parts []part
	for _, k := range keys {
		parts = append(parts, sortParts(k)...)
	}
	// As many parts as fit go into one number, which leaves most sorts with one pass.
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
			p.mixInto(codes)
		}
		order = radixSort(codes, width, order)
		end = begin
	}
	return order
}

// sortParts returns the parts whose numbers have the order of the key's values. There are two if one number cannot hold
// the nulls as well.
func sortParts(k Key) []part {
	c := k.Vec
	p := part{values: c.Ints, valid: c.Valid, desc: k.Descending}
	switch c.Kind {
	case vec.Float:
		p.values = ordered(c.Floats)
	case vec.Bool:
		codes := zeroOne(c.Bits, c.N)
		if k.Descending {
			for i, b := range codes {
				codes[i] = 1 - b
			}
		}
		return []part{{codes: codes, valid: c.Valid, null: 2, width: 3}}
	case vec.Text:
		rank, _ := vec.Ranked(c.Dict)
		words := uint64(len(rank))
		if k.Descending {
			for i, r := range rank {
				rank[i] = uint32(words) - 1 - r
			}
		}
		return []part{{codes: vec.Gather(rank, c.Codes), valid: c.Valid, null: words, width: words + 1}}
	}
	lo, hi := bounds([]part{p})
	p.base = lo
	if k.Descending {
		p.base = hi
	}
	p.width = uint64(hi-lo) + 1
	if c.Valid == nil {
		return []part{p}
	}
	if p.width != 0 {
		p.null = p.width
		p.width++
		return []part{p}
	}
	// Nulls last, first of all; after it their values all count as 0.
	flags := part{values: make([]int64, c.N), valid: c.Valid, null: 1, width: 2}
	return []part{flags, p}
}

// Ordinals returns the rows of c in the order of their values, without those that are null or NaN.
func Ordinals(c vec.Vec) []uint32 {
	order := Sorted([]Key{{Vec: c}}, c.N)
	if order == nil {
		order = Identity(c.N)
	}
	n := len(order) // both stand at the end
	for n > 0 && (c.IsNull(int(order[n-1])) || c.Kind == vec.Float && math.IsNaN(c.Floats[order[n-1]])) {
		n--
	}
	return order[:n]
}
