package source

import (
	"bytes"
	"time"
)

// Years outside of these are taken for mistakes.
const (
	minYear = 1990
	maxYear = 2099
)

const (
	second    = int64(1_000_000) // µs
	minute    = 60 * second
	hour      = 60 * minute
	dayLength = 24 * hour // in UTC
)

// ParseTime reads a time in one of the forms of created_at, trimmed of spaces:
//
//	YYYY-MM-DD                       or YYYY/MM/DD
//	YYYY-MM-DD HH:MM[:SS[.f{1,9}]]   or with T, and with Z, UTC, GMT, ±HH, ±HHMM or ±HH:MM after it
//	Tue Oct 31 22:10:47 +0000 2017   as Twitter writes it
//	Tue, 31 Oct 2017 22:10:47 +0000  as mail has it; the day's name is optional
//	a Unix time of 9–10 digits in seconds, 12–13 in ms, 15–16 in µs, 18–19 in ns, optionally with a fraction
//
// It returns µs since 1970 UTC; digits beyond the microsecond are dropped. A
// time without an offset is local to zone, and ambiguous if that zone's clocks
// showed it twice or never. An empty value is [MissingTime], any other that is
// not in one of the forms [BadTime].
func ParseTime(s []byte, zone *Zone) (at int64, ambiguous bool) {
	switch {
	case len(s) == 0:
		return MissingTime, false
	case len(s) < len("YYYY-") || s[4] != '-' && s[4] != '/':
		return parseOther(s), false
	}
	at, rest, ok := ParseDate(s)
	if !ok {
		return BadTime, false
	}
	if len(rest) == 0 {
		return zone.ToUTC(at)
	}
	if rest[0] != 'T' && rest[0] != ' ' {
		return BadTime, false
	}
	clock, rest, ok := parseClock(rest[1:])
	if !ok {
		return BadTime, false
	}
	at += clock
	for len(rest) > 0 && rest[0] == ' ' {
		rest = rest[1:]
	}
	if len(rest) == 0 {
		return zone.ToUTC(at)
	}
	offset, ok := parseOffset(rest)
	if !ok {
		return BadTime, false
	}
	return at - offset, false
}

// parseOther reads a time that does not begin with a date of digits.
func parseOther(s []byte) int64 {
	if s[0]-'0' <= 9 && bytes.IndexByte(s, ' ') < 0 {
		return parseUnix(s)
	}
	return parseNamed(s)
}

// CheckTime returns a time that was never text, in µs since 1970 UTC, or
// [BadTime] if its year is not one that ParseTime reads.
func CheckTime(at int64) int64 {
	if at < minUnix || at >= maxUnix {
		return BadTime
	}
	return at
}

// CheckInstant returns t as CheckTime does.
func CheckInstant(t time.Time) int64 {
	if y := t.UTC().Year(); y < minYear || y > maxYear {
		return BadTime
	}
	return t.UnixMicro()
}

// ParseDate reads the date YYYY-MM-DD or YYYY/MM/DD that s begins with, as µs since
// 1970 at its midnight in UTC, and returns what follows it.
func ParseDate(s []byte) (at int64, rest []byte, ok bool) {
	if len(s) < len("YYYY-MM-DD") || s[4] != '-' && s[4] != '/' || s[7] != s[4] {
		return 0, s, false
	}
	century, ok1 := twoDigits(s)
	yy, ok2 := twoDigits(s[2:])
	month, ok3 := twoDigits(s[5:])
	day, ok4 := twoDigits(s[8:])
	at, ok = dateOf(century*100+yy, month, day)
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok {
		return 0, s, false
	}
	return at, s[len("YYYY-MM-DD"):], true
}

// dateOf returns a date's midnight in UTC, in µs since 1970, if there is the date
// and its year is one that is read.
func dateOf(year, month, day int64) (at int64, ok bool) {
	if year < minYear || year > maxYear || month < 1 || month > 12 || day < 1 {
		return 0, false
	}
	t := time.Date(int(year), time.Month(month), int(day), 0, 0, 0, 0, time.UTC)
	return t.Unix() * second, t.Day() == int(day) // 30 February became 2 March
}

// parseClock reads HH:MM[:SS[.f{1,9}]].
func parseClock(s []byte) (clock int64, rest []byte, ok bool) {
	h, ok1 := twoDigits(s)
	if !ok1 || h > 23 || len(s) < 5 || s[2] != ':' {
		return 0, s, false
	}
	m, ok2 := twoDigits(s[3:])
	if !ok2 || m > 59 {
		return 0, s, false
	}
	clock, s = h*hour+m*minute, s[5:]
	if len(s) == 0 || s[0] != ':' {
		return clock, s, true
	}
	sec, ok3 := twoDigits(s[1:])
	if !ok3 || sec > 59 {
		return 0, s, false
	}
	clock, s = clock+sec*second, s[3:]
	if len(s) == 0 || s[0] != '.' {
		return clock, s, true
	}
	fraction, n := parseFraction(s[1:])
	if n < 1 || n > 9 {
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

// parseUnix reads a Unix time, whose unit its number of digits tells.
func parseUnix(s []byte) int64 {
	digits := countDigits(s)
	if digits > 19 {
		return BadTime
	}
	var n uint64 // below 10^19
	for _, c := range s[:digits] {
		n = n*10 + uint64(c-'0')
	}
	fraction, rest := int64(0), s[digits:]
	if len(rest) > 0 {
		k := 0
		if fraction, k = parseFraction(rest[1:]); rest[0] != '.' || k == 0 || k != len(rest)-1 {
			return BadTime
		}
	}
	switch digits {
	case 9, 10:
		return CheckTime(int64(n)*second + fraction)
	case 12, 13:
		return CheckTime(int64(n)*(second/1000) + fraction/1000)
	case 15, 16:
		return CheckTime(int64(n))
	case 18, 19:
		return CheckTime(int64(n / 1000))
	}
	return BadTime
}

var (
	minUnix = time.Date(minYear, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
	maxUnix = time.Date(maxYear+1, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
)

// twoDigits reads the two digits that s begins with.
func twoDigits(s []byte) (n int64, ok bool) {
	if len(s) < 2 || s[0]-'0' > 9 || s[1]-'0' > 9 {
		return 0, false
	}
	return int64(s[0]-'0')*10 + int64(s[1]-'0'), true
}
