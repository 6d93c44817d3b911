package expr

import (
	"fmt"
	"math"

	"github.com/sav-analytics/sav/frame/internal/eval"
	"github.com/sav-analytics/sav/frame/internal/vec"
)

// Add returns e + x: the sum of two numbers, a time some seconds or a time.Duration later, or one text followed by
// another.
//
// In all arithmetic two integers give an Int64, and a result outside int64 is an error that names the row; an integer
// and a float give a Float64; a Bool counts as 0 or 1; null with anything is null. Other types are an error. O(n), and
// for two texts O(n) for the distinct pairs of words.
func (e Expr) Add(x any) Expr { return e.arith(eval.Add, x) }

// Sub returns e − x: the difference of two numbers, that of two times in seconds, or a time some seconds or a
// time.Duration earlier. Types and errors are as for [Expr.Add].
func (e Expr) Sub(x any) Expr { return e.arith(eval.Sub, x) }

// Mul returns e · x; types and errors are as for [Expr.Add].
func (e Expr) Mul(x any) Expr { return e.arith(eval.Mul, x) }

// Div returns e / x, a Float64 also of two integers. Division by zero is null.
func (e Expr) Div(x any) Expr { return e.arith(eval.Div, x) }

// FloorDiv returns e / x rounded down: an Int64 of two integers, else a Float64. Division by zero is null.
func (e Expr) FloorDiv(x any) Expr { return e.arith(eval.FloorDiv, x) }

// Mod returns the remainder of [Expr.FloorDiv], which has the sign of x. Division by zero is null.
func (e Expr) Mod(x any) Expr { return e.arith(eval.Mod, x) }

// Neg returns −e, of e's type; minus the smallest int64 is an error. O(n).
func (e Expr) Neg() Expr { return e.unary("-"+e.String(), number, eval.Neg) }

// Abs returns the absolute value of e, of e's type; that of the smallest int64 is an error. O(n).
func (e Expr) Abs() Expr { return e.unary(e.String()+".Abs()", number, eval.Abs) }

// Round returns e, a number, rounded to a number of decimals, half away from zero; a negative number rounds to tens,
// hundreds and so on. An Int64 stays one only if decimals is not negative. O(n).
func (e Expr) Round(decimals int) Expr {
	return e.unary(fmt.Sprintf("%s.Round(%d)", e, decimals), number, func(n *eval.Node) *eval.Node {
		if n.Kind == vec.Int && decimals >= 0 {
			return n
		}
		scale := math.Pow10(decimals)
		return eval.Map(asFloat(n), func(x float64) float64 {
			y := math.Round(x * scale)
			if scale > 0 { // else there are no numbers so large, and y is 0
				y /= scale
			}
			if math.IsInf(y, 0) || math.IsNaN(y) {
				return x // too large to have decimals, or no number
			}
			return y
		})
	})
}

// Apply returns fn of each number that is not null, a Float64: math.Sqrt, or a function of one's own, which several
// goroutines call at once. A nil fn is an error. O(n).
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
	return e.binary(op.Sign(), x, func(s *scope, text string, a, b value) (*eval.Node, error) {
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
			if m.Kind == vec.Int && n.Kind == vec.Int && op != eval.Div {
				return op.Ints(vec.Int, m, n), nil
			}
			return op.Floats(asFloat(m), asFloat(n)), nil
		default:
			want := "two numbers"
			switch op {
			case eval.Add:
				want = "two numbers, two texts, or a time and seconds"
			case eval.Sub:
				want = "two numbers, two times, or a time and seconds"
			}
			return nil, fmt.Errorf("%s of %s and %s: expected %s", op.Sign(), kindName(ka), kindName(kb), want)
		}
	})
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
