package expr

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"github.com/sav-analytics/sav/frame/internal/eval"
	"github.com/sav-analytics/sav/frame/internal/vec"
)

// Eq returns whether e equals x.
//
// Numbers of any two types are compared by value, exactly; a time.Duration is a
// number of seconds. Text is compared bytewise, false comes before true. What is
// compared with null is null; a NaN is unequal to everything, and neither less
// nor greater.
func (e Expr) Eq(x any) Expr { return e.compare(eval.Eq, x) }

// Ne returns whether e differs from x.
func (e Expr) Ne(x any) Expr { return e.compare(eval.Ne, x) }

// Lt returns whether e is less than x.
func (e Expr) Lt(x any) Expr { return e.compare(eval.Lt, x) }

// Le returns whether e is less than or equal to x.
func (e Expr) Le(x any) Expr { return e.compare(eval.Le, x) }

// Gt returns whether e is greater than x.
func (e Expr) Gt(x any) Expr { return e.compare(eval.Gt, x) }

// Ge returns whether e is greater than or equal to x.
func (e Expr) Ge(x any) Expr { return e.compare(eval.Ge, x) }

// Between returns whether lo ≤ e ≤ hi.
func (e Expr) Between(lo, hi any) Expr { return e.Ge(lo).And(e.Le(hi)) }

// In returns whether e equals one of the values, which are Go values as of [Lit].
// A null in them is left out; null is in nothing: the result is null.
// O(n·log(len(values))).
func (e Expr) In(values ...any) Expr {
	list := make([]string, len(values))
	operands := []Expr{e}
	for i, x := range values {
		o := operand(x)
		operands, list[i] = append(operands, o), o.String()
	}
	text := fmt.Sprintf("%s.In(%s)", e, strings.Join(list, ", "))
	return combine(text, func(s *scope, v []value) (*eval.Node, error) {
		var constants []vec.Vec
		for _, o := range v[1:] {
			c := o.node.Constant()
			if c == nil {
				return nil, fmt.Errorf("a column among the values: compare with Eq")
			}
			if c.Kind != 0 && c.Valid == nil {
				constants = append(constants, *c)
			}
		}
		return in(s, text, v[0], constants)
	}, operands...)
}

func in(s *scope, text string, v value, set []vec.Vec) (*eval.Node, error) {
	switch v.node.Kind {
	case vec.Text:
		known := make(map[string]bool, len(set))
		for _, c := range set {
			if c.Kind != vec.Text {
				return nil, fmt.Errorf("text and %s", kindName(c.Kind))
			}
			known[c.Dict[c.Codes[0]]] = true
		}
		return s.wordsWhere(text, v, func(word string) bool { return known[word] })
	case vec.Time:
		var times []int64
		for _, c := range set {
			if c.Kind != vec.Time {
				return nil, fmt.Errorf("time and %s", kindName(c.Kind))
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
			return nil, fmt.Errorf("%s and %s", kindName(v.node.Kind), kindName(c.Kind))
		}
	}
	// The values as numbers of the column's type: those that it cannot hold it
	// does not equal.
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

func (e Expr) compare(r eval.Relation, x any) Expr {
	other := operand(x)
	text := fmt.Sprintf("(%s %s %s)", e, r.Sign(), other)
	return combine(text, func(s *scope, v []value) (*eval.Node, error) {
		a, b := v[0], v[1]
		a, b = a.like(b), b.like(a)
		switch ka, kb := a.node.Kind, b.node.Kind; {
		case ka == vec.Text && kb == vec.Text:
			return s.compareTexts(text, r, a, b)
		case ka == vec.Time && kb == vec.Time:
			return r.Node(a.node, b.node), nil
		case ka == vec.Bool && kb == vec.Bool && r <= eval.Ne:
			return r.Node(a.node, b.node), nil
		case isNumber(ka) && isNumber(kb):
			m, err := number(a)
			if err != nil {
				return nil, err
			}
			n, err := number(b)
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
	}, e, other)
}

// compareTexts compares two texts: a column with a word by its dictionary, two
// columns by the order of all their words.
func (s *scope) compareTexts(text string, r eval.Relation, a, b value) (*eval.Node, error) {
	mirrored := [...]eval.Relation{eval.Eq: eval.Eq, eval.Ne: eval.Ne, eval.Lt: eval.Gt, eval.Le: eval.Ge, eval.Gt: eval.Lt, eval.Ge: eval.Le}
	if word, ok := b.text(); ok {
		return s.wordsWhere(text, a, func(w string) bool { return r.Holds(cmp.Compare(w, word)) })
	}
	if word, ok := a.text(); ok {
		return s.wordsWhere(text, b, func(w string) bool { return mirrored[r].Holds(cmp.Compare(w, word)) })
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

// mergeTexts returns text nodes whose codes are of one dictionary.
func mergeTexts(nodes ...*eval.Node) ([]*eval.Node, []string) {
	dicts := make([]vec.Vec, len(nodes))
	for i, n := range nodes {
		codes := make([]uint32, len(n.Dict))
		for k := range codes {
			codes[k] = uint32(k)
		}
		dicts[i] = vec.Vec{Kind: vec.Text, N: len(codes), Codes: codes, Dict: n.Dict}
	}
	codes, dict := vec.Merge(dicts)
	out := make([]*eval.Node, len(nodes))
	for i, n := range nodes {
		out[i] = n
		if i > 0 && !vec.SameDict(n.Dict, nodes[0].Dict) {
			out[i] = eval.Lookup(n, vec.Vec{Kind: vec.Text, N: len(codes[i]), Codes: codes[i], Dict: dict})
		}
	}
	return out, dict
}

// wordsWhere returns the node that is true where hold is, which is called once
// for each word of the dictionary.
func (s *scope) wordsWhere(text string, v value, hold func(word string) bool) (*eval.Node, error) {
	v = v.like(value{node: nulls(vec.Text)})
	if v.node.Kind != vec.Text {
		return nil, fmt.Errorf("%s is no text", kindName(v.node.Kind))
	}
	bits := vec.NewBits(len(v.node.Dict))
	found, code := 0, 0
	for i, word := range v.node.Dict {
		if hold(word) {
			vec.Set(bits, i)
			found, code = found+1, i
		}
	}
	switch found {
	case 0, len(v.node.Dict):
	case 1: // comparing with one code is faster than looking each up
		one := vec.Vec{Kind: vec.Text, N: 1, Codes: []uint32{uint32(code)}, Dict: v.node.Dict}
		return eval.Eq.Node(v.node, eval.Constant(one)), nil
	}
	return eval.Lookup(v.node, vec.Vec{Kind: vec.Bool, N: len(v.node.Dict), Bits: bits}), nil
}
