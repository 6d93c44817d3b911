package frame

import "strconv"

// A Unit is a length of time on a clock or in a calendar, for [Frame.Resample]
// and expr's Truncate.
type Unit uint8

// The units. Weeks begin on Monday.
const (
	Minute Unit = iota + 1
	Hour
	Day
	Week
	Month
	Quarter
	Year
)

var unitNames = [...]string{
	Minute: "minute", Hour: "hour", Day: "day", Week: "week", Month: "month", Quarter: "quarter", Year: "year",
}

// String returns the name in lower case.
func (u Unit) String() string {
	if int(u) < len(unitNames) && unitNames[u] != "" {
		return unitNames[u]
	}
	return "Unit(" + strconv.Itoa(int(u)) + ")"
}
