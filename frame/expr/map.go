package expr

import (
	"errors"
	"fmt"
	"strings"

	"github.com/sav-analytics/sav/frame"
)

// Map returns what fn makes of whole columns, row by row: it returns a column of as many rows as it is given, which has
// the name of the first of them unless As gives another. It is the way out for what has no other form:
//
//	distance := expr.Map(func(c []frame.Column) (frame.Column, error) {
//		out := make([]float64, c[0].Len())
//		for i := range out {
//			out[i] = math.Hypot(c[0].Float64s()[i], c[1].Float64s()[i])
//		}
//		return frame.Float64s("distance", out, nil), nil
//	}, expr.Col("x"), expr.Col("y"))
func Map(fn func(columns []frame.Column) (frame.Column, error), of ...Expr) Expr {
	names := make([]string, len(of))
	for i, e := range of {
		names[i] = e.String()
	}
	text := fmt.Sprintf("Map(%s)", strings.Join(names, ", "))
	n := &node{text: text, name: "map"}
	if len(of) > 0 && of[0].node != nil {
		n.name = of[0].node.name
	}
	n.bind = func(s *scope) (value, error) {
		if fn == nil {
			return value{}, &bindError{text + ": no function"}
		}
		columns := make([]frame.Column, len(of))
		for i, e := range of {
			v, err := s.column(e)
			if err != nil {
				return value{}, err
			}
			columns[i] = columnOf(e.node.name, v)
		}
		out, err := fn(columns)
		if err == nil && out.Len() != s.rows {
			err = fmt.Errorf("a column of %d rows, not %d", out.Len(), s.rows)
		}
		if err == nil && out.Type() == 0 {
			err = errors.New("a column without a type: make it with a constructor")
		}
		if err == nil {
			_, err = frame.New(out) // which says what is wrong with it
		}
		if err != nil {
			return value{}, fmt.Errorf("expr: %s: %w", text, err)
		}
		return rowsValue(vecOf(out)), nil
	}
	return Expr{n}
}
