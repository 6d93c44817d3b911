package naive

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	zeroFraction = regexp.MustCompile(`^(-?[0-9]+)\.0+$`)
	integer      = regexp.MustCompile(`^-?[0-9]+$`)
	letters      = regexp.MustCompile(`^[A-Za-z]{2}$`)
	clockTime    = regexp.MustCompile(`^([0-9]{4})-([0-9]{2})-([0-9]{2})` +
		`(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)? *(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?$`)
	unixTime = regexp.MustCompile(`^(?:([0-9]{9,10})(?:\.([0-9]+))?|([0-9]{12,13}))$`)
)

// ID is the text by which two ids are equal.
func ID(s string) string { return zeroFraction.ReplaceAllString(s, "$1") }

// CompareIDs orders ids: integers by value, then bytewise; other text bytewise;
// empty last.
func CompareIDs(a, b string) int {
	kind := func(s string) int {
		switch {
		case integer.MatchString(s):
			return 0
		case s != "":
			return 1
		}
		return 2
	}
	if kind(a) != kind(b) {
		return kind(a) - kind(b)
	}
	if kind(a) == 0 {
		x, _ := new(big.Int).SetString(a, 10)
		y, _ := new(big.Int).SetString(b, 10)
		if c := x.Cmp(y); c != 0 {
			return c
		}
	}
	return strings.Compare(a, b)
}

// Country is how a country is shown.
func Country(s string) string {
	switch {
	case s == "":
		return "unknown"
	case letters.MatchString(s):
		return strings.ToUpper(s)
	}
	return s
}

// Time reads created_at, as µs since 1970; ok is false where it is in no form
// that is read.
func Time(s string, zone *time.Location) (at int64, ambiguous, ok bool) {
	number := func(s string) int { // "" is 0
		n, _ := strconv.Atoi(s)
		return n
	}
	micros := func(digits string) int64 { return int64(number((digits + "000000")[:6])) }
	if m := unixTime.FindStringSubmatch(s); m != nil {
		at = int64(number(m[1]))*1e6 + micros(m[2]) + int64(number(m[3]))*1e3
		year := time.UnixMicro(at).UTC().Year()
		return at, false, 1990 <= year && year <= 2099
	}
	m := clockTime.FindStringSubmatch(s)
	if m == nil {
		return 0, false, false
	}
	year, month, day := number(m[1]), time.Month(number(m[2])), number(m[3])
	h, min, sec := number(m[4]), number(m[5]), number(m[6])
	t := time.Date(year, month, day, h, min, sec, 0, time.UTC)
	if t.Year() != year || t.Month() != month || t.Day() != day || h > 23 || min > 59 || sec > 59 || year < 1990 || year > 2099 {
		return 0, false, false
	}
	local := t.UnixMicro() + micros(m[7])
	if m[8] == "" {
		at, ambiguous = UTC(local, zone)
		return at, ambiguous, true
	}
	digits := strings.ReplaceAll(strings.TrimLeft(m[8], "Z+-"), ":", "") + "0000"
	oh, omin := number(digits[:2]), number(digits[2:4])
	offset := int64(oh*60+omin) * 60e6
	if m[8][0] == '-' {
		offset = -offset
	}
	return local - offset, false, oh <= 23 && omin <= 59
}

// UTC finds the instant at which clocks in zone showed a local time, given in
// µs as if it were UTC, by trying every offset of whole minutes. A time that
// they showed twice is the first; one that they skipped is taken to have the
// offset of the last instant before it.
func UTC(local int64, zone *time.Location) (at int64, ambiguous bool) {
	if zone == nil {
		return local, false
	}
	const minute, reach = 60e6, 26 * 60
	shown := func(utc int64) int64 {
		_, offset := time.UnixMicro(utc).In(zone).Zone()
		return utc + int64(offset)*1e6
	}
	var found []int64
	for m := int64(-reach); m <= reach; m++ {
		if utc := local + m*minute; shown(utc) == local {
			found = append(found, utc)
		}
	}
	if len(found) > 0 {
		return found[0], len(found) > 1
	}
	for m := int64(-reach); ; m++ {
		if utc := local + m*minute; shown(utc) < local && shown(utc+minute) > local {
			return local - (shown(utc) - utc), true
		}
	}
}

// Valid replaces what is no valid UTF-8 by U+FFFD, as table 3-7 of the Unicode
// standard has it: each longest beginning of a well-formed sequence, or a byte
// that begins none.
func Valid(s string) string {
	type span struct{ low, high byte }
	tail := span{0x80, 0xBF}
	var sequences = [][]span{
		{{0x00, 0x7F}},
		{{0xC2, 0xDF}, tail},
		{{0xE0, 0xE0}, {0xA0, 0xBF}, tail},
		{{0xE1, 0xEC}, tail, tail},
		{{0xED, 0xED}, {0x80, 0x9F}, tail},
		{{0xEE, 0xEF}, tail, tail},
		{{0xF0, 0xF0}, {0x90, 0xBF}, tail, tail},
		{{0xF1, 0xF3}, tail, tail, tail},
		{{0xF4, 0xF4}, {0x80, 0x8F}, tail, tail},
	}
	out := ""
	for len(s) > 0 {
		n, whole := 1, false
		for _, sequence := range sequences {
			k := 0
			for k < len(sequence) && k < len(s) && sequence[k].low <= s[k] && s[k] <= sequence[k].high {
				k++
			}
			if k > 0 {
				n, whole = k, k == len(sequence)
			}
		}
		if whole {
			out += s[:n]
		} else {
			out += "\uFFFD"
		}
		s = s[n:]
	}
	return out
}
