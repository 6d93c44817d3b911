package frame

import (
	"errors"
	"fmt"
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
// taken as well. O(n + m + pairs) for each column.
func (f *Frame) Join(right *Frame, names ...string) (*Frame, error) {
	return f.join(right, names, false)
}

// LeftJoin is [Frame.Join], and keeps the rows of f that agree with none of
// right, with nulls in right's columns.
func (f *Frame) LeftJoin(right *Frame, names ...string) (*Frame, error) {
	return f.join(right, names, true)
}

func (f *Frame) join(right *Frame, names []string, outer bool) (*Frame, error) {
	a, b, err := matchRows(f, right, names)
	if err != nil {
		return nil, err
	}
	starts, order := b.layout(nil)
	total := 0
	for _, id := range a {
		n := starts[id+1] - starts[id]
		if n == 0 && outer {
			n = 1
		}
		total += n
	}
	if uint64(total) >= uint64(noRow) {
		return nil, fmt.Errorf("frame: join: %d rows: a frame holds fewer than 2³² − 1", total)
	}
	leftRows := make([]uint32, 0, total)
	rightRows := make([]uint32, 0, total)
	for i, id := range a {
		matches := order[starts[id]:starts[id+1]]
		for _, r := range matches {
			leftRows = append(leftRows, uint32(i))
			rightRows = append(rightRows, r)
		}
		if len(matches) == 0 && outer {
			leftRows = append(leftRows, uint32(i))
			rightRows = append(rightRows, noRow)
		}
	}
	return besides(f.take(leftRows), right, names, rightRows)
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
func (b numbered) layout(visit []uint32) (starts []int, order []uint32) {
	if visit == nil {
		visit = identity(len(b.ids))
	}
	starts = make([]int, b.n+2)
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
	columns := left.Columns()
	for _, c := range right.columns {
		if slices.Contains(drop, c.name) {
			continue
		}
		if left.index(c.name) >= 0 {
			c = c.Rename(c.name + suffix)
		}
		columns = append(columns, c.takeOr(rows))
	}
	return New(columns...)
}
