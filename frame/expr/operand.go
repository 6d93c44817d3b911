package expr

import (
	"fmt"

	"github.com/sav-analytics/sav/frame/internal/eval"
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
	kind := other.node.Kind
	if kind == 0 {
		kind = vec.Int
	}
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
