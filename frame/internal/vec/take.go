package vec

import (
	"slices"

	"github.com/sav-analytics/sav/frame/internal/par"
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

// TakeOr is Take for rows some of which may be NoRow.
func (v Vec) TakeOr(rows []uint32) Vec {
	if !slices.Contains(rows, NoRow) {
		return v.Take(rows)
	}
	out := v.Blank(len(rows))
	present := NewBits(len(rows))
	par.Spans(len(rows), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			r := rows[i]
			if r == NoRow || v.IsNull(int(r)) {
				continue
			}
			Set(present, i)
			switch v.Kind {
			case Float:
				out.Floats[i] = v.Floats[r]
			case Text:
				out.Codes[i] = v.Codes[r]
			case Bool:
				if Get(v.Bits, int(r)) {
					Set(out.Bits, i)
				}
			default:
				out.Ints[i] = v.Ints[r]
			}
		}
	})
	return out.WithValid(present)
}

// Gather returns the given elements.
func Gather[T any](values []T, rows []uint32) []T {
	out := make([]T, len(rows))
	par.Spans(len(rows), func(lo, hi int) {
		pick(out[lo:hi], values, rows[lo:hi])
	})
	return out
}

// pick writes the given elements to the front of out.
func pick[T any](out, values []T, rows []uint32) {
	out = out[:len(rows)]
	for i, r := range rows {
		out[i] = values[r]
	}
}

// keepBlock is the number of rows that Keep looks at before it goes on to the
// next column: few enough for their positions to stay in the first-level cache.
const keepBlock = 1 << 12

// Keep returns the rows of columns of one length whose bit is set in mask, the
// bits behind the last row being clear.
func Keep(columns []Vec, mask []uint64) []Vec {
	ranks := Ranks(mask)
	n := int(ranks[len(mask)])
	out := make([]Vec, len(columns))
	par.Each(len(out), func(k int) { out[k] = columns[k].Blank(n) })
	par.Spans(len(mask)*64, func(lo, hi int) {
		var block [keepBlock]uint32
		for ; lo < hi; lo += keepBlock {
			rows := block[:positions(mask, lo/64, min(lo+keepBlock, hi)/64, block[:])]
			at := int(ranks[lo/64])
			for k := range columns {
				c, to := &columns[k], &out[k]
				switch c.Kind {
				case Float:
					pick(to.Floats[at:], c.Floats, rows)
				case Text:
					pick(to.Codes[at:], c.Codes, rows)
				case Bool: // below: its words may be shared by two ranges
				default:
					pick(to.Ints[at:], c.Ints, rows)
				}
			}
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

// Concat returns the rows of all vecs, of which there is at least one and which
// are of one kind, one after the other.
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
