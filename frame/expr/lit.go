package expr

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/internal/eval"
	"github.com/sav-analytics/sav/frame/internal/vec"
)

// Lit returns a value that is the same in each row. An integer of any Go type is an Int64, a float a Float64, a string
// Text, a bool Bool, a time.Time Time, and nil a null of whatever type its surroundings have. A time.Duration is a
// number of seconds, as the difference of two times is. Its name is literal.
func Lit(x any) Expr {
	n := &node{name: "literal", lit: true, text: fmt.Sprint(x)}
	v := vec.Vec{N: 1}
	seconds := false
	switch x := x.(type) {
	case nil:
		n.text = "null"
	case string:
		n.text = strconv.Quote(x)
		v.Kind, v.Codes, v.Dict = vec.Text, []uint32{0}, []string{x}
	case bool:
		v.Kind, v.Bits = vec.Bool, make([]uint64, 1)
		if x {
			v.Bits[0] = 1
		}
	case time.Time:
		n.text = x.UTC().Format(time.RFC3339Nano)
		v.Kind, v.Ints = vec.Time, []int64{x.UnixMicro()}
	case time.Duration:
		seconds = true
		v.Kind, v.Floats = vec.Float, []float64{x.Seconds()}
	default:
		switch r := reflect.ValueOf(x); {
		case r.CanInt():
			v.Kind, v.Ints = vec.Int, []int64{r.Int()}
		case r.CanUint() && r.Uint() <= math.MaxInt64:
			v.Kind, v.Ints = vec.Int, []int64{int64(r.Uint())}
		case r.CanFloat():
			v.Kind, v.Floats = vec.Float, []float64{r.Float()}
		case r.CanUint():
			n.bind = fail(&bindError{fmt.Sprintf("%d does not fit an int64", x)})
			return Expr{n}
		default:
			n.text = fmt.Sprintf("%T", x)
			const want = "an Expr, a number, string, bool, time.Time, time.Duration or nil"
			n.bind = fail(&bindError{fmt.Sprintf("a value of type %T: want %s", x, want)})
			return Expr{n}
		}
	}
	out := value{shape: literal, node: eval.Constant(v), seconds: seconds}
	n.bind = func(*scope) (value, error) { return out, nil }
	return Expr{n}
}

// fail returns the bind of a node that is wrong.
func fail(err error) func(*scope) (value, error) {
	return func(*scope) (value, error) { return value{}, err }
}

// operand returns x as an expression.
func operand(x any) Expr {
	switch x := x.(type) {
	case Expr:
		return x
	case *frame.Column:
		if x == nil {
			return Expr{&node{name: "column", text: "column", bind: fail(&bindError{"a nil column"})}}
		}
		return operand(*x)
	case frame.Expr:
		name := "column"
		if c, ok := x.(frame.Column); ok {
			name = c.Name()
		}
		return Expr{&node{name: name, text: name, bind: func(s *scope) (value, error) {
			c, err := x.Rows(s.frame)
			if err != nil {
				return value{}, err
			}
			if c.Len() != s.rows {
				const msg = "column %q has %d rows, the frame has %d"
				return value{}, &bindError{fmt.Sprintf(msg, c.Name(), c.Len(), s.rows)}
			}
			return rowsValue(vecOf(c)), nil
		}}}
	}
	return Lit(x)
}

// nulls returns a literal null of a kind.
func nulls(kind vec.Kind) *eval.Node { return eval.Constant(vec.Nulls(kind, 1)) }

// isNull reports whether v is the literal nil.
func (v value) isNull() bool { return v.node.Kind == 0 }

// text returns the only word of a literal text that is not null.
func (v value) text() (string, bool) {
	c := v.node.Constant()
	if c == nil || c.Kind != vec.Text || c.Valid != nil {
		return "", false
	}
	return c.Dict[c.Codes[0]], true
}

// unary returns what fn computes of e, as a node of the kind that it takes.
func (e Expr) unary(text string, takes func(value) (*eval.Node, error), fn func(*eval.Node) *eval.Node) Expr {
	return combine(text, func(_ *scope, v []value) (*eval.Node, error) {
		n, err := takes(v[0])
		if err != nil {
			return nil, err
		}
		return fn(n), nil
	}, e)
}

// combine returns an expression of some operands: fn has their values, of one shape or literals. Its name is that of
// the first that is not a literal.
func combine(text string, fn func(s *scope, v []value) (*eval.Node, error), operands ...Expr) Expr {
	n := &node{text: text, lit: true, name: "literal"}
	for _, o := range operands {
		if o.node != nil && n.lit {
			n.name, n.lit = o.node.name, o.node.lit
		}
	}
	n.bind = func(s *scope) (value, error) {
		values := make([]value, len(operands))
		for i, o := range operands {
			v, err := s.bindExpr(o)
			if err != nil {
				return value{}, err
			}
			values[i] = v
		}
		values, shape, err := s.together(text, values)
		if err != nil {
			return value{}, err
		}
		out, err := fn(s, values)
		if err != nil {
			if _, ok := err.(*bindError); !ok {
				err = &bindError{text + ": " + err.Error()}
			}
			return value{}, err
		}
		if shape == literal && out.Constant() == nil {
			one, err := s.compute(text, out, 1)
			return value{shape: literal, node: eval.Constant(one)}, err
		}
		return value{shape: shape, node: out}, nil
	}
	return Expr{n}
}
