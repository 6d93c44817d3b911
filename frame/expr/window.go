package expr

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/sav-analytics/sav/frame/internal/vec"
	"github.com/sav-analytics/sav/frame/internal/window"
	"github.com/sav-analytics/sav/internal/nearest"
)

// Shift returns the value n rows before each row, after it if n is negative, of e's type; null where there is none. As
// of all that looks at other rows, these are the rows of the group that [Expr.Over] names, else those of the frame.
// O(n), with 4 bytes for each row.
func (e Expr) Shift(n int) Expr {
	return e.window(fmt.Sprintf("Shift(%d)", n), anyKind, func(s *scope, v vec.Vec) (vec.Vec, error) {
		return window.Shift(s.groups(), v, n), nil
	})
}

// Diff returns the difference between each value and the one n rows before, null where there is none; of times, in
// seconds. Types and errors are as for [Expr.Sub].
func (e Expr) Diff(n int) Expr { return e.Sub(e.Shift(n)) }

// ForwardFill returns e with the last value before it in the place of a null; null where there is none. O(n).
func (e Expr) ForwardFill() Expr {
	return e.window("ForwardFill()", anyKind, func(s *scope, v vec.Vec) (vec.Vec, error) {
		return window.Fill(s.groups(), v, false), nil
	})
}

// BackwardFill returns e with the next value after it in the place of a null; null where there is none. O(n).
func (e Expr) BackwardFill() Expr {
	return e.window("BackwardFill()", anyKind, func(s *scope, v vec.Vec) (vec.Vec, error) {
		return window.Fill(s.groups(), v, true), nil
	})
}

// CumSum returns the sum of the numbers up to each row, an Int64 or a Float64. Nulls add nothing and stay null; a sum
// of integers outside int64 is an error that names the row. The CumSum of Lit(1) numbers the rows. O(n).
func (e Expr) CumSum() Expr {
	return e.window("CumSum()", isNumber, func(s *scope, v vec.Vec) (vec.Vec, error) {
		v, err := s.countable(v)
		if err != nil {
			return v, err
		}
		out, over := window.CumSum(s.groups(), v)
		if over >= 0 {
			return out, fmt.Errorf("row %d: the sum overflows int64", over)
		}
		return out, nil
	})
}

// RankOptions says what [Expr.Rank] returns. The zero RankOptions ranks from the smallest value on, and gives equal
// values the mean of their ranks.
type RankOptions struct {
	// Method says which ranks equal values have, as in pandas and Polars. Those of 5, 6, 6, 7 are:
	//
	//	average  the mean of the ranks that they take up, a Float64: 1, 2.5, 2.5, 4; so does an empty Method
	//	min      the smallest of these: 1, 2, 2, 4
	//	max      the largest of these: 1, 3, 3, 4
	//	dense    without gaps: 1, 2, 2, 3
	//	ordinal  all of these, in the order of the rows: 1, 2, 3, 4
	Method     string
	Descending bool // from 1 for the largest value
}

var rankMethods = []string{
	window.Average: "average", window.Min: "min", window.Max: "max", window.Dense: "dense", window.Ordinal: "ordinal",
}

// Rank returns the rank of each value, from 1 for the smallest: a Float64 if the method is average, else an Int64.
// Values are compared as in [frame.Frame.SortBy]; nulls have no rank. Another method is an error. O(n), after sorting.
func (e Expr) Rank(o RankOptions) Expr {
	method := cmp.Or(o.Method, rankMethods[0])
	text := fmt.Sprintf("Rank(%s)", method)
	if o.Descending {
		text = fmt.Sprintf("Rank(%s, descending)", method)
	}
	return e.window(text, anyKind, func(s *scope, v vec.Vec) (vec.Vec, error) {
		m := slices.Index(rankMethods, method)
		if m < 0 {
			return v, fmt.Errorf("no method %q; %s", method, nearest.Hint(method, rankMethods))
		}
		return window.Rank(s.groups(), v, window.Method(m), o.Descending), nil
	})
}

// countable returns booleans as 0 and 1, and all else as it is.
func (s *scope) countable(v vec.Vec) (vec.Vec, error) {
	return s.compute("", intsOf(rowsValue(v).node), s.rows)
}

// window returns what fn computes of e, row by row.
func (e Expr) window(call string, takes func(vec.Kind) bool, fn func(s *scope, v vec.Vec) (vec.Vec, error)) Expr {
	text := e.String() + "." + call
	n := &node{text: text}
	if e.node != nil {
		n.name, n.lit = e.node.name, e.node.lit
	}
	n.bind = func(s *scope) (value, error) {
		v, err := s.column(e)
		if err != nil {
			return value{}, err
		}
		if !takes(v.Kind) {
			return value{}, &bindError{fmt.Sprintf("%s: %v", text, wrongKind(v.Kind, "a number"))}
		}
		out, err := fn(s, v)
		if err != nil {
			return value{}, &bindError{text + ": " + err.Error()}
		}
		return rowsValue(out), nil
	}
	return Expr{n}
}
