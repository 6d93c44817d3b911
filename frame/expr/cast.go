package expr

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/internal/eval"
	"github.com/sav-analytics/sav/frame/internal/vec"
	"github.com/sav-analytics/sav/internal/instant"
)

// Cast returns e as another type; null stays null. A value that the type cannot hold is an error, which names the row.
//
// Floats lose their fraction. An integer is true if it is not 0, and as a Time microseconds since the Unix epoch.
// Numbers, booleans and times are written as [frame.Frame.String] shows them, and read from such text; text as a Time
// is read by [Str.Time]. A Time has no form as a float or a Bool. O(n); text is read and written once for each distinct
// value.
func (e Expr) Cast(t frame.Type) Expr { return e.cast("Cast", t, false) }

// TryCast returns e as another type, as [Expr.Cast] does, and null for a value that the type cannot hold.
func (e Expr) TryCast(t frame.Type) Expr { return e.cast("TryCast", t, true) }

func (e Expr) cast(name string, t frame.Type, lenient bool) Expr {
	text := fmt.Sprintf("%s.%s(%v)", e, name, t)
	return combine(text, func(s *scope, v []value) (*eval.Node, error) {
		to := vec.Kind(t)
		if to < vec.Int || to > vec.Text {
			return nil, fmt.Errorf("no type %v", t)
		}
		if v[0].isNull() {
			return nulls(to), nil
		}
		n := v[0].node
		switch from := n.Kind; {
		case from == to:
			return n, nil
		case to == vec.Text:
			return s.format(text, v[0])
		case from == vec.Text:
			return s.parse(text, v[0], lenient, to, parserOf(to))
		case to == vec.Float:
			if from != vec.Time {
				return asFloat(intsOf(n)), nil
			}
		case to == vec.Int:
			if from == vec.Float {
				return eval.FloatsToInts(vec.Int, n, 1, false, lenient), nil
			}
			return eval.As(vec.Int, intsOf(n)), nil
		case to == vec.Bool:
			if from != vec.Time {
				zero := eval.Constant(vec.Vec{Kind: vec.Int, N: 1, Ints: []int64{0}})
				if from == vec.Float {
					zero = asFloat(zero)
				}
				return eval.Ne.Node(n, zero), nil
			}
		case to == vec.Time && from == vec.Int:
			return eval.As(vec.Time, n), nil
		}
		return nil, fmt.Errorf("%s has no form as %s", kindName(n.Kind), kindName(to))
	}, e)
}

// intsOf returns booleans as 0 and 1, and all else as it is.
func intsOf(n *eval.Node) *eval.Node {
	if n.Kind == vec.Bool {
		return eval.BitsToInts(n)
	}
	return n
}

// format returns the values as text.
func (s *scope) format(text string, v value) (*eval.Node, error) {
	c, err := s.known(text, v)
	if err != nil {
		return nil, err
	}
	if c.Kind != vec.Float {
		return put(v.shape, wordsOf(c, func(row int) string { return formatted(c, row) })), nil
	}
	words := make([]string, c.N) // of floats −0 and 0 are equal, but not as text
	for i := range words {
		if !c.IsNull(i) {
			words[i] = formatted(c, i)
		}
	}
	return put(v.shape, vec.Intern(words, c.Valid)), nil
}

// formatted returns row i, which is not null, as text.
func formatted(v vec.Vec, i int) string {
	switch v.Kind {
	case vec.Float:
		return strconv.FormatFloat(v.Floats[i], 'g', -1, 64)
	case vec.Bool:
		return strconv.FormatBool(vec.Get(v.Bits, i))
	case vec.Time:
		return time.UnixMicro(v.Ints[i]).UTC().Format(time.RFC3339Nano)
	}
	return strconv.FormatInt(v.Ints[i], 10)
}

// parse returns the node of a table with a value for each word: read writes that of a word to row i of the table. A
// word that cannot be read is an error if a row holds it, or null if lenient.
func (s *scope) parse(
	text string, v value, lenient bool, to vec.Kind, read func(table vec.Vec, i int, word string) error,
) (*eval.Node, error) {
	c, err := s.known(text, v)
	if err != nil {
		return nil, err
	}
	table := vec.Vec{Kind: to}.Blank(len(c.Dict))
	known := vec.Ones(len(c.Dict))
	used := c.Used()
	for code, word := range c.Dict {
		if !vec.Get(used, code) {
			continue
		}
		err := read(table, code, strings.TrimSpace(word))
		switch {
		case err == nil:
		case lenient:
			known[code/64] &^= 1 << (code % 64)
		default:
			return nil, fmt.Errorf("row %d: %w", rowOf(c, uint32(code)), err)
		}
	}
	return eval.Lookup(put(v.shape, c), table.WithValid(known)), nil
}

// rowOf returns the first row with a code.
func rowOf(v vec.Vec, code uint32) int {
	for i, c := range v.Codes {
		if c == code && !v.IsNull(i) {
			return i
		}
	}
	return -1
}

// parserOf returns what reads text as a kind.
func parserOf(to vec.Kind) func(table vec.Vec, i int, word string) error {
	return func(table vec.Vec, i int, word string) (err error) {
		switch to {
		case vec.Int:
			table.Ints[i], err = strconv.ParseInt(word, 10, 64)
		case vec.Float:
			table.Floats[i], err = strconv.ParseFloat(word, 64)
		case vec.Bool:
			var b bool
			if b, err = strconv.ParseBool(strings.ToLower(word)); b {
				vec.Set(table.Bits, i)
			}
		case vec.Time:
			table.Ints[i], err = instant.ParseText(word, nil)
		}
		if errors.Is(err, strconv.ErrRange) {
			return fmt.Errorf("%q does not fit %s", word, kindName(to))
		}
		if err != nil {
			return fmt.Errorf("%q cannot be read as %s", word, kindName(to))
		}
		return nil
	}
}
