package instant

import (
	"bytes"
	"time"
)

// parseNamed reads a time with the month's name, as Twitter and mail write it.
func (r rules) parseNamed(s []byte) (at int64, ok bool) {
	parts := bytes.Split(s, []byte{' '})
	var day, month, year, clock, offset []byte
	switch {
	case len(parts) == 6 && isDayName(parts[0]): // Tue Oct 31 22:10:47 +0000 2017
		month, day, clock, offset, year = parts[1], parts[2], parts[3], parts[4], parts[5]
	case len(parts) == 6 && isDayName(bytes.TrimSuffix(parts[0], []byte{','})): // Tue, 31 Oct 2017 22:10:47 +0000
		parts = parts[1:]
		fallthrough
	case len(parts) == 5: // 31 Oct 2017 22:10:47 +0000
		day, month, year, clock, offset = parts[0], parts[1], parts[2], parts[3], parts[4]
	default:
		return 0, false
	}
	d, n := shortNumber(day, 2)
	y, n2 := shortNumber(year, 4)
	m := nameIndex(month, shortMonths[:])
	at, ok = r.dateOf(y, int64(m)+1, d)
	if !ok || n != len(day) || n2 != len("YYYY") || n2 != len(year) || len(clock) != len("HH:MM:SS") {
		return 0, false
	}
	c, rest, ok := r.parseClock(clock)
	o, ok2 := parseOffset(offset)
	if !ok || len(rest) > 0 || !ok2 {
		return 0, false
	}
	return at + c - o, true
}

// isDayName reports whether s looks like a day's name; whether it is that of the
// date is not checked.
func isDayName(s []byte) bool { return nameIndex(s, shortDays[:]) >= 0 }

// shortNumber returns the number that the first digits of s are, at most max, and
// how many they are.
func shortNumber(s []byte, max int) (value int64, digits int) {
	digits = min(countDigits(s), max)
	for _, c := range s[:digits] {
		value = value*10 + int64(c-'0')
	}
	return value, digits
}

// Names of months and days, whole and short.
var (
	months, shortMonths [12]string
	days, shortDays     [7]string
)

func init() {
	const short = 3
	for i := range months {
		months[i] = time.Month(i + 1).String()
		shortMonths[i] = months[i][:short]
	}
	for i := range days {
		days[i] = time.Weekday(i).String()
		shortDays[i] = days[i][:short]
	}
}

// nameIndex returns the index of the name that s is, in any case; -1 if it is not one.
func nameIndex(s []byte, names []string) int {
	for i, name := range names {
		if len(s) == len(name) && bytes.EqualFold(s, []byte(name)) {
			return i
		}
	}
	return -1
}

// namePrefix returns the index of the longest name that s begins with, in any case,
// and its length; -1 if it begins with none.
func namePrefix(s []byte, names []string) (index, length int) {
	index = -1
	for i, name := range names {
		if n := len(name); n > length && n <= len(s) && bytes.EqualFold(s[:n], []byte(name)) {
			index, length = i, n
		}
	}
	return index, length
}
