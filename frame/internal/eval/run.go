package eval

import (
	"errors"
	"sync"

	"github.com/sav-analytics/sav/frame/internal/vec"
	"github.com/sav-analytics/sav/internal/parallel"
)

// blockRows is the number of rows of a block, a multiple of 64: few enough for the blocks of a deep tree to stay in the
// second-level cache.
const blockRows = 1 << 12

// Run computes the column of a node, of n rows, in parallel. The error is that of the first row that has one. It takes
// memory for the result, and some blocks for each node and core.
func Run(root *Node, n int) (vec.Vec, error) {
	if leaf := root.Leaf(); leaf != nil {
		return *leaf, nil
	}
	out := vec.Vec{Kind: root.Kind, Dict: root.Dict}.ToWrite(n)
	if root.Nulls {
		out.Valid = vec.NewBits(n)
	}
	var (
		mu    sync.Mutex
		first *RowError
	)
	parallel.Spans(n, func(lo, hi int) {
		w := worker{root: root, scratch: make(map[*Node]*scratch)}
		for ; lo < hi; lo += blockRows {
			end := min(lo+blockRows, hi)
			w.block++
			if err := w.write(&out, lo, end); err != nil {
				at := &RowError{Row: -1, Msg: err.Error()}
				errors.As(err, &at)
				at = &RowError{Row: lo + at.Row, Msg: at.Msg}
				mu.Lock()
				if first == nil || at.Row < first.Row {
					first = at
				}
				mu.Unlock()
				return
			}
		}
	})
	if first != nil {
		return vec.Vec{}, first
	}
	if out.Kind == vec.Bool {
		vec.Clip(out.Bits, n)
	}
	return out.WithValid(out.Valid), nil
}

// A worker computes blocks, one after the other, in memory of its own.
type worker struct {
	root    *Node
	to      Block // where the root writes
	block   int   // the number of the block, to compute shared nodes once
	scratch map[*Node]*scratch
}

// scratch is a node's own memory.
type scratch struct {
	own   Block // as long as a block of blockRows
	valid []uint64
	in    []Block
	block int   // for which
	last  Block // was computed
}

// write computes the rows [lo, hi) of the root into out.
func (w *worker) write(out *vec.Vec, lo, hi int) error {
	words := func(b []uint64) []uint64 {
		if b == nil {
			return nil
		}
		return b[lo/64 : (hi+63)/64]
	}
	w.to = Block{Bits: words(out.Bits)}
	switch {
	case out.Floats != nil:
		w.to.Floats = out.Floats[lo:hi]
	case out.Codes != nil:
		w.to.Codes = out.Codes[lo:hi]
	case out.Ints != nil:
		w.to.Ints = out.Ints[lo:hi]
	}
	b, err := w.eval(w.root, lo, hi)
	if err != nil {
		return err
	}
	copyTo(w.to.Ints, b.Ints)
	copyTo(w.to.Floats, b.Floats)
	copyTo(w.to.Codes, b.Codes)
	copyTo(w.to.Bits, b.Bits)
	if out.Valid == nil {
		return nil
	}
	if b.Valid == nil {
		b.Valid = ones
	}
	copy(words(out.Valid), b.Valid)
	return nil
}

var ones = vec.Ones(blockRows)

// copyTo copies from to to, unless the root has written there already.
func copyTo[T any](to, from []T) {
	if len(to) > 0 && &to[0] != &from[0] {
		copy(to, from)
	}
}

// eval computes the rows [lo, hi) of a node.
func (w *worker) eval(n *Node, lo, hi int) (Block, error) {
	if n.leaf != nil && n.ids == nil && !n.constant {
		return slice(n.leaf, lo, hi), nil
	}
	s := w.scratch[n]
	if s == nil {
		s = newScratch(n)
		w.scratch[n] = s
	}
	if s.block == w.block {
		return s.last, nil
	}
	rows := hi - lo
	out := s.own.head(rows)
	if n == w.root {
		out = w.to
	}
	var err error
	switch {
	case n.constant:
		out = s.own.head(rows)
		out.Valid = s.own.Valid
	case n.leaf != nil:
		spread(n.leaf, n.ids[lo:hi], &out, s.valid)
	default:
		err = w.apply(n, s, &out, lo, hi)
	}
	s.block, s.last = w.block, out
	return out, err
}

// apply computes the arguments of a node, and then the node.
func (w *worker) apply(n *Node, s *scratch, out *Block, lo, hi int) error {
	in := s.in
	for i, a := range n.args {
		b, err := w.eval(a, lo, hi)
		if err != nil {
			return err
		}
		in[i] = b
	}
	if !n.ownValid {
		out.Valid = s.both(in, n.makesNulls)
	} else {
		out.Valid = s.valid
	}
	return n.run(in, out, hi-lo)
}

// both returns the bits of the rows in which no argument is null, nil if that is all of them; fresh ones, to write to,
// if asked for.
func (s *scratch) both(in []Block, fresh bool) []uint64 {
	var valid []uint64
	for _, b := range in {
		switch {
		case b.Valid == nil:
		case valid == nil:
			valid = b.Valid
		default:
			for i := range min(len(valid), len(b.Valid)) {
				s.valid[i] = valid[i] & b.Valid[i]
			}
			valid = s.valid
		}
	}
	if fresh {
		if valid == nil {
			valid = ones
		}
		copy(s.valid, valid)
		return s.valid
	}
	return valid
}

func newScratch(n *Node) *scratch {
	s := &scratch{in: make([]Block, len(n.args)), valid: make([]uint64, blockRows/64)}
	switch n.Kind {
	case vec.Float:
		s.own.Floats = make([]float64, blockRows)
	case vec.Text:
		s.own.Codes = make([]uint32, blockRows)
	case vec.Bool:
		s.own.Bits = make([]uint64, blockRows/64)
	default:
		s.own.Ints = make([]int64, blockRows)
	}
	if n.constant {
		all := make([]uint32, blockRows) // row 0, for each row
		spread(n.leaf, all, &s.own, s.valid)
	}
	return s
}

// head returns the first rows of a block, without its validity.
func (b Block) head(rows int) Block {
	switch {
	case b.Floats != nil:
		b.Floats = b.Floats[:rows]
	case b.Codes != nil:
		b.Codes = b.Codes[:rows]
	case b.Bits != nil:
		b.Bits = b.Bits[:(rows+63)/64]
	default:
		b.Ints = b.Ints[:rows]
	}
	b.Valid = nil
	return b
}

// slice returns the rows [lo, hi) of a column, lo being a multiple of 64.
func slice(v *vec.Vec, lo, hi int) Block {
	var b Block
	switch v.Kind {
	case vec.Float:
		b.Floats = v.Floats[lo:hi]
	case vec.Text:
		b.Codes = v.Codes[lo:hi]
	case vec.Bool:
		b.Bits = v.Bits[lo/64 : (hi+63)/64]
	default:
		b.Ints = v.Ints[lo:hi]
	}
	if v.Valid != nil {
		b.Valid = v.Valid[lo/64 : (hi+63)/64]
	}
	return b
}

// spread writes the given rows of a column to out.
func spread(v *vec.Vec, rows []uint32, out *Block, valid []uint64) {
	switch v.Kind {
	case vec.Float:
		to := out.Floats[:len(rows)]
		for i, r := range rows {
			to[i] = v.Floats[r]
		}
	case vec.Text:
		to := out.Codes[:len(rows)]
		for i, r := range rows {
			to[i] = v.Codes[r]
		}
	case vec.Bool:
		spreadBits(v.Bits, rows, out.Bits)
	default:
		to := out.Ints[:len(rows)]
		for i, r := range rows {
			to[i] = v.Ints[r]
		}
	}
	out.Valid = nil
	if v.Valid != nil {
		spreadBits(v.Valid, rows, valid)
		out.Valid = valid
	}
}

func spreadBits(from []uint64, rows []uint32, to []uint64) {
	for lo := 0; lo < len(rows); lo += 64 {
		var word uint64
		for j, r := range rows[lo:min(lo+64, len(rows))] {
			word |= (from[r/64] >> (r % 64) & 1) << (uint(j) & 63)
		}
		to[lo/64] = word
	}
}
