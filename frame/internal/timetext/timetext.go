// Package timetext reads and writes times as text, for all that turns text into
// columns or columns into text.
package timetext

import (
	"fmt"
	"time"
)

// Layout is the form in which times are written: it sorts as they do.
const Layout = "2006-01-02T15:04:05.000000Z"

// layouts are the forms that are read; Parse of package time accepts a fraction
// in each.
var layouts = []string{
	time.RFC3339, "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z0700",
	"2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly,
}

// Parse returns the microseconds since the Unix epoch of a time in one of the
// layouts, of package time. Without any it is in RFC 3339, where the T may be a
// space, and the time of day or its seconds may be missing. A time without an
// offset is that of the zone (nil: UTC). Digits behind the microsecond are
// dropped.
func Parse(text string, zone *time.Location, in ...string) (int64, error) {
	if zone == nil {
		zone = time.UTC
	}
	if len(in) > 0 {
		for _, layout := range in {
			if t, err := time.ParseInLocation(layout, text, zone); err == nil {
				return t.UnixMicro(), nil
			}
		}
		return 0, fmt.Errorf("%q is not a time in the layout %q", text, in)
	}
	// What cannot be a time is told from what can before anything slow is done.
	if len(text) >= len(time.DateOnly) && text[4] == '-' && text[7] == '-' {
		for _, layout := range layouts {
			if t, err := time.ParseInLocation(layout, text, zone); err == nil {
				return t.UnixMicro(), nil
			}
		}
	}
	return 0, fmt.Errorf("%q is not a time, such as 2026-05-31 or 2026-05-31T10:00:00Z", text)
}
