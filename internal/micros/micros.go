// Package micros holds the unit of all times: microseconds, of an instant since
// 1970 UTC.
package micros

import "time"

// PerSecond is how many microseconds a second has.
const PerSecond = 1_000_000

// Duration returns n microseconds as a time.Duration.
func Duration(n int64) time.Duration { return time.Duration(n) * time.Microsecond }
