package intake

import (
	"fmt"
	"time"

	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/instant"
	"github.com/sav-analytics/sav/source"
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
// showed it twice or never. An empty value is [source.MissingTime], any other that is
// not in one of the forms [BadTime].
func ParseTime(s []byte, zone *source.Zone) (at int64, ambiguous bool) {
	if len(s) == 0 {
		return source.MissingTime, false
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

func badRules(format string, args ...any) error {
	return source.RulesError(fmt.Sprintf(format, args...))
}

// Check returns a [source.RulesError] if Rules.Set has a value that its field cannot have.
func Check(r *source.Rules) error {
	p := NewParser(nil, &source.Rules{Roles: r.Roles, Zone: r.Zone, TimeFormat: r.TimeFormat}, source.NewDict())
	for f := range NumFields {
		value, ok := r.Set[f]
		if !ok {
			continue
		}
		var m Message
		p.Set(&m, f, []byte(value))
		if m.Flags&(FlagCutID|FlagBadPublic|FlagBadAutomatic|FlagBadReply) != 0 || m.By == ByUnknown ||
			f == source.CreatedAt && m.CreatedAt <= BadTime || IsID(f) && m.ID(f) == ids.Absent {
			return badRules("%s cannot be %q", f, value)
		}
	}
	return nil
}
