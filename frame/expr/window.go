package expr

import (
	"cmp"
	"fmt"
	"slices"
	"time"

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

// A Rolling is a window that moves over the rows; its methods are the statistics of the window that ends with each row.
// Begin one with [Expr.Rolling] or [Expr.RollingBy].
type Rolling struct {
	of   Expr
	rows int
	by   string
	long time.Duration
}

// Rolling returns the windows of the last n rows, the row itself among them. As in pandas and Polars their statistics
// are null until n values are there that are not null. An n below 1 is an error, as are values that are not numbers.
func (e Expr) Rolling(n int) Rolling { return Rolling{of: e, rows: n} }

// RollingBy returns the window of the rows whose time, in the named column, is at most that of the row and greater than
// that less d. The rows need not be sorted; a row without a time is in no window, and null. Its statistics are of
// whatever values are there.
func (e Expr) RollingBy(name string, d time.Duration) Rolling {
	return Rolling{of: e, by: name, long: d}
}

// Sum returns the sum of each window, a Float64. O(n): no value is ever subtracted, so that no error adds up.
func (r Rolling) Sum() Expr { return r.stat("Sum", window.Sum, 0, nil) }

// Mean returns the mean of each window, a Float64. O(n), as for [Rolling.Sum].
func (r Rolling) Mean() Expr { return r.stat("Mean", window.Mean, 0, nil) }

// Min returns the smallest value of each window, a Float64. O(n).
func (r Rolling) Min() Expr { return r.stat("Min", window.Smallest, 0, nil) }

// Max returns the largest value of each window, a Float64. O(n).
func (r Rolling) Max() Expr { return r.stat("Max", window.Largest, 0, nil) }

// Std returns the sample standard deviation (n − 1) of each window, a Float64, null of one value. O(n·w) for windows of
// w rows.
func (r Rolling) Std() Expr { return r.stat("Std", window.Std, 0, nil) }

// Median returns the median of each window, a Float64. O(n·log w) for windows of w rows.
func (r Rolling) Median() Expr { return r.stat("Median", window.Quantile, 0.5, nil) }

// Quantile returns the p-quantile of each window, a Float64, as [Expr.Quantile] has it; a p outside [0, 1] is an error.
// O(n·log w) for windows of w rows.
func (r Rolling) Quantile(p float64) Expr {
	return r.stat(fmt.Sprintf("Quantile(%v)", p), window.Quantile, p, nil)
}

// Agg returns fn of the values of each window, a Float64, as [Expr.Agg] has it; a nil fn is an error. O(n·w) for
// windows of w rows.
func (r Rolling) Agg(fn func(values []float64) float64) Expr { return r.stat("Agg", window.Own, 0, fn) }

func (r Rolling) stat(name string, stat window.Stat, p float64, fn func([]float64) float64) Expr {
	return r.of.window("Rolling."+name, isNumber, func(s *scope, v vec.Vec) (vec.Vec, error) {
		w := window.Windows{Rows: r.rows, Min: max(r.rows, 1)}
		switch {
		case !(p >= 0 && p <= 1):
			return v, fmt.Errorf("quantile %v is not in [0, 1]", p)
		case stat == window.Own && fn == nil:
			return v, fmt.Errorf("no function")
		case r.by == "" && r.long == 0 && r.rows < 1:
			return v, fmt.Errorf("a window of %d rows: expected 1 or more", r.rows)
		case r.rows == 0 && r.long < time.Microsecond:
			return v, fmt.Errorf("a window of %v: expected 1µs or more", r.long)
		case r.rows == 0:
			at, err := s.frame.Column(r.by)
			if err != nil {
				return v, err
			}
			if w.Time = vecOf(at); w.Time.Kind != vec.Time {
				return v, fmt.Errorf("column %q is %v, not time", r.by, at.Type())
			}
			w.Width = r.long.Microseconds()
		}
		v, err := s.countable(v)
		if err != nil {
			return v, err
		}
		return window.Rolling(s.groups(), v, w, stat, p, fn), nil
	})
}
