// Package value reads the values of a row in their commonest forms, eight bytes at a time.
// What is in another form is left to intake.Parser, with which it agrees.
package value

import (
	"github.com/sav-analytics/sav/internal/instant"
	"github.com/sav-analytics/sav/internal/swar"
	"github.com/sav-analytics/sav/source"
)

// A Times reads times in the form YYYY-MM-DD HH:MM:SS. It remembers the date last seen,
// which neighbouring rows often share. It is of one goroutine.
type Times struct {
	Zone *source.Zone // of times without an offset

	// the date last seen: its text with the separator after it, and its midnight
	date     uint64
	day      uint32
	midnight int64
}

// dayMask takes the bytes of a date that the first eight leave: "DD" after "YYYY-MM-",
// and the separator that follows.
const dayMask = 0xffffff

// Last returns what OnLastDate needs of the date last seen.
func (t *Times) Last() (date uint64, day uint32, midnight int64) { return t.date, t.day, t.midnight }

// OnLastDate reports whether the date at the beginning of a text is the one last seen;
// first and second are the text's bytes 0 to 7 and 8 to 15.
func OnLastDate(first, second uint64, date uint64, day uint32) bool {
	return first == date && uint32(second)&dayMask == day
}

// Read reads the time YYYY-MM-DD HH:MM:SS[.f{1,9}][Z|+00|+00:00] at b[p:], which may have T in the
// place of the space. It returns the length of that, and 0 if it is in another form.
func (t *Times) Read(b []byte, p int) (at int64, ambiguous bool, n int) {
	date, second := swar.Load(b, p), swar.Load(b, p+8)
	if !OnLastDate(date, second, t.date, t.day) {
		midnight, rest, ok := instant.ParseDate(b[p : p+11])
		if !ok || rest[0] != ' ' && rest[0] != 'T' || b[p+4] != '-' {
			return 0, false, 0
		}
		t.date, t.day, t.midnight = date, uint32(second)&dayMask, midnight
	}
	seconds, ok := swar.Clock(swar.Load(b, p+11))
	if !ok {
		return 0, false, 0
	}
	at = t.midnight + seconds*1_000_000
	q := p + len("YYYY-MM-DD HH:MM:SS")
	if b[q] == '.' {
		unit, from := int64(100_000), q+1
		for q++; b[q]-'0' <= 9 && q < from+9; q++ {
			at += int64(b[q]-'0') * unit
			unit /= 10
		}
		if q == from {
			return 0, false, 0
		}
	}
	switch {
	case b[q] == 'Z':
		return at, false, q + 1 - p
	case b[q] == '+' && b[q+1] == '0' && b[q+2] == '0': // as PostgreSQL and Python write UTC
		q += len("+00")
		if b[q] == ':' && b[q+1] == '0' && b[q+2] == '0' {
			q += len(":00")
		}
		return at, false, q - p
	}
	if !t.Zone.IsUTC() {
		at, ambiguous = t.Zone.ToUTC(at)
	}
	return at, ambiguous, q - p
}
