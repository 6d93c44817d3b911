package expr

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/sav-analytics/sav/frame/internal/eval"
	"github.com/sav-analytics/sav/frame/internal/vec"
)

// Eq returns whether e equals x, a Bool; null where one of them is null.
//
// Numbers of any two types are compared by value, exactly; a time.Duration is a number of seconds. Text is compared
// bytewise, false comes before true. A NaN is unequal to everything, and neither less nor greater. Values of two types
// that do not compare, such as text and a number, are an error. O(n).
func (e Expr) Eq(x any) Expr { return e.compare(eval.Eq, x) }

// Ne returns whether e differs from x, as [Expr.Eq] compares them.
func (e Expr) Ne(x any) Expr { return e.compare(eval.Ne, x) }

// Lt returns whether e is less than x, as [Expr.Eq] compares them.
func (e Expr) Lt(x any) Expr { return e.compare(eval.Lt, x) }

// Le returns whether e is less than or equal to x, as [Expr.Eq] compares them.
func (e Expr) Le(x any) Expr { return e.compare(eval.Le, x) }

// Gt returns whether e is greater than x, as [Expr.Eq] compares them.
func (e Expr) Gt(x any) Expr { return e.compare(eval.Gt, x) }

// Ge returns whether e is greater than or equal to x, as [Expr.Eq] compares them.
func (e Expr) Ge(x any) Expr { return e.compare(eval.Ge, x) }

// Between returns whether lo ≤ e ≤ hi: e.Ge(lo).And(e.Le(hi)). Where e is null, so is the result.
func (e Expr) Between(lo, hi any) Expr { return e.Ge(lo).And(e.Le(hi)) }

func (e Expr) compare(r eval.Relation, x any) Expr {
	return e.binary(r.Sign(), x, func(_ *scope, _ string, a, b value) (*eval.Node, error) {
		switch ka, kb := a.node.Kind, b.node.Kind; {
		case ka == vec.Text && kb == vec.Text:
			return compareTexts(r, a, b)
		case ka == vec.Time && kb == vec.Time, ka == vec.Bool && kb == vec.Bool && r <= eval.Ne:
			return r.Node(a.node, b.node), nil
		case isNumber(ka) && isNumber(kb):
			m, n, err := numbers(a, b)
			if err != nil {
				return nil, err
			}
			if m.Kind != n.Kind {
				return r.MixedNode(m, n), nil
			}
			return r.Node(m, n), nil
		default:
			return nil, fmt.Errorf("%s and %s do not compare", kindName(ka), kindName(kb))
		}
	})
}

// compareTexts compares two texts: a column with a word by its dictionary, two columns by the order of all their words.
func compareTexts(r eval.Relation, a, b value) (*eval.Node, error) {
	if word, ok := b.text(); ok {
		return wordsWhere(a, func(w string) bool { return r.Holds(cmp.Compare(w, word)) })
	}
	if word, ok := a.text(); ok {
		return wordsWhere(b, func(w string) bool { return r.Mirrored().Holds(cmp.Compare(w, word)) })
	}
	nodes, dict := mergeTexts(a.node, b.node)
	if r > eval.Ne {
		rank, _ := vec.Ranked(dict)
		order := make([]int64, len(rank))
		for i, k := range rank {
			order[i] = int64(k)
		}
		table := vec.Vec{Kind: vec.Int, N: len(order), Ints: order}
		for i, n := range nodes {
			nodes[i] = eval.Lookup(n, table)
		}
	}
	return r.Node(nodes[0], nodes[1]), nil
}

// In returns whether e equals one of the values, which are Go values as of [Lit], a Bool. Null is in nothing: of null
// it is null; a null among the values is left out. Values of a type that does not compare with e, and columns, are an
// error. O(n·log(len(values))), and for text O(n).
func (e Expr) In(values ...any) Expr {
	list := make([]string, len(values))
	operands := []Expr{e}
	for i, x := range values {
		o := operand(x)
		operands, list[i] = append(operands, o), o.String()
	}
	text := fmt.Sprintf("%s.In(%s)", e, strings.Join(list, ", "))
	return combine(text, func(_ *scope, v []value) (*eval.Node, error) {
		var constants []vec.Vec
		for _, o := range v[1:] {
			c := o.node.Constant()
			if c == nil {
				return nil, errors.New("a column among the values: compare with Eq")
			}
			if c.Kind != 0 && c.Valid == nil {
				constants = append(constants, *c)
			}
		}
		return in(v[0], constants)
	}, operands...)
}

func in(v value, set []vec.Vec) (*eval.Node, error) {
	switch v.node.Kind {
	case vec.Text:
		known := make(map[string]bool, len(set))
		for _, c := range set {
			if c.Kind != vec.Text {
				return nil, fmt.Errorf("text and %s do not compare", kindName(c.Kind))
			}
			known[c.Dict[c.Codes[0]]] = true
		}
		return wordsWhere(v, func(word string) bool { return known[word] })
	case vec.Time:
		var times []int64
		for _, c := range set {
			if c.Kind != vec.Time {
				return nil, fmt.Errorf("time and %s do not compare", kindName(c.Kind))
			}
			times = append(times, c.Ints[0])
		}
		return eval.In(v.node, ints, times), nil
	}
	n, err := number(v.like(value{node: nulls(vec.Int)}))
	if err != nil {
		return nil, err
	}
	var whole []int64
	var fractions []float64
	for _, c := range set {
		switch c.Kind {
		case vec.Int:
			whole = append(whole, c.Ints[0])
		case vec.Bool:
			whole = append(whole, int64(c.Bits[0]&1))
		case vec.Float:
			fractions = append(fractions, c.Floats[0])
		default:
			return nil, fmt.Errorf("%s and %s do not compare", kindName(v.node.Kind), kindName(c.Kind))
		}
	}
	// The values as numbers of the column's type: those that it cannot hold it does not equal.
	if n.Kind == vec.Int {
		for _, f := range fractions {
			if f == math.Trunc(f) && f >= -1<<63 && f < 1<<63 {
				whole = append(whole, int64(f))
			}
		}
		return eval.In(n, ints, whole), nil
	}
	var floats []float64
	for _, f := range fractions {
		if f == f {
			floats = append(floats, f)
		}
	}
	for _, i := range whole {
		if f := float64(i); f < 1<<63 && int64(f) == i {
			floats = append(floats, f)
		}
	}
	return eval.In(n, func(b eval.Block) []float64 { return b.Floats }, floats), nil
}

func ints(b eval.Block) []int64 { return b.Ints }
