package rows

import (
	"math"

	"github.com/sav-analytics/sav/frame/internal/vec"
)

// encode numbers the rows of the key columns of one frame, or of two, the rows of the second after those of the first:
// equal keys have equal numbers, all below width (0: any number). As keys, all NaN are equal, and so are −0 and 0.
// Within one frame a null equals a null; those of two frames differ.
func encode(sides ...[]vec.Vec) (codes []uint64, width uint64) {
	n := 0
	for _, columns := range sides {
		n += columns[0].N
	}
	codes = make([]uint64, n)
	width = 1
	for k := range sides[0] {
		columns := make([]vec.Vec, len(sides))
		for s := range sides {
			columns[s] = sides[s][k]
		}
		parts := partsOf(columns)
		w, ok := product(width, parts[0].width)
		if !ok {
			g := group(codes, 0, width, true)
			for i, id := range g.IDs {
				codes[i] = uint64(id)
			}
			width = uint64(len(g.First))
			if w, ok = product(width, parts[0].width); !ok {
				parts = dense(parts)
				w, _ = product(width, parts[0].width)
			}
		}
		width = w
		rest := codes
		for s, c := range columns {
			parts[s].mixInto(rest[:c.N:c.N])
			rest = rest[c.N:]
		}
	}
	return codes, width
}

// partsOf returns the parts of one key, whose column in each frame has the same type. They have one width and agree on
// the number of each value.
func partsOf(columns []vec.Vec) []part {
	parts := make([]part, len(columns))
	nulls := uint64(0)
	for s, c := range columns {
		parts[s] = part{values: c.Ints, valid: c.Valid}
		switch c.Kind {
		case vec.Float:
			parts[s].values = ordered(c.Floats)
		case vec.Bool:
			parts[s].codes = zeroOne(c.Bits, c.N)
		}
		if c.Valid != nil {
			nulls = uint64(len(columns))
		}
	}
	var width uint64
	switch columns[0].Kind {
	case vec.Bool:
		width = 2
	case vec.Text:
		codes, dict := vec.Merge(columns)
		for s := range parts {
			parts[s].codes = codes[s]
		}
		width = uint64(max(len(dict), 1)) // null rows have code 0 even where there are no words
	default:
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
		p.mixInto(raw)
		codes = append(codes, raw...)
	}
	g := group(codes, 0, 0, true)
	out := make([]part, len(parts))
	ids := g.IDs
	for s, p := range parts {
		n := max(len(p.values), len(p.codes))
		out[s] = part{
			codes: ids[:n:n],
			valid: p.valid,
			null:  uint64(len(g.First) + s),
			width: uint64(len(g.First) + len(parts)),
		}
		ids = ids[n:]
	}
	return out
}
