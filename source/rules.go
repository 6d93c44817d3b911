package source

import (
	"github.com/sav-analytics/sav/internal/instant"
	"github.com/sav-analytics/sav/internal/zone"
)

// Rules say how the columns of an input are found and its values are read. The zero
// value finds columns by their names and reads times without an offset as UTC.
type Rules struct {
	// Override names the column that holds a field.
	Override map[Field]string
	// Set gives a field that the input has no column for the same value in each row.
	Set map[Field]string
	// Roles adds words of sender_role, or gives known ones another meaning.
	Roles map[string]WrittenBy
	// Zone is that of times without an offset; nil is UTC.
	Zone *Zone
	// TimeFormat is tried on created_at before the forms that are always read; nil
	// is none.
	TimeFormat *TimeFormat
}

// A RulesError says why no input, or not the given one, can be read by some [Rules].
type RulesError string

func (e RulesError) Error() string { return string(e) }

// A Zone turns local times into UTC. The zero value, and nil, is UTC. A local
// time that occurs twice is the first; one that is skipped has the offset from
// before the gap. A Zone may be used from several goroutines at once.
type Zone = zone.Zone

// NewZone returns the zone of that name in the IANA database ("Europe/Paris");
// "" and "UTC" are UTC.
func NewZone(name string) (*Zone, error) { return zone.New(name) }

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

// WrittenBy is who wrote a message, by what its row says in a word. The zero value is that
// nothing is said.
type WrittenBy uint8

// Values of WrittenBy.
const (
	ByClient    WrittenBy = iota + 1 // the conversation's client
	ByMerchant                       // the conversation's merchant
	ByOther                          // somebody else: the marketplace's staff, the system
	ByAutomatic                      // a machine
)
