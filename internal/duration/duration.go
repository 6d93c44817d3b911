// Package duration reads lengths of time as people type them: 90s, 12h, 7d, 1h30m.
package duration

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// units are the letters of a duration, longest first.
var units = []struct {
	letter byte
	micros int64
}{{'d', 86_400_000_000}, {'h', 3_600_000_000}, {'m', 60_000_000}, {'s', 1_000_000}}

// Parse returns the duration that text names, in µs: whole numbers, each with one
// of the letters d, h, m and s, from the longest unit to the shortest, none twice.
// A day has 24 hours. It is more than 0.
func Parse(text string) (micros int64, err error) {
	const form = "expected whole numbers with d, h, m or s, as 90s, 12h, 7d or 1h30m"
	left := units
	for rest := text; rest != ""; {
		n := 0
		for n < len(rest) && '0' <= rest[n] && rest[n] <= '9' {
			n++
		}
		if n == 0 || n == len(rest) {
			return 0, fmt.Errorf("%q is not a duration: %s", text, form)
		}
		for len(left) > 0 && left[0].letter != rest[n] {
			left = left[1:]
		}
		if len(left) == 0 {
			return 0, fmt.Errorf("%q is not a duration: %s", text, form)
		}
		value := int64(0)
		for _, digit := range strings.TrimLeft(rest[:n], "0") {
			value = value*10 + int64(digit-'0')
			if value > math.MaxInt64/left[0].micros/20 {
				return 0, fmt.Errorf("%q is too long: expected less than %d days", text, maxDays)
			}
		}
		micros += value * left[0].micros
		left, rest = left[1:], rest[n+1:]
	}
	switch {
	case text == "":
		return 0, errors.New("no duration: " + form)
	case micros == 0:
		return 0, fmt.Errorf("%q is no time at all: expected more than 0", text)
	case micros >= maxDays*units[0].micros:
		return 0, fmt.Errorf("%q is too long: expected less than %d days", text, maxDays)
	}
	return micros, nil
}

// maxDays bounds durations: sums of a few of them with times must not overflow.
const maxDays = 100_000

// Format returns micros as Parse reads it, cut to the second: 1d12h, 90m is 1h30m.
func Format(micros int64) string {
	if micros < units[len(units)-1].micros {
		return "0s"
	}
	var b strings.Builder
	for _, u := range units {
		if n := micros / u.micros; n > 0 {
			fmt.Fprintf(&b, "%d%c", n, u.letter)
			micros -= n * u.micros
		}
	}
	return b.String()
}

// Human returns d as people read it, in the two units that say most: 4.2s, 12m30s,
// 3h31m, 3d04h.
func Human(d time.Duration) string {
	const day = 24 * time.Hour
	if d < 0 {
		return "-" + Human(-max(d, -math.MaxInt64)) // the shortest has no opposite
	}
	if tenths := d.Round(100 * time.Millisecond); tenths < time.Minute {
		return tenths.String()
	}
	switch d = d.Round(time.Second); { // rounded before the unit is chosen: there is no 60m00s
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", d/time.Minute, d%time.Minute/time.Second)
	case d < 2*day:
		return fmt.Sprintf("%dh%02dm", d/time.Hour, d%time.Hour/time.Minute)
	}
	return fmt.Sprintf("%dd%02dh", d/day, d%day/time.Hour)
}
