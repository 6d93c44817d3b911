package vec

import (
	"math/bits"
	"slices"

	"github.com/sav-analytics/sav/internal/parallel"
)

// NoRow stands for a missing row where rows are taken: it gives a null.
const NoRow = ^uint32(0)

// Take returns the given rows, none of which is NoRow. O(len(rows)).
func (v Vec) Take(rows []uint32) Vec {
	out := Vec{Kind: v.Kind, N: len(rows), Dict: v.Dict}
	switch v.Kind {
	case Float:
		out.Floats = Gather(v.Floats, rows)
	case Text:
		out.Codes = Gather(v.Codes, rows)
	case Bool:
		out.Bits = GatherBits(v.Bits, rows)
	default:
		out.Ints = Gather(v.Ints, rows)
	}
	if v.Valid != nil {
		out = out.WithValid(GatherBits(v.Valid, rows))
	}
	return out
}

// TakeOr returns the given rows, with a null for each NoRow. O(len(rows)).
func (v Vec) TakeOr(rows []uint32) Vec {
	if !slices.Contains(rows, NoRow) {
		return v.Take(rows)
	}
	out := Vec{Kind: v.Kind, N: len(rows), Dict: v.Dict}
	switch v.Kind {
	case Float:
		out.Floats = gatherOr(v.Floats, rows)
	case Text:
		out.Codes = gatherOr(v.Codes, rows)
	case Bool:
		out.Bits = gatherBitsOr(v.Bits, rows)
	default:
		out.Ints = gatherOr(v.Ints, rows)
	}
	valid := v.Valid
	if valid == nil {
		valid = Ones(v.N)
	}
	return out.WithValid(gatherBitsOr(valid, rows))
}

// Gather returns the given elements.
func Gather[T number](values []T, rows []uint32) []T {
	out := Room[T](len(rows))
	parallel.Spans(len(rows), func(lo, hi int) { pick(out[lo:hi], values, rows[lo:hi]) })
	return out
}

// gatherOr returns the given elements, with 0 for each NoRow.
func gatherOr[T number](values []T, rows []uint32) []T {
	out := Room[T](len(rows))
	parallel.Spans(len(rows), func(lo, hi int) {
		to := out[lo:hi]
		for i, r := range rows[lo:hi] {
			var value T
			if r != NoRow {
				value = values[r]
			}
			to[i] = value
		}
	})
	return out
}

// gatherBitsOr returns the bits at the given rows, with a clear bit for each NoRow.
func gatherBitsOr(b []uint64, rows []uint32) []uint64 {
	out := NewBits(len(rows))
	parallel.Spans(len(rows), func(lo, hi int) {
		for ; lo < hi; lo += 64 {
			var word uint64
			for j, r := range rows[lo:min(lo+64, hi)] {
				if r != NoRow {
					word |= (b[r/64] >> (r % 64) & 1) << (uint(j) & 63)
				}
			}
			out[lo/64] = word
		}
	})
	return out
}

// pick writes the given elements to the front of out.
func pick[T number](out, values []T, rows []uint32) {
	out = out[:len(rows)]
	for i, r := range rows {
		out[i] = values[r]
	}
}

// keepBlock is the number of rows that Keep looks at before it goes on to the next column: few enough for their
// positions to stay in the first-level cache.
const keepBlock = 1 << 12

// Keep returns the rows of columns of one length whose bit is set in mask, the bits after the last row being clear.
func Keep(columns []Vec, mask []uint64) []Vec {
	ranks := Ranks(mask)
	n := int(ranks[len(mask)])
	out := make([]Vec, len(columns))
	for k, c := range columns {
		out[k] = c.ToWrite(n)
	}
	parallel.Spans(len(mask)*64, func(lo, hi int) {
		var block [keepBlock]uint32
		var long []run
		for ; lo < hi; lo += keepBlock {
			from, to := lo/64, min(lo+keepBlock, hi)/64
			at := int(ranks[from])
			if kept := int(ranks[to]) - at; kept > (to-from)*64/8*7 {
				long = runs(mask, from, to, long[:0])
				keepRuns(columns, out, at, long)
				continue
			}
			keepRows(columns, out, at, block[:positions(mask, from, to, block[:])])
		}
	})
	var rows []uint32
	for k, c := range columns {
		if c.Kind != Bool && c.Valid == nil {
			continue
		}
		if rows == nil {
			rows = Rows(mask)
		}
		if c.Kind == Bool {
			out[k].Bits = GatherBits(c.Bits, rows)
		}
		if c.Valid != nil {
			out[k] = out[k].WithValid(GatherBits(c.Valid, rows))
		}
	}
	return out
}

// keepRows writes the given rows to out, from row at on.
func keepRows(columns, out []Vec, at int, rows []uint32) {
	for k := range columns {
		c, to := &columns[k], &out[k]
		switch c.Kind {
		case Float:
			pick(to.Floats[at:], c.Floats, rows)
		case Text:
			pick(to.Codes[at:], c.Codes, rows)
		case Bool: // Keep does these: their words may be shared by two ranges
		default:
			pick(to.Ints[at:], c.Ints, rows)
		}
	}
}

// A run is n rows from the row from on.
type run struct{ from, n int }

// runs appends the runs of bits set in the words [lo, hi).
func runs(mask []uint64, lo, hi int, out []run) []run {
	for i := lo; i < hi; i++ {
		for w, base := mask[i], i*64; w != 0; {
			skip := bits.TrailingZeros64(w)
			n := bits.TrailingZeros64(^(w >> skip))
			from := base + skip
			if k := len(out) - 1; k >= 0 && out[k].from+out[k].n == from {
				out[k].n += n
			} else {
				out = append(out, run{from, n})
			}
			if skip+n == 64 {
				break
			}
			w &^= 1<<(skip+n) - 1
		}
	}
	return out
}

// keepRuns writes the rows of runs, which are long, to out, from row at on.
func keepRuns(columns, out []Vec, at int, runs []run) {
	for k := range columns {
		c, to := &columns[k], &out[k]
		switch c.Kind {
		case Float:
			copyRuns(to.Floats[at:], c.Floats, runs)
		case Text:
			copyRuns(to.Codes[at:], c.Codes, runs)
		case Bool:
		default:
			copyRuns(to.Ints[at:], c.Ints, runs)
		}
	}
}

func copyRuns[T number](out, values []T, runs []run) {
	at := 0
	for _, r := range runs {
		at += copy(out[at:], values[r.from:r.from+r.n])
	}
}

// Concat returns the rows of all vecs, at least one, which are of one kind, one after the other.
func Concat(vecs []Vec) Vec {
	n, nulls := 0, false
	for _, v := range vecs {
		n += v.N
		nulls = nulls || v.Valid != nil
	}
	out := vecs[0].Blank(n)
	var codes [][]uint32
	if out.Kind == Text {
		codes, out.Dict = Merge(vecs)
	}
	var valid []uint64
	if nulls {
		valid = NewBits(n)
	}
	at := 0
	for k, v := range vecs {
		switch v.Kind {
		case Float:
			copy(out.Floats[at:], v.Floats)
		case Text:
			copy(out.Codes[at:], codes[k])
		case Bool:
			CopyBits(out.Bits, at, v.Bits, v.N)
		default:
			copy(out.Ints[at:], v.Ints)
		}
		switch {
		case valid == nil:
		case v.Valid == nil:
			CopyBits(valid, at, Ones(v.N), v.N)
		default:
			CopyBits(valid, at, v.Valid, v.N)
		}
		at += v.N
	}
	return out.WithValid(valid)
}
