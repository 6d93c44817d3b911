package frame

import (
	"fmt"
	"math"
	"math/bits"
)

// Grouping, joining and sorting all look at rows through numbers: each row gets
// one uint64 such that equal keys have equal numbers (and, for sorting, such
// that smaller keys have smaller numbers). A part is the share of one key
// column in that number.

// A part gives each row a number below width, or any number if width is 0. The
// number of a row is values[row] − base, or that of codes[row] for text; a null
// row has the number null.
type part struct {
	values []int64
	codes  []uint32
	base   int64
	valid  Bitmap
	null   uint64
	width  uint64
	desc   bool // number base − values[row] instead
}

// place puts the part's numbers below those that dst holds already:
// dst = dst·width + number. A width of 0 so replaces them.
func (p part) place(dst []uint64) {
	switch {
	case p.codes != nil:
		placeValues(dst, p.width, p.codes, 0, false)
	default:
		placeValues(dst, p.width, p.values, p.base, p.desc)
	}
	if p.valid == nil {
		return
	}
	// The loop above took the null rows for values; put that right.
	spans(len(dst), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if p.valid.Get(i) {
				continue
			}
			var number uint64
			switch {
			case p.codes != nil:
				number = uint64(p.codes[i])
			case p.desc:
				number = uint64(p.base - p.values[i])
			default:
				number = uint64(p.values[i] - p.base)
			}
			dst[i] += p.null - number
		}
	})
}

func placeValues[T int64 | uint32](dst []uint64, width uint64, values []T, base T, desc bool) {
	spans(len(dst), func(lo, hi int) {
		to := dst[lo:hi]
		if desc {
			for i, v := range values[lo:hi] {
				to[i] = to[i]*width + uint64(base-v)
			}
			return
		}
		for i, v := range values[lo:hi] {
			to[i] = to[i]*width + uint64(v-base)
		}
	})
}

// product returns a·b, where 0 stands for 2⁶⁴, and whether that is at most 2⁶⁴.
func product(a, b uint64) (uint64, bool) {
	if a == 0 || b == 0 {
		return 0, a == 1 || b == 1
	}
	hi, lo := bits.Mul64(a, b)
	return lo, hi == 0 || hi == 1 && lo == 0
}

// encode numbers the rows of the key columns of one frame, or of two, the rows
// of the second behind those of the first: equal keys have equal numbers, all
// below width (0: any number). As keys, all NaN are equal, and so are −0 and 0.
// Within one frame a null equals a null; those of two frames differ.
func encode(sides ...[]Column) (codes []uint64, width uint64) {
	rows := 0
	for _, columns := range sides {
		rows += columns[0].Len()
	}
	codes = make([]uint64, rows)
	width = 1
	for k := range sides[0] {
		columns := make([]Column, len(sides))
		for s := range sides {
			columns[s] = sides[s][k]
		}
		parts := partsOf(columns)
		w, ok := product(width, parts[0].width)
		if !ok {
			g := group(codes, 0, width)
			copyIDs(codes, g.ids)
			width = uint64(len(g.first))
			if w, ok = product(width, parts[0].width); !ok {
				parts = dense(parts)
				w, _ = product(width, parts[0].width)
			}
		}
		width = w
		forSides(codes, columns, func(s int, dst []uint64) { parts[s].place(dst) })
	}
	return codes, width
}

// forSides calls fn with each side's share of the rows.
func forSides(codes []uint64, columns []Column, fn func(side int, dst []uint64)) {
	for s, c := range columns {
		fn(s, codes[:c.Len():c.Len()])
		codes = codes[c.Len():]
	}
}

// partsOf returns the parts of one key, whose column in each frame has the same
// type. They have one width and agree on the number of each value.
func partsOf(columns []Column) []part {
	parts := make([]part, len(columns))
	nulls := uint64(0)
	for s, c := range columns {
		parts[s] = part{values: c.ints, valid: c.valid}
		if c.typ == Float64 {
			parts[s].values = ordered(c.floats)
		}
		if c.valid != nil {
			nulls = uint64(len(columns))
		}
	}
	var width uint64
	if columns[0].typ == Text {
		width = shareCodes(columns, parts)
	} else {
		lo, hi := bounds(parts)
		width = uint64(hi-lo) + 1
		for s := range parts {
			parts[s].base = lo
		}
	}
	if nulls == 0 || width != 0 && width < math.MaxUint64-nulls {
		for s := range parts {
			parts[s].null = width + uint64(s)
			parts[s].width = width + nulls
		}
		return parts
	}
	return dense(parts) // no number is left for the nulls
}

// dense returns the parts with values numbered from 0 without gaps.
func dense(parts []part) []part {
	var codes []uint64
	for _, p := range parts {
		raw := make([]uint64, max(len(p.values), len(p.codes)))
		p.width, p.valid = 0, nil
		p.place(raw)
		codes = append(codes, raw...)
	}
	g := group(codes, 0, 0)
	out := make([]part, len(parts))
	ids := g.ids
	for s, p := range parts {
		n := max(len(p.values), len(p.codes))
		out[s] = part{
			codes: ids[:n:n],
			valid: p.valid,
			null:  uint64(len(g.first) + s),
			width: uint64(len(g.first) + len(parts)),
		}
		ids = ids[n:]
	}
	return out
}

// shareCodes sets the codes of the parts so that they refer to one dictionary,
// and returns how many words that has.
func shareCodes(columns []Column, parts []part) uint64 {
	dict := columns[0].dict
	words := len(dict)
	var known map[string]uint32
	for s, c := range columns {
		parts[s].codes = c.codes
		if s == 0 || len(c.dict) == 0 || len(c.dict) == len(dict) && &c.dict[0] == &dict[0] {
			continue
		}
		if known == nil {
			known = make(map[string]uint32, len(dict))
			for code, word := range dict {
				known[word] = uint32(code)
			}
		}
		shared := make([]uint32, len(c.dict))
		for code, word := range c.dict {
			to, ok := known[word]
			if !ok {
				to = uint32(words)
				words++
			}
			shared[code] = to
		}
		parts[s].codes = gather(shared, c.codes)
	}
	return uint64(max(words, 1)) // null rows have code 0 even where there are no words
}

// ordered returns integers in the order of the floats: −0 and 0 are one, and
// all NaN are one, above +Inf.
func ordered(values []float64) []int64 {
	out := make([]int64, len(values))
	spans(len(values), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			v := values[i]
			switch {
			case v != v:
				out[i] = math.MaxInt64
			case v == 0:
				out[i] = 0
			default:
				b := int64(math.Float64bits(v))
				out[i] = b ^ int64(uint64(b>>63)>>1) // negative: flip all but the sign
			}
		}
	})
	return out
}

// bounds returns the least and the greatest value of the rows that are not
// null, or 0 and 0 if there are none.
func bounds(parts []part) (lo, hi int64) {
	lo, hi = math.MaxInt64, math.MinInt64
	for _, p := range parts {
		if p.valid == nil {
			for _, v := range p.values {
				lo, hi = min(lo, v), max(hi, v)
			}
			continue
		}
		for i, v := range p.values {
			if p.valid.Get(i) {
				lo, hi = min(lo, v), max(hi, v)
			}
		}
	}
	if lo > hi {
		return 0, 0
	}
	return lo, hi
}

func copyIDs(codes []uint64, ids []uint32) {
	for i, id := range ids {
		codes[i] = uint64(id)
	}
}

// sameTypes returns an error unless the columns of two frames that are to be
// compared have one type each.
func sameTypes(left, right []Column) error {
	for k, c := range left {
		if d := right[k]; c.typ != d.typ {
			return fmt.Errorf("frame: column %q is %v on the left and %v on the right", c.name, c.typ, d.typ)
		}
	}
	return nil
}
