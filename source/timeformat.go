package source

import "github.com/sav-analytics/sav/internal/instant"

// A TimeFormat reads times in a form of strftime's.
type TimeFormat = instant.Format

// ParseTimeFormat reads a format of the conversions %Y %y %m %d %H %I %M %S %f %p
// %b %B %a %A %z %Z and %%. It must have a day, a month and a year; the error is
// a [RulesError].
func ParseTimeFormat(format string) (*TimeFormat, error) {
	f, err := instant.ParseFormat(format)
	if err != nil {
		return nil, RulesError(err.Error())
	}
	return f, nil
}
