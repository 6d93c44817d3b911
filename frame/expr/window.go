package expr

import (
	"fmt"

	"github.com/sav-analytics/sav/frame/internal/vec"
	"github.com/sav-analytics/sav/frame/internal/window"
)

// Shift returns the value n rows before each row, after it if n is negative; null
// where there is none. As of all that looks at other rows, these are the rows of
// the group where it is [Expr.Over] groups, and of the frame otherwise. O(n).
func (e Expr) Shift(n int) Expr {
	return e.window(fmt.Sprintf("Shift(%d)", n), anyKind, func(s *scope, v vec.Vec) (vec.Vec, error) {
		return window.Shift(s.groups(), v, n), nil
	})
}

// Diff returns the difference to the value n rows before, null where there is
// none; of times, in seconds. O(n).
func (e Expr) Diff(n int) Expr { return e.Sub(e.Shift(n)) }

// ForwardFill returns e with the last value before it in the place of a null.
// O(n).
func (e Expr) ForwardFill() Expr {
	return e.window("ForwardFill()", anyKind, func(s *scope, v vec.Vec) (vec.Vec, error) {
		return window.Fill(s.groups(), v, false), nil
	})
}

// BackwardFill returns e with the next value behind it in the place of a null.
// O(n).
func (e Expr) BackwardFill() Expr {
	return e.window("BackwardFill()", anyKind, func(s *scope, v vec.Vec) (vec.Vec, error) {
		return window.Fill(s.groups(), v, true), nil
	})
}

// CumSum returns the sum of the values up to each row. Nulls add nothing and stay
// null; a sum of integers outside int64 is an error. The CumSum of Lit(1) numbers
// the rows. O(n).
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

// RankMethod says which ranks equal values have.
type RankMethod uint8

// The methods of [Expr.Rank], and the ranks of 5, 6, 6, 7.
const (
	Average RankMethod = iota // the mean of the ranks that they take up, a Float64: 1, 2.5, 2.5, 4
	Min                       // the smallest of these: 1, 2, 2, 4
	Max                       // the largest of these: 1, 3, 3, 4
	Dense                     // without gaps: 1, 2, 2, 3
	Ordinal                   // all of these, in the order of the rows: 1, 2, 3, 4
)

// Rank returns the rank of each value, from 1 for the smallest. Values are
// compared as in [frame.Frame.SortBy]; nulls have no rank. O(n), after sorting.
func (e Expr) Rank(m RankMethod) Expr { return e.rank("Rank", m, false) }

// RankDesc is [Expr.Rank], from 1 for the largest.
func (e Expr) RankDesc(m RankMethod) Expr { return e.rank("RankDesc", m, true) }

func (e Expr) rank(name string, m RankMethod, descending bool) Expr {
	return e.window(name+"()", anyKind, func(s *scope, v vec.Vec) (vec.Vec, error) {
		if m > Ordinal {
			return v, fmt.Errorf("no method %d", m)
		}
		return window.Rank(s.groups(), v, window.Method(m), descending), nil
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
