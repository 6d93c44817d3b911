package expr

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/sav-analytics/sav/frame/internal/eval"
	"github.com/sav-analytics/sav/frame/internal/vec"
)

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
	return combine(text, func(s *scope, v []value) (*eval.Node, error) {
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
		return in(s, text, v[0], constants)
	}, operands...)
}

func in(s *scope, text string, v value, set []vec.Vec) (*eval.Node, error) {
	switch v.node.Kind {
	case vec.Text:
		known := make(map[string]bool, len(set))
		for _, c := range set {
			if c.Kind != vec.Text {
				return nil, fmt.Errorf("text and %s do not compare", kindName(c.Kind))
			}
			known[c.Dict[c.Codes[0]]] = true
		}
		return s.wordsWhere(text, v, func(word string) bool { return known[word] })
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
