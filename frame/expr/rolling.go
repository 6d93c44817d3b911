package expr

import (
	"fmt"
	"time"

	"github.com/sav-analytics/sav/frame/internal/vec"
	"github.com/sav-analytics/sav/frame/internal/window"
)

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
func (e Expr) Rolling(n int) Rolling {
	return Rolling{of: e, rows: n}
}

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
