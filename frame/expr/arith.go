package expr

import (
	"fmt"
	"math"

	"github.com/sav-analytics/sav/frame/internal/eval"
	"github.com/sav-analytics/sav/frame/internal/rows"
	"github.com/sav-analytics/sav/frame/internal/vec"
)

// Add returns e + x: the sum of two numbers, a time some seconds or a
// time.Duration later, or one text followed by another.
//
// In all arithmetic, two integers give an integer, and one outside int64 is an
// error; an integer and a float give a float; a Bool counts as 0 or 1; null with
// anything is null.
func (e Expr) Add(x any) Expr { return e.arith(eval.Add, x) }

// Sub returns e − x: the difference of two numbers, that of two times in seconds,
// or a time some seconds or a time.Duration earlier.
func (e Expr) Sub(x any) Expr { return e.arith(eval.Sub, x) }

// Mul returns e · x.
func (e Expr) Mul(x any) Expr { return e.arith(eval.Mul, x) }

// Div returns e / x, a Float64 also of two integers. Division by zero is null.
func (e Expr) Div(x any) Expr { return e.arith(eval.Div, x) }

// FloorDiv returns e / x, rounded down. Division by zero is null.
func (e Expr) FloorDiv(x any) Expr { return e.arith(eval.FloorDiv, x) }

// Mod returns what FloorDiv leaves, which has the sign of x. Division by zero is
// null.
func (e Expr) Mod(x any) Expr { return e.arith(eval.Mod, x) }

// Neg returns −e.
func (e Expr) Neg() Expr {
	return combine("-"+e.String(), func(_ *scope, v []value) (*eval.Node, error) {
		n, err := number(v[0])
		if err != nil {
			return nil, err
		}
		return eval.Neg(n), nil
	}, e)
}

// Abs returns the absolute value of e.
func (e Expr) Abs() Expr {
	return combine(e.String()+".Abs()", func(_ *scope, v []value) (*eval.Node, error) {
		n, err := number(v[0])
		if err != nil {
			return nil, err
		}
		return eval.Abs(n), nil
	}, e)
}

// Round returns e rounded to a number of decimals, half away from zero; a
// negative number rounds to tens, hundreds and so on. An Int64 stays one only if
// decimals is not negative.
func (e Expr) Round(decimals int) Expr {
	return combine(fmt.Sprintf("%s.Round(%d)", e, decimals), func(_ *scope, v []value) (*eval.Node, error) {
		n, err := number(v[0])
		if err != nil || n.Kind == vec.Int && decimals >= 0 {
			return n, err
		}
		scale := math.Pow10(decimals)
		return eval.Map(asFloat(n), func(x float64) float64 {
			if y := math.Round(x*scale) / scale; !math.IsInf(y, 0) && !math.IsNaN(y) {
				return y
			}
			return x // too large to have decimals, or so small a scale that it is 0
		}), nil
	}, e)
}

// Apply returns fn of each number that is not null, as a Float64: math.Sqrt, or
// a function of one's own, which several goroutines call at once.
func (e Expr) Apply(fn func(float64) float64) Expr {
	return combine(e.String()+".Apply()", func(_ *scope, v []value) (*eval.Node, error) {
		n, err := number(v[0])
		if err == nil && fn == nil {
			err = fmt.Errorf("no function")
		}
		if err != nil {
			return nil, err
		}
		return eval.Map(asFloat(n), fn), nil
	}, e)
}

func (e Expr) arith(op eval.Arith, x any) Expr {
	other := operand(x)
	text := fmt.Sprintf("(%s %s %s)", e, op.Sign(), other)
	return combine(text, func(s *scope, v []value) (*eval.Node, error) {
		a, b := v[0], v[1]
		a, b = a.like(b), b.like(a)
		switch ka, kb := a.node.Kind, b.node.Kind; {
		case ka == vec.Text && kb == vec.Text && op == eval.Add:
			return s.concat(text, a, b)
		case ka == vec.Time && kb == vec.Time && op == eval.Sub:
			return eval.SecondsApart(op.Ints(vec.Int, a.node, b.node)), nil
		case ka == vec.Time && isNumber(kb) && (op == eval.Add || op == eval.Sub):
			return op.Ints(vec.Time, a.node, micros(b.node)), nil
		case isNumber(ka) && kb == vec.Time && op == eval.Add:
			return op.Ints(vec.Time, micros(a.node), b.node), nil
		case isNumber(ka) && isNumber(kb):
			m, n, err := numbers(a, b)
			if err != nil {
				return nil, err
			}
			if m.Kind == vec.Int && op != eval.Div {
				return op.Ints(vec.Int, m, n), nil
			}
			return op.Floats(asFloat(m), asFloat(n)), nil
		default:
			return nil, fmt.Errorf("%s of %s and %s", op.Sign(), kindName(ka), kindName(kb))
		}
	}, e, other)
}

// like returns a null literal as one of the other's kind, or of integers if that
// is null too.
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
	return nil, fmt.Errorf("%s is no number", kindName(v.node.Kind))
}

// numbers returns two values as integers if both are, else as floats.
func numbers(a, b value) (x, y *eval.Node, err error) {
	if x, err = number(a); err != nil {
		return nil, nil, err
	}
	if y, err = number(b); err != nil {
		return nil, nil, err
	}
	if x.Kind != y.Kind {
		x, y = asFloat(x), asFloat(y)
	}
	return x, y, nil
}

func asFloat(n *eval.Node) *eval.Node {
	if n.Kind == vec.Float {
		return n
	}
	return eval.IntsToFloats(n)
}

// micros returns numbers of seconds as microseconds.
func micros(n *eval.Node) *eval.Node {
	switch n.Kind {
	case vec.Float:
		return eval.FloatsToInts(vec.Int, n, 1e6, true, false)
	case vec.Bool:
		n = eval.BitsToInts(n)
	}
	million := eval.Constant(vec.Vec{Kind: vec.Int, N: 1, Ints: []int64{1e6}})
	return eval.Mul.Ints(vec.Int, n, million)
}

// concat returns the node of each text followed by another. It makes a word of
// each pair of words that occurs.
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
