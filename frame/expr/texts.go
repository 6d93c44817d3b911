package expr

import (
	"github.com/sav-analytics/sav/frame/internal/eval"
	"github.com/sav-analytics/sav/frame/internal/rows"
	"github.com/sav-analytics/sav/frame/internal/vec"
)

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
func (s *scope) wordsWhere(text string, v value, hold func(word string) bool) (*eval.Node, error) {
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
