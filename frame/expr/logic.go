package expr

import (
	"errors"
	"fmt"

	"github.com/sav-analytics/sav/frame/internal/eval"
	"github.com/sav-analytics/sav/frame/internal/vec"
)

// And returns whether e and all of the others, which are Bool, are true. Null is unknown: false and null is false, true
// and null is null. O(n).
func (e Expr) And(others ...Expr) Expr { return e.logic("and", eval.And, others) }

// Or returns whether e or one of the others, which are Bool, is true. Null is unknown: true or null is true, false or
// null is null. O(n).
func (e Expr) Or(others ...Expr) Expr { return e.logic("or", eval.Or, others) }

// Not returns whether e, a Bool, is false; null of null. O(n).
func (e Expr) Not() Expr { return e.unary("not "+e.String(), truth, eval.Not) }

func (e Expr) logic(word string, op func(a, b *eval.Node) *eval.Node, others []Expr) Expr {
	out := e
	for _, other := range others {
		text := fmt.Sprintf("(%s %s %s)", out, word, other)
		out = combine(text, func(_ *scope, v []value) (*eval.Node, error) {
			a, err := truth(v[0])
			if err != nil {
				return nil, err
			}
			b, err := truth(v[1])
			if err != nil {
				return nil, err
			}
			return op(a, b), nil
		}, out, other)
	}
	return out
}

// truth returns v as booleans.
func truth(v value) (*eval.Node, error) {
	v = v.like(value{node: nulls(vec.Bool)})
	if v.node.Kind != vec.Bool {
		return nil, fmt.Errorf("%s is not bool: compare it, with Ne(0) for a number", kindName(v.node.Kind))
	}
	return v.node, nil
}

// IsNull returns whether e, of any type, is null: a Bool, never null. O(n).
func (e Expr) IsNull() Expr {
	return e.unary(e.String()+".IsNull()", anyValue, func(n *eval.Node) *eval.Node { return eval.Not(eval.NotNull(n)) })
}

// IsNotNull returns whether e, of any type, is not null: a Bool, never null. O(n).
func (e Expr) IsNotNull() Expr { return e.unary(e.String()+".IsNotNull()", anyValue, eval.NotNull) }

// IsNaN returns whether e, a number, is NaN, a Bool; null of null. O(n).
func (e Expr) IsNaN() Expr { return e.unary(e.String()+".IsNaN()", number, eval.IsNaN) }

func anyValue(v value) (*eval.Node, error) { return v.like(v).node, nil }

// FillNull returns e, and x where e is null. x is an Expr or a Go value as of [Lit], and of e's type; of two types of
// numbers the result is Float64. O(n).
func (e Expr) FillNull(x any) Expr {
	other := operand(x)
	return combine(fmt.Sprintf("%s.FillNull(%s)", e, other), func(s *scope, v []value) (*eval.Node, error) {
		nodes, err := alike(v[0], v[1])
		if err != nil {
			return nil, err
		}
		return eval.Select(eval.NotNull(nodes[0]), nodes[0], nodes[1]), nil
	}, e, other)
}

// alike returns values as nodes of one type: numbers are floats if one of them is, texts have one dictionary, and nulls
// follow the others.
func alike(values ...value) ([]*eval.Node, error) {
	var kind vec.Kind
	for _, v := range values {
		k := v.node.Kind
		switch {
		case k == 0 || k == kind:
		case kind == 0:
			kind = k
		case isNumber(k) && isNumber(kind) && k != vec.Bool && kind != vec.Bool:
			kind = vec.Float
		default:
			return nil, fmt.Errorf("%s and %s are not of one type", kindName(kind), kindName(k))
		}
	}
	if kind == 0 {
		return nil, errors.New("all values are null: Cast one")
	}
	nodes := make([]*eval.Node, len(values))
	for i, v := range values {
		switch {
		case v.isNull():
			nodes[i] = nulls(kind)
		case kind == vec.Float:
			nodes[i] = asFloat(v.node)
		default:
			nodes[i] = v.node
		}
	}
	if kind == vec.Text {
		nodes, dict := mergeTexts(nodes...)
		for i, n := range nodes {
			nodes[i] = n.WithDict(dict)
		}
		return nodes, nil
	}
	return nodes, nil
}

// A Condition is what [When] begins.
type Condition struct {
	cond Expr
	rest func(otherwise Expr) Expr // what it is part of
}

// A Choice is a [Condition] with its value; [Choice.Otherwise] ends it.
type Choice struct {
	on   Condition
	then Expr
}

// When begins a choice between values:
//
//	expr.When(expr.Col("dt_s").IsNull()).Then("open").
//	When(expr.Col("dt_s").Le(time.Hour)).Then("fast").
//	Otherwise("slow")
//
// The first condition that is true decides; null is not true. A condition that is not Bool is an error.
func When(cond Expr) Condition {
	return Condition{cond, func(otherwise Expr) Expr { return otherwise }}
}

// Then returns the choice of x, an Expr or a Go value as of [Lit], where the condition is true.
func (c Condition) Then(x any) Choice { return Choice{c, operand(x)} }

// When returns the next condition, for where none before it is true.
func (c Choice) When(cond Expr) Condition {
	return Condition{cond, func(otherwise Expr) Expr { return c.Otherwise(otherwise) }}
}

// Otherwise returns the whole choice, with x where no condition is true; nil is null. All values must be numbers, or of
// one type. The name is that of the first value that is not a literal. O(n) for each condition.
func (c Choice) Otherwise(x any) Expr {
	if c.on.rest == nil { // a zero Choice
		return Expr{}
	}
	other := operand(x)
	text := fmt.Sprintf("when(%s).then(%s).otherwise(%s)", c.on.cond, c.then, other)
	e := combine(text, func(s *scope, v []value) (*eval.Node, error) {
		cond, err := truth(v[2])
		if err != nil {
			return nil, err
		}
		nodes, err := alike(v[0], v[1])
		if err != nil {
			return nil, err
		}
		return eval.Select(cond, nodes[0], nodes[1]), nil
	}, c.then, other, c.on.cond)
	return c.on.rest(e)
}
