package frame

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
)

// suffix tells a column of the right frame from one of the left.
const suffix = "_right"

// Join returns the pairs of a row of f and a row of right that agree in the
// named columns, which must exist in both frames with one type each (use
// [Frame.Rename] where the names differ). Keys agree as in [Frame.GroupBy], but
// a null agrees with nothing. The pairs stand in the order of f's rows, and for
// one of those in the order of right's.
//
// The result has f's columns, then right's without the keys. A column of right
// whose name f has too gets "_right" appended; it is an error if that name is
// taken as well, or if the frames have 2³² − 1 rows or more together.
// O(n + m) to find the pairs, and O(pairs) for each column.
func (f *Frame) Join(right *Frame, names ...string) (*Frame, error) {
	return f.join(right, names, false)
}

// LeftJoin is [Frame.Join], and keeps the rows of f that agree with none of
// right, with nulls in right's columns.
func (f *Frame) LeftJoin(right *Frame, names ...string) (*Frame, error) {
	return f.join(right, names, true)
}

func (f *Frame) join(right *Frame, names []string, outer bool) (*Frame, error) {
	f, right = f.orEmpty(), right.orEmpty()
	a, b, err := matchRows(f, right, names)
	if err != nil {
		return nil, err
	}
	leftRows, rightRows, ok := b.lookup(a, outer)
	if !ok {
		m := matches{outer: outer}
		m.starts, m.order = b.layout(nil)
		if leftRows, rightRows, err = m.pairs(a); err != nil {
			return nil, err
		}
	}
	if leftRows != nil {
		f = f.take(leftRows)
	}
	return besides(f, right, names, rightRows)
}

// lookup returns the pairs of left and right rows if no two rows of the right
// have one number, as in a table of merchants or of countries. left is nil if it
// would be each row once.
func (b numbered) lookup(ids []uint32, outer bool) (left, right []uint32, ok bool) {
	table := make([]uint32, b.n)
	for k := range table {
		table[k] = noRow
	}
	for row, id := range b.ids {
		if table[id] != noRow {
			return nil, nil, false
		}
		table[id] = uint32(row)
	}
	right = gather(table, ids)
	if outer || !slices.Contains(right, noRow) {
		return nil, right, true
	}
	found := NewBitmap(len(ids))
	spans(len(ids), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if right[i] != noRow {
				found.Set(i)
			}
		}
	})
	left = found.rows()
	return left, gather(right, left), true
}

// matches holds the rows of the right frame that each number stands for, as
// layout gives them.
type matches struct {
	starts []uint32
	order  []uint32
	outer  bool // a row without a match is paired with noRow
}

// count returns how many pairs a row of that number is in.
func (m matches) count(id uint32) int {
	n := m.starts[id+1] - m.starts[id]
	if n == 0 && m.outer {
		return 1
	}
	return int(n)
}

// pairs returns the pairs of left and right rows.
func (m matches) pairs(ids []uint32) (left, right []uint32, err error) {
	parts := max(1, min(runtime.GOMAXPROCS(0), len(ids)/grain))
	bound := func(k int) int { return k * len(ids) / parts }
	from := make([]int, parts+1) // where each part's pairs begin
	each(parts, func(k int) {
		total := 0
		for _, id := range ids[bound(k):bound(k+1)] {
			total += m.count(id)
		}
		from[k+1] = total
	})
	for k := range parts {
		from[k+1] += from[k]
	}
	if uint64(from[parts]) >= uint64(noRow) {
		return nil, nil, fmt.Errorf("frame: join: %d rows: a frame holds fewer than 2³² − 1", from[parts])
	}
	left = make([]uint32, from[parts])
	right = make([]uint32, from[parts])
	each(parts, func(k int) {
		at := from[k]
		for i := bound(k); i < bound(k+1); i++ {
			found := m.order[m.starts[ids[i]]:m.starts[ids[i]+1]]
			for _, row := range found {
				left[at], right[at] = uint32(i), row
				at++
			}
			if len(found) == 0 && m.outer {
				left[at], right[at] = uint32(i), noRow
				at++
			}
		}
	})
	return left, right, nil
}

// matchRows numbers the keys of both frames: rows that match have one number.
func matchRows(f, right *Frame, names []string) (a []uint32, b numbered, err error) {
	if len(names) == 0 {
		return nil, b, errors.New("frame: join on no column")
	}
	left, err := f.lookup(names)
	if err != nil {
		return nil, b, fmt.Errorf("left of join: %w", err)
	}
	others, err := right.lookup(names)
	if err != nil {
		return nil, b, fmt.Errorf("right of join: %w", err)
	}
	if err := sameTypes(left, others); err != nil {
		return nil, b, err
	}
	if uint64(f.rows)+uint64(right.rows) >= uint64(noRow) {
		return nil, b, fmt.Errorf("frame: join of %d and %d rows: both must hold fewer than 2³² − 1 together", f.rows, right.rows)
	}
	codes, width := encode(left, others)
	g := group(codes, 0, width)
	return g.ids[:f.rows], numbered{g.ids[f.rows:], len(g.first)}, nil
}

// numbered holds a number below n for each row.
type numbered struct {
	ids []uint32
	n   int
}

// layout lays the rows of equal numbers side by side: those of number k are
// order[starts[k]:starts[k+1]]. They keep the order in which they stand in
// visit; nil visits all rows from the first to the last.
func (b numbered) layout(visit []uint32) (starts, order []uint32) {
	if visit == nil {
		visit = identity(len(b.ids))
	}
	starts = make([]uint32, b.n+2)
	for _, row := range visit {
		starts[b.ids[row]+2]++
	}
	for k := 2; k < len(starts); k++ {
		starts[k] += starts[k-1]
	}
	// Filling moves the start of k+1 to its end, which is where k+1 belongs.
	order = make([]uint32, len(visit))
	for _, row := range visit {
		at := &starts[b.ids[row]+1]
		order[*at] = row
		*at++
	}
	return starts[:b.n+1], order
}

// identity returns 0, 1, … n−1.
func identity(n int) []uint32 {
	rows := make([]uint32, n)
	for i := range rows {
		rows[i] = uint32(i)
	}
	return rows
}

// besides puts the given rows of right, without the named columns, beside the
// columns of left.
func besides(left, right *Frame, drop []string, rows []uint32) (*Frame, error) {
	var added []Column
	for _, c := range right.columns {
		if slices.Contains(drop, c.name) {
			continue
		}
		if left.index(c.name) >= 0 {
			c = c.Rename(c.name + suffix)
		}
		added = append(added, c)
	}
	take := Column.take
	if slices.Contains(rows, noRow) {
		take = Column.takeOr
	}
	each(len(added), func(i int) { added[i] = take(added[i], rows) })
	return New(append(left.Columns(), added...)...)
}
