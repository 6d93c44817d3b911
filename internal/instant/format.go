package instant

import (
	"fmt"
	"strings"

	"github.com/sav-analytics/sav/internal/zone"
)

// A Format reads times in a form of strftime's.
type Format struct {
	text string
	// items are bytes that stand for themselves, or conversions.
	items []formatItem
	zoned bool // there is an offset or zone
}

type formatItem struct {
	conversion byte // 0: literal stands for itself
	literal    byte
}

// ParseFormat reads a format of the conversions %Y %y %m %d %H %I %M %S %f %p
// %b %B %a %A %z %Z and %%. It must have a day, a month and a year.
func ParseFormat(format string) (*Format, error) {
	format = strings.TrimSpace(format) // as values are
	f := &Format{text: format}
	has := make(map[byte]bool)
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			f.items = append(f.items, formatItem{literal: format[i]})
			continue
		}
		if i++; i == len(format) {
			return nil, fmt.Errorf("the time format %q ends with %%", format)
		}
		switch c := format[i]; c {
		case '%':
			f.items = append(f.items, formatItem{literal: c})
		case 'Y', 'y', 'm', 'd', 'H', 'I', 'M', 'S', 'f', 'p', 'b', 'B', 'a', 'A', 'z', 'Z':
			if has[c] {
				return nil, fmt.Errorf("the time format %q has %%%c twice", format, c)
			}
			has[c] = true
			f.items = append(f.items, formatItem{conversion: c})
		default:
			return nil, fmt.Errorf("the time format %q has %%%c, which is not read", format, c)
		}
	}
	count := func(of string) (n int) {
		for i := range len(of) {
			if has[of[i]] {
				n++
			}
		}
		return n
	}
	for _, of := range []string{"Yy", "mbB", "HI"} {
		if count(of) > 1 {
			choices := strings.Join(strings.Split(of, ""), ", %")
			return nil, fmt.Errorf("the time format %q says one thing twice: choose one of %%%s", format, choices)
		}
	}
	if count("d") == 0 || count("mbB") == 0 || count("Yy") == 0 {
		return nil, fmt.Errorf("the time format %q lacks a day (%%d), a month (%%m, %%b, %%B) or a year (%%Y, %%y)",
			format)
	}
	f.zoned = count("zZ") > 0
	return f, nil
}

// String returns the format as it was written.
func (f *Format) String() string {
	if f == nil {
		return ""
	}
	return f.text
}

// Parse reads a time as [Parse] does; ok is false if s is not in the format.
// One digit may stand for two, and names are read in any case.
func (f *Format) Parse(s []byte, in *zone.Zone) (at int64, ambiguous, ok bool) {
	if f == nil {
		return 0, false, false
	}
	t := formatted{hour12: -1}
	for _, item := range f.items {
		if item.conversion == 0 {
			if len(s) == 0 || s[0] != item.literal {
				return 0, false, false
			}
			s = s[1:]
			continue
		}
		n := t.read(item.conversion, s)
		if n == 0 {
			return 0, false, false
		}
		s = s[n:]
	}
	local, ok := t.local()
	switch {
	case !ok || len(s) > 0:
		return 0, false, false
	case f.zoned:
		return local - t.offset, false, true
	}
	at, ambiguous = in.ToUTC(local)
	return at, ambiguous, true
}

// formatted is what the conversions of a format have read.
type formatted struct {
	year, month, day int64
	hour, hour12     int64 // hour12 -1: not said
	minute, second   int64
	fraction, offset int64 // µs
	afternoon        bool
}

// read reads what a conversion stands for, and returns its length; 0 if s does not
// begin with it.
func (t *formatted) read(conversion byte, s []byte) (n int) {
	index := 0
	switch conversion {
	case 'Y':
		if t.year, n = shortNumber(s, 4); n < 4 {
			return 0
		}
	case 'y':
		if t.year, n = shortNumber(s, 2); t.year >= 90 {
			t.year += 1900
		} else {
			t.year += 2000
		}
	case 'm':
		t.month, n = shortNumber(s, 2)
	case 'd':
		t.day, n = shortNumber(s, 2)
	case 'H':
		t.hour, n = shortNumber(s, 2)
	case 'I':
		t.hour12, n = shortNumber(s, 2)
	case 'M':
		t.minute, n = shortNumber(s, 2)
	case 'S':
		t.second, n = shortNumber(s, 2)
	case 'f':
		if t.fraction, n = parseFraction(s); n > 9 {
			return 0
		}
	case 'p':
		index, n = namePrefix(s, []string{"AM", "PM"})
		t.afternoon = index == 1
	case 'b':
		index, n = namePrefix(s, shortMonths[:])
		t.month = int64(index) + 1
	case 'B':
		index, n = namePrefix(s, months[:])
		t.month = int64(index) + 1
	case 'a':
		_, n = namePrefix(s, shortDays[:])
	case 'A':
		_, n = namePrefix(s, days[:])
	case 'z':
		t.offset, n = prefixOffset(s)
	case 'Z':
		_, n = namePrefix(s, []string{"Z", "UTC", "GMT"})
	}
	return n
}

// prefixOffset reads the offset that s begins with, and returns its length.
func prefixOffset(s []byte) (offset int64, n int) {
	for _, n := range []int{len("+HH:MM"), len("+HHMM"), len("+HH"), len("Z")} {
		if n <= len(s) {
			if offset, ok := parseOffset(s[:n]); ok {
				return offset, n
			}
		}
	}
	return 0, 0
}

// local returns the time as if it were of UTC.
func (t *formatted) local() (at int64, ok bool) {
	at, ok = created.dateOf(t.year, t.month, t.day)
	if t.hour12 >= 0 {
		if t.hour12 < 1 || t.hour12 > 12 {
			return 0, false
		}
		t.hour = t.hour12 % 12
		if t.afternoon {
			t.hour += 12
		}
	}
	return at + t.hour*hour + t.minute*minute + t.second*second + t.fraction,
		ok && t.hour <= 23 && t.minute <= 59 && t.second <= 59
}
