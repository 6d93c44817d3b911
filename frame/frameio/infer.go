package frameio

import (
	"bytes"
	"strconv"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/instant"
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
			f, err := strconv.ParseFloat(string(s), 64)
			if err != nil || f == 0 && bytes.ContainsAny(mantissa(s), "123456789") {
				return k // beyond the range of floats, or so small that it would become 0
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

// mantissa returns the digits of a number before its exponent.
func mantissa(s []byte) []byte {
	if i := bytes.IndexAny(s, "eE"); i >= 0 {
		return s[:i]
	}
	return s
}

// isDashed reports whether s begins as YYYY-MM- does. A time in another form is a time only in a column that is said to
// have them: digits alone may be a code.
func isDashed(s []byte) bool { return len(s) >= len(time.DateOnly) && s[4] == '-' && s[7] == '-' }

// looksNumeric reports whether s is a number as Go and JSON write it, without leading zeros, and whether it is an
// integer.
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

// choice returns the first type that all values are, in the order that the package comment has; text if there is no
// value.
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
