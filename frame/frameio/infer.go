package frameio

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/instant"
	"github.com/sav-analytics/sav/internal/nearest"
	"github.com/sav-analytics/sav/internal/zone"
)

// kinds is the set of types that all values of a column so far could be.
type kinds uint8

const (
	isInt kinds = 1 << iota
	isFloat
	isBool
	isTime
	isText
	isExact // all integers of the column are floats exactly
	isValue // there was a value

	anyKind = isInt | isFloat | isBool | isTime | isText | isExact
)

// kindsOf returns the types that a value could be.
func kindsOf(s []byte) kinds {
	k := isText | isExact | isValue
	if len(s) == 0 {
		return k
	}
	switch c := s[0]; {
	case c == '-' || c >= '0' && c <= '9' || c == 'N' || c == 'I' || c == '+':
		whole, ok := looksNumeric(s)
		if ok && !whole {
			if _, err := strconv.ParseFloat(string(s), 64); err != nil {
				return k // beyond the range of floats
			}
			return k | isFloat
		}
		if ok {
			k |= isFloat
			n, err := strconv.ParseInt(string(s), 10, 64)
			if err == nil {
				k |= isInt
			}
			if f := float64(n); err != nil || f >= 1<<63 || int64(f) != n {
				k &^= isExact
			}
			return k
		}
		if isDashed(s) {
			if _, err := instant.ParseText(string(s), nil); err == nil {
				k |= isTime
			}
		}
	default:
		if string(s) == "true" || string(s) == "false" {
			k |= isBool
		}
	}
	return k
}

// isDashed reports whether s begins as YYYY-MM- does. A time in another form is a
// time only in a column that is said to have them: digits alone may be a code.
func isDashed(s []byte) bool { return len(s) >= len(time.DateOnly) && s[4] == '-' && s[7] == '-' }

// looksNumeric reports whether s is a number as Go and JSON write it, without
// leading zeros, and whether it is an integer.
func looksNumeric(s []byte) (whole, ok bool) {
	switch string(s) {
	case "NaN", "Inf", "+Inf", "-Inf":
		return false, true
	}
	i := 0
	if s[0] == '-' {
		i++
	}
	digits := func() int {
		from := i
		for i < len(s) && s[i]-'0' <= 9 {
			i++
		}
		return i - from
	}
	first := i
	n := digits()
	if n == 0 || n > 1 && s[first] == '0' {
		return false, false
	}
	if i == len(s) {
		return string(s) != "-0", true
	}
	if s[i] == '.' {
		i++
		if digits() == 0 {
			return false, false
		}
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		if digits() == 0 {
			return false, false
		}
	}
	return false, i == len(s)
}

// choice returns the first type that all values are, in the order that the
// package comment has; text if there is no value.
func (k kinds) choice() frame.Type {
	switch {
	case k&isValue == 0:
		return frame.Text
	case k&isInt != 0:
		return frame.Int64
	case k&isFloat != 0 && k&isExact != 0:
		return frame.Float64
	case k&isBool != 0:
		return frame.Bool
	case k&isTime != 0:
		return frame.Time
	}
	return frame.Text
}

// A builder collects the values of a column.
type builder struct {
	name   string
	typ    frame.Type
	zone   *zone.Zone
	ints   []int64
	floats []float64
	bools  []bool
	codes  []uint32
	dict   []string
	known  map[string]uint32
	valid  []bool
	nulls  bool
}

func (b *builder) null() {
	b.nulls = true
	b.valid = append(b.valid, false)
	switch b.typ {
	case frame.Float64:
		b.floats = append(b.floats, 0)
	case frame.Bool:
		b.bools = append(b.bools, false)
	case frame.Text:
		b.codes = append(b.codes, 0)
	default:
		b.ints = append(b.ints, 0)
	}
}

// add reads a value.
func (b *builder) add(s []byte) error {
	switch b.typ {
	case frame.Text:
		code, ok := b.known[string(s)]
		if !ok {
			if b.known == nil {
				b.known = make(map[string]uint32)
			}
			code = uint32(len(b.dict))
			word := string(s)
			b.known[word] = code
			b.dict = append(b.dict, word)
		}
		b.codes = append(b.codes, code)
	case frame.Float64:
		v, err := strconv.ParseFloat(string(s), 64)
		if err != nil {
			return fmt.Errorf("%q is not a number", s)
		}
		b.floats = append(b.floats, v)
	case frame.Bool:
		v, err := strconv.ParseBool(strings.ToLower(string(s)))
		if err != nil {
			return fmt.Errorf("%q is not a bool: expected true or false", s)
		}
		b.bools = append(b.bools, v)
	case frame.Time:
		v, err := instant.ParseText(string(s), b.zone)
		if err != nil {
			return err
		}
		b.ints = append(b.ints, v)
	default:
		v, err := strconv.ParseInt(string(s), 10, 64)
		if err != nil {
			return fmt.Errorf("%q is not an integer of 64 bits", s)
		}
		b.ints = append(b.ints, v)
	}
	b.valid = append(b.valid, true)
	return nil
}

// column returns what was collected.
func (b *builder) column() frame.Column {
	var valid frame.Bitmap
	if b.nulls {
		valid = frame.Valid(b.valid...)
	}
	switch b.typ {
	case frame.Float64:
		return frame.Float64s(b.name, b.floats, valid)
	case frame.Bool:
		return frame.Bools(b.name, b.bools, valid)
	case frame.Text:
		return frame.Dictionary(b.name, b.codes, b.dict, valid)
	case frame.Time:
		return frame.Times(b.name, b.ints, valid)
	}
	return frame.Int64s(b.name, b.ints, valid)
}

// noColumn returns the error of a column that is named and not there.
func noColumn(name string, names []string) error {
	meant := ""
	if near := nearest.Name(name, names); near != "" {
		meant = fmt.Sprintf("; did you mean %q?", near)
	}
	return fmt.Errorf("no column %q in %q%s", name, names, meant)
}

// appendFloat appends a float, rounded to some decimals if there are any.
func appendFloat(dst []byte, v float64, decimals int) []byte {
	if decimals == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return strconv.AppendFloat(dst, v, 'g', -1, 64)
	}
	from := len(dst)
	dst = strconv.AppendFloat(dst, v, 'f', max(decimals, 0), 64)
	if decimals > 0 {
		for dst[len(dst)-1] == '0' {
			dst = dst[:len(dst)-1]
		}
		if dst[len(dst)-1] == '.' {
			dst = dst[:len(dst)-1]
		}
	}
	if string(dst[from:]) == "-0" {
		dst = append(dst[:from], '0')
	}
	return dst
}
