// Package eval computes columns from columns, value by value. A tree of nodes is run over blocks of rows that stay in
// the cache: each node computes a block from those of its arguments, and only the result is as long as the column.
package eval

import (
	"fmt"

	"github.com/sav-analytics/sav/frame/internal/vec"
)

// A Block is a few rows of a column. Only the slice of its kind is set.
type Block struct {
	Ints   []int64
	Floats []float64
	Bits   []uint64 // bits after the last row have no meaning
	Codes  []uint32
	Valid  []uint64 // nil: no row is null
}

// A Node computes a column.
type Node struct {
	Kind  vec.Kind
	Dict  []string // of text
	Nulls bool     // the column may have nulls

	args []*Node
	// run computes a block of rows rows from those of the arguments. It writes all of out's slices, also under nulls.
	// Valid holds the rows in which no argument is null; where makesNulls, run may clear bits of it.
	run        func(in []Block, out *Block, rows int) error
	makesNulls bool
	ownValid   bool // run sets Valid, also where an argument is null

	leaf     *vec.Vec // the column, where it is there already
	ids      []uint32 // the row of leaf for each row, or nil
	constant bool     // leaf has one row, which is that of every row
}

// Column returns the node of a column.
func Column(v vec.Vec) *Node {
	return &Node{Kind: v.Kind, Dict: v.Dict, Nulls: v.Valid != nil, leaf: &v}
}

// Constant returns the node of a column whose rows are all the only one of v.
func Constant(v vec.Vec) *Node {
	return &Node{Kind: v.Kind, Dict: v.Dict, Nulls: v.Valid != nil, leaf: &v, constant: true}
}

// Spread returns the node of a column whose row i is row ids[i] of v.
func Spread(v vec.Vec, ids []uint32) *Node {
	return &Node{Kind: v.Kind, Dict: v.Dict, Nulls: v.Valid != nil, leaf: &v, ids: ids}
}

// Leaf returns the column of a node that is one, or nil.
func (n *Node) Leaf() *vec.Vec {
	if n.ids != nil || n.constant {
		return nil
	}
	return n.leaf
}

// Constant returns the only row of a node that has the same in each, or nil.
func (n *Node) Constant() *vec.Vec {
	if n.constant {
		return n.leaf
	}
	return nil
}

// strict returns a node that is null where an argument is.
func strict(kind vec.Kind, run func(in []Block, out *Block, rows int) error, args ...*Node) *Node {
	n := &Node{Kind: kind, args: args, run: run}
	for _, a := range args {
		n.Nulls = n.Nulls || a.Nulls
	}
	return n
}

// partial returns a node that is null where an argument is, and elsewhere too.
func partial(kind vec.Kind, run func(in []Block, out *Block, rows int) error, args ...*Node) *Node {
	return &Node{Kind: kind, args: args, run: run, makesNulls: true, Nulls: true}
}

// A RowError says what is wrong with a row.
type RowError struct {
	Row int
	Msg string
}

func (e *RowError) Error() string { return fmt.Sprintf("row %d: %s", e.Row, e.Msg) }

// failed returns the error of the first row of a block that is not null and for which bad holds, or nil.
func failed(b *Block, rows int, bad func(i int) (string, bool)) error {
	for i := range rows {
		if b.Valid != nil && !vec.Get(b.Valid, i) {
			continue
		}
		if msg, ok := bad(i); ok {
			return &RowError{Row: i, Msg: msg}
		}
	}
	return nil
}
