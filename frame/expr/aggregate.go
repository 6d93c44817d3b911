package expr

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/sav-analytics/sav/frame/internal/agg"
	"github.com/sav-analytics/sav/frame/internal/vec"
)

// Statistics have one value for each group, or for the frame where nothing is grouped. All of them leave nulls out; one
// NaN makes the statistics of its group NaN, but Count and NUnique. They are named after what they are of, such as
// dt_s_mean. Each is O(n), with memory for the groups, but where it says more.

// Count returns the number of values that are not null, an Int64.
func (e Expr) Count() Expr {
	return e.aggregate("count", anyKind, func(s *scope, v vec.Vec) (vec.Vec, error) { return s.counts(v.Valid) })
}

// Sum returns the sum of numbers, 0 of no values. Of integers it is an exact Int64, and one outside int64 is an error;
// of floats it is a Float64, of booleans the number of true ones.
func (e Expr) Sum() Expr {
	return e.aggregate("sum", isNumber, func(s *scope, v vec.Vec) (vec.Vec, error) {
		sums, over := agg.Sum(s.groups(), v)
		if over >= 0 {
			return sums, fmt.Errorf("the sum of the group of row %d overflows int64", s.firstOf(over))
		}
		return sums, nil
	})
}

// Mean returns the arithmetic mean of numbers, a Float64, null of no values. Of booleans it is the share of true ones.
func (e Expr) Mean() Expr { return e.plain("mean", isNumber, agg.Mean) }

// Var returns the sample variance (n − 1) of numbers, a Float64, null of fewer than two values.
func (e Expr) Var() Expr { return e.plain("var", isNumber, agg.Var) }

// Std returns the sample standard deviation (n − 1) of numbers, a Float64, null of fewer than two values.
func (e Expr) Std() Expr { return e.plain("std", isNumber, agg.Std) }

// Min returns the smallest value, of e's type, null of no values; of text the first bytewise.
func (e Expr) Min() Expr { return e.plain("min", anyKind, agg.Min) }

// Max returns the largest value, of e's type, null of no values; of text the last bytewise.
func (e Expr) Max() Expr { return e.plain("max", anyKind, agg.Max) }

// First returns the first value that is not null, in the order of the rows, of e's type; null of no values.
func (e Expr) First() Expr { return e.plain("first", anyKind, agg.First) }

// Last returns the last value that is not null, in the order of the rows, of e's type; null of no values.
func (e Expr) Last() Expr { return e.plain("last", anyKind, agg.Last) }

// NUnique returns the number of distinct values that are not null, an Int64.
func (e Expr) NUnique() Expr { return e.plain("nunique", anyKind, agg.NUnique) }

// Median returns the median of numbers: the 0.5-[Expr.Quantile].
func (e Expr) Median() Expr {
	return e.plain("median", isNumber, func(g agg.Groups, v vec.Vec) vec.Vec { return agg.Quantile(g, v, 0.5) })
}

// Quantile returns the p-quantile of numbers, a Float64, null of no values: by linear interpolation between order
// statistics (type 7 of Hyndman and Fan, as pandas has it). A p outside [0, 1] is an error. It takes 8 bytes for each
// value. The name of the 0.9-quantile of dt_s is dt_s_p90.
func (e Expr) Quantile(p float64) Expr {
	name := "p" + strconv.FormatFloat(100*p, 'g', 6, 64)
	return e.aggregate(name, isNumber, func(s *scope, v vec.Vec) (vec.Vec, error) {
		if !(p >= 0 && p <= 1) {
			return vec.Vec{}, fmt.Errorf("quantile %v is not in [0, 1]", p)
		}
		return agg.Quantile(s.groups(), v, p), nil
	})
}

// Agg returns fn of the values of each group that are not null, in the order of the rows, a Float64; null of no values.
// gonum's statistics fit:
//
//	expr.Col("dt_s").Agg(func(x []float64) float64 { return stat.Skew(x, nil) })
//
// fn may change the slice, but not keep it, and several goroutines call it at once. A nil fn is an error. It takes 8
// bytes for each value.
func (e Expr) Agg(fn func(values []float64) float64) Expr {
	return e.aggregate("agg", isNumber, func(s *scope, v vec.Vec) (vec.Vec, error) {
		if fn == nil {
			return vec.Vec{}, fmt.Errorf("no function")
		}
		return agg.Own(s.groups(), v, fn), nil
	})
}

// firstOf returns the first row of a group.
func (s *scope) firstOf(group int) int { return max(0, slices.Index(s.ids, uint32(group))) }

func anyKind(vec.Kind) bool { return true }

// plain returns a statistic that never fails.
func (e Expr) plain(name string, takes func(vec.Kind) bool, fn func(agg.Groups, vec.Vec) vec.Vec) Expr {
	return e.aggregate(name, takes, func(s *scope, v vec.Vec) (vec.Vec, error) { return fn(s.groups(), v), nil })
}

func (e Expr) aggregate(name string, takes func(vec.Kind) bool, fn func(s *scope, v vec.Vec) (vec.Vec, error)) Expr {
	text := fmt.Sprintf("%s.%s()", e, name)
	n := &node{text: text, name: name}
	if e.node != nil {
		n.name = e.node.name + "_" + name
	}
	n.bind = func(s *scope) (value, error) {
		inner, err := s.bindExpr(e)
		if err != nil {
			return value{}, err
		}
		if inner.shape == perGroup {
			return value{}, &bindError{text + ": a statistic of a statistic: Over makes a column of the inner one"}
		}
		if !takes(inner.node.Kind) || inner.isNull() {
			return value{}, &bindError{fmt.Sprintf("%s: %v", text, wrongKind(inner.node.Kind, "a number"))}
		}
		v, err := s.compute(e.String(), inner.node, s.rows)
		if err != nil {
			return value{}, err
		}
		out, err := fn(s, v)
		if err != nil {
			return value{}, &bindError{text + ": " + err.Error()}
		}
		return groupsValue(out), nil
	}
	return Expr{n}
}

// Over computes e within the groups of rows that agree in the named columns, as [frame.Frame.GroupBy] has them, and
// returns a value for each row: a statistic of its group, or its place in it:
//
//	expr.Col("dt_s").Mean().Over("merchant_id")
//	expr.Col("created_at").Rank(expr.RankOptions{Method: "ordinal"}).Over("conversation_id")
//
// A name that is not there is an error. It groups once for all expressions of a verb that name the same columns: O(n),
// with the memory of GroupBy.
func (e Expr) Over(names ...string) Expr {
	text := fmt.Sprintf("%s.Over(%q)", e, names)
	n := &node{text: text}
	if e.node != nil {
		n.name, n.lit = e.node.name, e.node.lit
	}
	n.bind = func(outer *scope) (value, error) {
		s, err := newScope(outer.frame.GroupBy(names...))
		if err != nil {
			return value{}, err
		}
		v, err := s.bindExpr(e)
		if err != nil {
			return value{}, err
		}
		return s.toRows(text, v)
	}
	return Expr{n}
}
