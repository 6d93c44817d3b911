package expr

import (
	"cmp"
	"fmt"

	"github.com/sav-analytics/sav/frame/internal/eval"
	"github.com/sav-analytics/sav/frame/internal/rows"
	"github.com/sav-analytics/sav/frame/internal/vec"
)

// binary returns the expression that node computes of e and of x, in which a null literal has the other's type. It
// shows as (e sign x).
func (e Expr) binary(sign string, x any, node func(s *scope, text string, a, b value) (*eval.Node, error)) Expr {
	other := operand(x)
	text := fmt.Sprintf("(%s %s %s)", e, sign, other)
	return combine(text, func(s *scope, v []value) (*eval.Node, error) {
		return node(s, text, v[0].like(v[1]), v[1].like(v[0]))
	}, e, other)
}

// like returns a null literal as one of the other's kind, or of integers if that is null too.
func (v value) like(other value) value {
	if !v.isNull() {
		return v
	}
	kind := cmp.Or(other.node.Kind, vec.Int)
	return value{shape: literal, node: nulls(kind)}
}

func isNumber(k vec.Kind) bool { return k == vec.Int || k == vec.Float || k == vec.Bool }

// number returns v as integers or floats.
func number(v value) (*eval.Node, error) {
	switch v.node.Kind {
	case vec.Int, vec.Float:
		return v.node, nil
	case vec.Bool:
		return eval.BitsToInts(v.node), nil
	}
	return nil, wrongKind(v.node.Kind, "a number")
}

// numbers returns two values, each as integers or floats.
func numbers(a, b value) (x, y *eval.Node, err error) {
	if x, err = number(a); err != nil {
		return nil, nil, err
	}
	y, err = number(b)
	return x, y, err
}

// wrongKind returns the error of a value that is not of the kind that is wanted.
func wrongKind(got vec.Kind, want string) error {
	return fmt.Errorf("%s where %s is expected: Cast it", kindName(got), want)
}

func asFloat(n *eval.Node) *eval.Node {
	if n.Kind == vec.Float {
		return n
	}
	return eval.IntsToFloats(n)
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

// wordsWhere returns the node that is true where hold is, which is called once for each word of the dictionary.
func wordsWhere(v value, hold func(word string) bool) (*eval.Node, error) {
	v = v.like(value{node: nulls(vec.Text)})
	if v.node.Kind != vec.Text {
		return nil, wrongKind(v.node.Kind, "text")
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

// concat returns the node of each text followed by another. It makes a word of each pair of words that occurs.
func (s *scope) concat(text string, a, b value) (*eval.Node, error) {
	of := max(a.shape, b.shape)
	n := s.length(of)
	pair := make([]vec.Vec, 2)
	for i, v := range []value{a, b} {
		c, err := s.compute(text, v.node, n)
		if err != nil {
			return nil, err
		}
		pair[i] = c
	}
	valid := vec.And(pair[0].Valid, pair[1].Valid)
	g := rows.Group(pair, n)
	words := make([]string, len(g.First))
	known := vec.NewBits(len(g.First))
	for k, row := range g.First {
		if valid == nil || vec.Get(valid, int(row)) {
			words[k] = pair[0].Dict[pair[0].Codes[row]] + pair[1].Dict[pair[1].Codes[row]]
			vec.Set(known, k)
		}
	}
	// Two pairs may make one word: "a" + "bc", "ab" + "c".
	made := vec.Intern(words, known)
	out := vec.Vec{Kind: vec.Text, N: n, Codes: vec.Gather(made.Codes, g.IDs), Dict: made.Dict}
	return put(of, out.WithValid(valid)), nil
}
