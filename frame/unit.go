package frame

// A Unit is a length of time on a clock or in a calendar, for [Frame.Resample] and expr's Truncate.
type Unit string

// The units. Weeks begin on Monday.
const (
	Minute  Unit = "minute"
	Hour    Unit = "hour"
	Day     Unit = "day"
	Week    Unit = "week"
	Month   Unit = "month"
	Quarter Unit = "quarter"
	Year    Unit = "year"
)
