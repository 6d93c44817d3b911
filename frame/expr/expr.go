package expr

import (
	"errors"
	"fmt"
	"strings"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/internal/vec"
)

// An Expr computes a column from those of a frame. It is immutable, and may be used with any frame, by any number of
// goroutines. Begin one with [Col], [Lit], [Len], [When] or [Map]. It implements [frame.Expr].
//
// Methods that take an any as their operand take an Expr, another [frame.Expr] such as a column, or a Go value as [Lit]
// does. What is wrong with an Expr comes to light when a verb evaluates it.
type Expr struct{ node *node }

// A node is an expression by its parts.
type node struct {
	name string // of the column it computes
	text string // as errors show it
	lit  bool   // a literal, whose name gives way to another's
	bind func(s *scope) (value, error)
}

// Col returns the column of that name. A name that the frame does not have is an error, which says the nearest one.
func Col(name string) Expr {
	return Expr{&node{name: name, text: name, bind: func(s *scope) (value, error) {
		c, err := s.frame.Column(name)
		if err != nil {
			return value{}, err
		}
		return rowsValue(vecOf(c)), nil
	}}}
}

// Len returns the number of rows, of the frame or of each group: an Int64, never null. Its name is len.
func Len() Expr {
	return Expr{&node{name: "len", text: "len()", bind: func(s *scope) (value, error) {
		counts, err := s.counts(nil)
		return groupsValue(counts), err
	}}}
}

// As returns e under another name. O(1).
func (e Expr) As(name string) Expr {
	if e.node == nil {
		return e
	}
	n := *e.node
	n.name = name
	inner := e.node
	n.bind = func(s *scope) (value, error) { return s.bind(inner) }
	return Expr{&n}
}

// String returns e as errors show it, such as (price * quantity).
func (e Expr) String() string {
	if e.node == nil {
		return "Expr{}"
	}
	return e.node.text
}

// Rows returns the column of e with a value for each row of f. Statistics that are not [Expr.Over] groups are those of
// all rows, in each row.
func (e Expr) Rows(f *frame.Frame) (frame.Column, error) {
	s, err := newScope(f.GroupBy())
	if err != nil {
		return frame.Column{}, err
	}
	out, err := s.column(e)
	if err != nil {
		return frame.Column{}, err
	}
	return columnOf(e.node.name, out), nil
}

// Groups returns the column of e with a value for each group of g. It is an error if e is not a statistic, such as
// [Expr.Mean].
func (e Expr) Groups(g frame.Grouping) (frame.Column, error) {
	s, err := newScope(g)
	if err != nil {
		return frame.Column{}, err
	}
	v, err := s.bindExpr(e)
	if err != nil {
		return frame.Column{}, err
	}
	if v.shape == perRow {
		return frame.Column{}, errorf(
			e, "a value for each row, not for each group: choose a statistic, such as Mean or First",
		)
	}
	if v.node.Kind == 0 {
		return frame.Column{}, errorf(e, "a null of no type: Cast it")
	}
	out, err := s.compute(e.node.text, v.node, s.n)
	if err != nil {
		return frame.Column{}, err
	}
	return columnOf(e.node.name, out), nil
}

func vecOf(c frame.Column) vec.Vec {
	return vec.Vec{
		Kind: vec.Kind(c.Type()), N: c.Len(), Valid: c.Valid(),
		Ints: c.Int64s(), Floats: c.Float64s(), Bits: c.Bits(), Codes: c.Codes(), Dict: c.Dictionary(),
	}
}

func columnOf(name string, v vec.Vec) frame.Column {
	switch v.Kind {
	case vec.Float:
		return frame.Float64s(name, v.Floats, v.Valid)
	case vec.Time:
		return frame.Times(name, v.Ints, v.Valid)
	case vec.Bool:
		return frame.Bits(name, v.Bits, v.N, v.Valid)
	case vec.Text:
		return frame.Dictionary(name, v.Codes, v.Dict, v.Valid)
	}
	return frame.Int64s(name, v.Ints, v.Valid)
}

// Map returns an expression that calls fn with whole columns. fn returns a column of the same length, which gets
// the name of the first column unless As gives another. It is the way out for what has no other form:
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
