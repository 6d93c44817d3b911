package source

import (
	"time"

	"github.com/sav-analytics/sav/internal/instant"
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
	if len(s) == 0 {
		return MissingTime, false
	}
	at, ambiguous, ok := instant.Parse(s, zone)
	if !ok {
		return BadTime, false
	}
	return at, ambiguous
}

// CheckTime returns a time that was never text, in µs since 1970 UTC, or
// [BadTime] if its year is not one that ParseTime reads.
func CheckTime(at int64) int64 {
	if !instant.InRange(at) {
		return BadTime
	}
	return at
}

// CheckInstant returns t as CheckTime does.
func CheckInstant(t time.Time) int64 {
	if !instant.YearInRange(t.UTC().Year()) {
		return BadTime
	}
	return t.UnixMicro()
}

// ParseDate reads the date YYYY-MM-DD or YYYY/MM/DD that s begins with, as µs since
// 1970 at its midnight in UTC, and returns what follows it.
func ParseDate(s []byte) (at int64, rest []byte, ok bool) { return instant.ParseDate(s) }

// A TimeFormat reads times in a form of strftime's.
type TimeFormat = instant.Format

// ParseTimeFormat reads a format of the conversions %Y %y %m %d %H %I %M %S %f %p
// %b %B %a %A %z %Z and %%. It must have a day, a month and a year; the error is
// [ErrRules].
func ParseTimeFormat(format string) (*TimeFormat, error) {
	f, err := instant.ParseFormat(format)
	if err != nil {
		return nil, rulesError(err.Error())
	}
	return f, nil
}

// GuessTimeFormats returns the formats that read the most of some times, at least
// half of them. Where the day and the month could be either, there is one of each:
// which is meant is for the reader to say.
func GuessTimeFormats(times [][]byte) []string { return instant.GuessFormats(times) }
