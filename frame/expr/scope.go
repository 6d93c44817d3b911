package expr

import (
	"errors"
	"fmt"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/internal/agg"
	"github.com/sav-analytics/sav/frame/internal/eval"
	"github.com/sav-analytics/sav/frame/internal/vec"
)

// shape says what a value has a row for.
type shape uint8

const (
	literal  shape = iota // one row, which stands for all
	perGroup              // each group
	perRow                // each row of the frame
)

// A value is what a node computes in a scope.
type value struct {
	shape shape
	node  *eval.Node
	// seconds says that a literal is a time.Duration, as seconds.
	seconds bool
}

func rowsValue(v vec.Vec) value   { return value{shape: perRow, node: eval.Column(v)} }
func groupsValue(v vec.Vec) value { return value{shape: perGroup, node: eval.Column(v)} }

// A scope is the frame and the groups on which expressions are evaluated.
type scope struct {
	frame *frame.Frame
	rows  int
	ids   []uint32 // nil: all rows are one group
	n     int      // groups
	bound map[*node]value
}

func newScope(g frame.Grouping) (*scope, error) {
	ids, n, err := g.IDs()
	if err != nil {
		return nil, err
	}
	f := g.Frame()
	return &scope{frame: f, rows: f.Len(), ids: ids, n: n, bound: make(map[*node]value)}, nil
}

func (s *scope) groups() agg.Groups { return agg.Groups{IDs: s.ids, N: s.n} }

// counts returns the number of each group's rows whose bit is set, or of all.
func (s *scope) counts(valid []uint64) (vec.Vec, error) {
	counts := agg.Count(s.groups(), s.rows, valid)
	return vec.Vec{Kind: vec.Int, N: s.n, Ints: counts}, nil
}

// bindExpr returns the value of e.
func (s *scope) bindExpr(e Expr) (value, error) {
	if e.node == nil {
		return value{}, errors.New("expr: an empty expression: begin one with Col, Lit, Len, When or Map")
	}
	return s.bind(e.node)
}

// bind returns the value of n, which is bound once.
func (s *scope) bind(n *node) (value, error) {
	if v, ok := s.bound[n]; ok {
		return v, nil
	}
	v, err := n.bind(s)
	if err == nil {
		s.bound[n] = v
	}
	return v, err
}

// toRows returns the value with a row for each row of the frame.
func (s *scope) toRows(text string, v value) (value, error) {
	if v.shape != perGroup {
		return v, nil
	}
	out, err := s.compute(text, v.node, s.n)
	if err != nil {
		return value{}, err
	}
	if s.ids == nil {
		return value{shape: literal, node: eval.Constant(out)}, nil
	}
	return value{shape: perRow, node: eval.Spread(out, s.ids)}, nil
}

// together returns values of one shape, or literals, and that shape.
func (s *scope) together(text string, values []value) ([]value, shape, error) {
	widest := literal
	for _, v := range values {
		widest = max(widest, v.shape)
	}
	if widest == perRow {
		for i, v := range values {
			v, err := s.toRows(text, v)
			if err != nil {
				return nil, 0, err
			}
			values[i] = v
		}
	}
	return values, widest, nil
}

// column computes e with a row for each row of the frame.
func (s *scope) column(e Expr) (vec.Vec, error) {
	v, err := s.bindExpr(e)
	if err != nil {
		return vec.Vec{}, err
	}
	if v.node.Kind == 0 {
		return vec.Vec{}, errorf(e, "a null of no type: Cast it")
	}
	if v, err = s.toRows(e.String(), v); err != nil {
		return vec.Vec{}, err
	}
	return s.compute(e.String(), v.node, s.rows)
}

// length returns the number of rows of a value of a shape.
func (s *scope) length(of shape) int { return [...]int{1, s.n, s.rows}[of] }

// known computes a value in its own shape, so that it is a column or a constant.
func (s *scope) known(text string, v value) (vec.Vec, error) {
	if c := v.node.Constant(); c != nil {
		return *c, nil
	}
	return s.compute(text, v.node, s.length(v.shape))
}

// put returns a column of a shape as a value.
func put(of shape, v vec.Vec) *eval.Node {
	if of == literal {
		return eval.Constant(v)
	}
	return eval.Column(v)
}

// compute runs a node of n rows; text names it in the error.
func (s *scope) compute(text string, n *eval.Node, rows int) (vec.Vec, error) {
	out, err := eval.Run(n, rows)
	if at, ok := errors.AsType[*eval.RowError](err); ok {
		return out, &bindError{fmt.Sprintf("%s: row %d: %s", text, at.Row, at.Msg)}
	}
	return out, err
}

// A bindError says what is wrong with an expression.
type bindError struct{ msg string }

func (e *bindError) Error() string { return "expr: " + e.msg }

func errorf(e Expr, format string, args ...any) error {
	return &bindError{e.String() + ": " + fmt.Sprintf(format, args...)}
}

// kindName returns the name of a kind as frame has it.
func kindName(k vec.Kind) string {
	if k == 0 {
		return "null"
	}
	return frame.Type(k).String()
}
