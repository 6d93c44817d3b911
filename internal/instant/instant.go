// Package instant reads times from text. It is the one home of the forms that are
// read: those of a message's created_at and those of a frame's times.
//
// It is a tool that any room of the flow (source → frame → analysis → sink) may use.
package instant

import (
	"bytes"
	"fmt"
	"time"

	"github.com/sav-analytics/sav/internal/zone"
)

const (
	second    = int64(1_000_000) // µs
	minute    = 60 * second
	hour      = 60 * minute
	dayLength = 24 * hour // in UTC
)

// rules say which years are read, and whether the spelling may vary.
type rules struct {
	minYear, maxYear int64
	loose            bool
}

var (
	created = rules{minYear: 1990, maxYear: 2099} // other years are taken for mistakes
	loose   = rules{minYear: 0, maxYear: 9999, loose: true}
)

// Parse reads a time in one of the forms of created_at, trimmed of spaces:
//
//	YYYY-MM-DD                       or YYYY/MM/DD
//	YYYY-MM-DD HH:MM[:SS[.f{1,9}]]   or with T, and with Z, UTC, GMT, ±HH, ±HHMM or ±HH:MM after it
//	Tue Oct 31 22:10:47 +0000 2017   as Twitter writes it
//	Tue, 31 Oct 2017 22:10:47 +0000  as mail has it; the day's name is optional
//	a Unix time of 9–10 digits in seconds, 12–13 in ms, 15–16 in µs, 18–19 in ns, optionally with a fraction
//
// It returns µs since 1970 UTC; digits beyond the microsecond are dropped. Years go
// from 1990 to 2099. A time without an offset is local to in, and ambiguous if that
// zone's clocks showed it twice or never. ok is false if s is in none of the forms.
func Parse(s []byte, in *zone.Zone) (at int64, ambiguous, ok bool) { return created.parse(s, in) }

// ParseText reads a time as [Parse] does, but of any year that has four digits, and
// as freely spelled as package time reads it: the hour may have one digit, more than
// one space may follow the date, and a fraction may be long and begin with a comma.
// Unix times keep the years of Parse, which decides their unit.
func ParseText(s string, in *zone.Zone) (int64, error) {
	at, _, ok := loose.parse([]byte(s), in)
	if !ok {
		return 0, fmt.Errorf("%q is not a time, such as 2026-05-31 or 2026-05-31T10:00:00Z", s)
	}
	return at, nil
}

func (r rules) parse(s []byte, in *zone.Zone) (at int64, ambiguous, ok bool) {
	switch {
	case len(s) == 0:
		return 0, false, false
	case len(s) < len("YYYY-") || s[4] != '-' && s[4] != '/':
		at, ok = r.parseOther(s)
		return at, false, ok
	}
	at, rest, ok := r.parseDate(s)
	if !ok {
		return 0, false, false
	}
	if len(rest) == 0 {
		at, ambiguous = in.ToUTC(at)
		return at, ambiguous, true
	}
	if rest[0] != 'T' && rest[0] != ' ' {
		return 0, false, false
	}
	sep, rest := rest[0], rest[1:]
	if r.loose && sep == ' ' {
		rest = bytes.TrimLeft(rest, " ")
	}
	clock, rest, ok := r.parseClock(rest)
	if !ok {
		return 0, false, false
	}
	at += clock
	for len(rest) > 0 && rest[0] == ' ' {
		rest = rest[1:]
	}
	if len(rest) == 0 {
		at, ambiguous = in.ToUTC(at)
		return at, ambiguous, true
	}
	offset, ok := parseOffset(rest)
	return at - offset, false, ok
}

// parseOther reads a time that does not begin with a date of digits.
func (r rules) parseOther(s []byte) (at int64, ok bool) {
	if s[0]-'0' <= 9 && bytes.IndexByte(s, ' ') < 0 {
		return parseUnix(s)
	}
	return r.parseNamed(s)
}

// InRange reports whether a time, in µs since 1970 UTC, is of a year that [Parse]
// reads.
func InRange(at int64) bool { return at >= minUnix && at < maxUnix }

// YearInRange reports whether a year is one that [Parse] reads.
func YearInRange(year int) bool { return created.inRange(int64(year)) }

func (r rules) inRange(year int64) bool { return year >= r.minYear && year <= r.maxYear }

// ParseDate reads the date YYYY-MM-DD or YYYY/MM/DD that s begins with, as µs since
// 1970 at its midnight in UTC, and returns what follows it.
func ParseDate(s []byte) (at int64, rest []byte, ok bool) { return created.parseDate(s) }

func (r rules) parseDate(s []byte) (at int64, rest []byte, ok bool) {
	if len(s) < len("YYYY-MM-DD") || s[4] != '-' && s[4] != '/' || s[7] != s[4] {
		return 0, s, false
	}
	century, ok1 := twoDigits(s)
	yy, ok2 := twoDigits(s[2:])
	month, ok3 := twoDigits(s[5:])
	day, ok4 := twoDigits(s[8:])
	at, ok = r.dateOf(century*100+yy, month, day)
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok {
		return 0, s, false
	}
	return at, s[len("YYYY-MM-DD"):], true
}

// dateOf returns a date's midnight in UTC, in µs since 1970, if there is the date
// and its year is one that is read.
func (r rules) dateOf(year, month, day int64) (at int64, ok bool) {
	if !r.inRange(year) || month < 1 || month > 12 || day < 1 {
		return 0, false
	}
	t := time.Date(int(year), time.Month(month), int(day), 0, 0, 0, 0, time.UTC)
	return t.Unix() * second, t.Day() == int(day) // 30 February became 2 March
}

// parseClock reads HH:MM[:SS[.f{1,9}]].
func (r rules) parseClock(s []byte) (clock int64, rest []byte, ok bool) {
	h, digits := shortNumber(s, 2)
	if digits == 0 || digits == 1 && !r.loose || h > 23 || len(s) < digits+3 || s[digits] != ':' {
		return 0, s, false
	}
	m, ok := twoDigits(s[digits+1:])
	if !ok || m > 59 {
		return 0, s, false
	}
	clock, s = h*hour+m*minute, s[digits+3:]
	if len(s) == 0 || s[0] != ':' {
		return clock, s, true
	}
	sec, ok := twoDigits(s[1:])
	if !ok || sec > 59 {
		return 0, s, false
	}
	clock, s = clock+sec*second, s[3:]
	if len(s) == 0 || s[0] != '.' && !(r.loose && s[0] == ',') {
		return clock, s, true
	}
	fraction, n := parseFraction(s[1:])
	if n < 1 || n > 9 && !r.loose {
		return 0, s, false
	}
	return clock + fraction, s[1+n:], true
}

// parseFraction reads the n digits that s begins with as a fraction of a
// second, in µs.
func parseFraction(s []byte) (fraction int64, n int) {
	for unit := second / 10; n < len(s) && s[n]-'0' <= 9; n++ {
		fraction += int64(s[n]-'0') * unit
		unit /= 10
	}
	return fraction, n
}

// parseOffset reads Z, UTC, GMT, ±HH, ±HHMM or ±HH:MM, in µs east of Greenwich.
func parseOffset(s []byte) (offset int64, ok bool) {
	switch string(s) {
	case "Z", "UTC", "GMT":
		return 0, true
	}
	if len(s) < len("+HH") || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	h, ok := twoDigits(s[1:])
	if !ok || h > 23 {
		return 0, false
	}
	var m int64
	if rest := s[3:]; len(rest) > 0 {
		if rest[0] == ':' {
			rest = rest[1:]
		}
		if m, ok = twoDigits(rest); !ok || len(rest) != 2 || m > 59 {
			return 0, false
		}
	}
	offset = h*hour + m*minute
	if s[0] == '-' {
		offset = -offset
	}
	return offset, true
}

// twoDigits reads the two digits that s begins with.
func twoDigits(s []byte) (n int64, ok bool) {
	if len(s) < 2 || s[0]-'0' > 9 || s[1]-'0' > 9 {
		return 0, false
	}
	return int64(s[0]-'0')*10 + int64(s[1]-'0'), true
}

// The first instant of the years that [Parse] reads, and the first after them.
var (
	minUnix = time.Date(int(created.minYear), 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
	maxUnix = time.Date(int(created.maxYear)+1, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
)

// parseUnix reads a Unix time, whose unit its number of digits tells.
func parseUnix(s []byte) (at int64, ok bool) {
	digits := countDigits(s)
	if digits > 19 {
		return 0, false
	}
	var n uint64 // below 10^19
	for _, c := range s[:digits] {
		n = n*10 + uint64(c-'0')
	}
	fraction, rest := int64(0), s[digits:]
	if len(rest) > 0 {
		k := 0
		if fraction, k = parseFraction(rest[1:]); rest[0] != '.' || k == 0 || k != len(rest)-1 {
			return 0, false
		}
	}
	switch digits {
	case 9, 10:
		at = int64(n)*second + fraction
	case 12, 13:
		at = int64(n)*(second/1000) + fraction/1000
	case 15, 16:
		at = int64(n)
	case 18, 19:
		at = int64(n / 1000)
	default:
		return 0, false
	}
	return at, InRange(at)
}

// countDigits returns the number of digits that s begins with.
func countDigits(s []byte) int {
	for i, c := range s {
		if c-'0' > 9 {
			return i
		}
	}
	return len(s)
}
