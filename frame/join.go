package frame

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/sav-analytics/sav/frame/internal/rows"
	"github.com/sav-analytics/sav/frame/internal/vec"
	"github.com/sav-analytics/sav/internal/nearest"
	"github.com/sav-analytics/sav/internal/parallel"
)

// How says which rows [Frame.Join] returns.
type How string

// The kinds of joins. No How is Inner.
const (
	Inner How = "inner" // the pairs of rows that agree
	Left  How = "left"  // these, and the left rows that agree with none
	Outer How = "outer" // these, and the right rows that agree with none
	Semi  How = "semi"  // the left rows that agree with any, once each, without right's columns
	Anti  How = "anti"  // the left rows that agree with none, without right's columns
	Cross How = "cross" // all pairs; On is empty
)

var hows = []How{Inner, Left, Outer, Semi, Anti, Cross}

// JoinOptions says how [Frame.Join] brings two frames together.
type JoinOptions struct {
	On      []string // the columns that must agree
	RightOn []string // their names in the right frame, in the order of On; empty: the same
	How     How      // empty: Inner
	Suffix  string   // of a right column whose name the left frame has too; empty: _right
}

// Join returns the pairs of a row of f and a row of right that agree in the columns On, whose types must be the same in
// both frames. Keys agree as in [Frame.GroupBy], but a null agrees with nothing. The pairs stand in the order of f's
// rows, and for one of those in the order of right's; with Outer, right's rows that agree with none come last, their
// keys in the columns of f.
//
// The result has f's columns, then right's without its keys. What is missing is null. A column of right whose name f
// has too gets Suffix appended; it is an error if that name is taken as well, or if the result has 2³² − 1 rows or
// more. O(n + m) to find the pairs, and O(pairs) for each column; memory beside the result is 8 bytes for each key of a
// row of either, and 8 for each pair.
func (f *Frame) Join(right *Frame, o JoinOptions) (*Frame, error) {
	f, right = f.orEmpty(), right.orEmpty()
	if err := choose(&o.How, hows); err != nil {
		return nil, fmt.Errorf("frame: join: no kind %w", err)
	}
	if o.How == Cross {
		return f.cross(right, o)
	}
	m, err := matchKeys(f, right, o.On, o.RightOn)
	if err != nil {
		return nil, fmt.Errorf("frame: join: %w", err)
	}
	switch o.How {
	case Semi:
		return f.keep(m.keys.Matched()), nil
	case Anti:
		mask := m.keys.Matched()
		for i := range mask {
			mask[i] = ^mask[i]
		}
		return f.keep(mask), nil
	}
	leftRows, rightRows, n, ok := m.keys.Pairs(o.How != Inner, maxRows)
	var rest []uint32 // right's rows that agree with none
	if ok && o.How == Outer {
		mask := m.keys.RightMatched()
		for i := range mask {
			mask[i] = ^mask[i]
		}
		rest = vec.Rows(vec.Clip(mask, right.rows))
		n += len(rest)
	}
	if n >= maxRows {
		return nil, fmt.Errorf("frame: join: %d rows: a frame holds fewer than 2³² − 1", n)
	}
	left := f
	if leftRows != nil {
		left = f.take(leftRows)
	}
	if len(rest) > 0 {
		left = appendKeys(left, m, rest)
		rightRows = append(rightRows, rest...)
	}
	return beside(left, right, m.rightNames, rightRows, o.Suffix)
}

// choose sets an empty choice to the first of the known ones. It is an error if the choice is none of them.
func choose[T ~string](choice *T, known []T) error {
	if *choice == "" {
		*choice = known[0]
	}
	if slices.Contains(known, *choice) {
		return nil
	}
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = string(k)
	}
	return fmt.Errorf("%q; %s", *choice, nearest.Hint(string(*choice), names))
}

// matched is two frames whose keys are numbered.
type matched struct {
	leftNames, rightNames []string
	right                 []Column
	keys                  rows.Keys
}

// matchKeys numbers the keys of both frames.
func matchKeys(f, right *Frame, on, rightOn []string) (matched, error) {
	m := matched{leftNames: on, rightNames: rightOn}
	if len(rightOn) == 0 {
		m.rightNames = on
	}
	switch {
	case len(on) == 0 && len(rightOn) == 0:
		return m, errors.New("on no column")
	case len(m.rightNames) != len(on):
		return m, fmt.Errorf("on %d columns of the left frame and %d of the right", len(on), len(rightOn))
	case f.rows+right.rows >= maxRows:
		return m, fmt.Errorf("%d and %d rows: both must hold fewer than 2³² − 1 together", f.rows, right.rows)
	}
	left, err := f.lookup(on)
	if err != nil {
		return m, fmt.Errorf("left: %w", err)
	}
	if m.right, err = right.lookup(m.rightNames); err != nil {
		return m, fmt.Errorf("right: %w", err)
	}
	for k, c := range left {
		if d := m.right[k]; c.Type() != d.Type() {
			return m, fmt.Errorf(
				"column %q is %v on the left, %q is %v on the right", c.name, c.Type(), d.name, d.Type(),
			)
		}
	}
	m.keys = rows.NumberKeys(vecs(left), vecs(m.right))
	return m, nil
}

// appendKeys appends the given rows of the right frame to left, their keys in left's key columns, and nulls in all
// others.
func appendKeys(left *Frame, m matched, rest []uint32) *Frame {
	out := &Frame{columns: left.Columns(), rows: left.rows + len(rest)}
	for i, c := range out.columns {
		added := vec.Nulls(c.vec.Kind, len(rest))
		if k := slices.Index(m.leftNames, c.name); k >= 0 {
			added = m.right[k].vec.Take(rest)
		}
		out.columns[i].vec = vec.Concat([]vec.Vec{c.vec, added})
	}
	return out
}

func (f *Frame) cross(right *Frame, o JoinOptions) (*Frame, error) {
	if len(o.On) > 0 || len(o.RightOn) > 0 {
		return nil, errors.New("frame: cross join: it is on no column, On must be empty")
	}
	if right.rows > 0 && f.rows >= maxRows/right.rows {
		return nil, fmt.Errorf("frame: cross join of %d and %d rows: a frame holds fewer than 2³² − 1",
			f.rows, right.rows)
	}
	leftRows, rightRows := make([]uint32, f.rows*right.rows), make([]uint32, f.rows*right.rows)
	parallel.Spans(len(leftRows), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			leftRows[i], rightRows[i] = uint32(i/right.rows), uint32(i%right.rows)
		}
	})
	return beside(f.take(leftRows), right, nil, rightRows, o.Suffix)
}

// beside puts the given rows of right, without the named columns, beside the columns of left.
func beside(left, right *Frame, drop []string, rows []uint32, suffix string) (*Frame, error) {
	suffix = cmp.Or(suffix, "_right")
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
	parallel.Limited(len(added), func(i int) { added[i].vec = added[i].vec.TakeOr(rows) })
	return New(append(left.Columns(), added...)...)
}
