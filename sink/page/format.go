package page

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sav-analytics/sav/sink"
)

const (
	none = "–"      // a statistic that does not apply
	nb   = "\u00a0" // keeps a number and its unit on one line

	minute = 60
	hour   = 60 * minute
	day    = 24 * hour
)

// human writes seconds as people say them: 45 s, 12 min, 5 h 20 min, 3 d 4 h.
func human(seconds float64) string {
	switch s := math.Round(seconds); {
	case math.IsNaN(seconds):
		return none
	case seconds < 9.95:
		return strconv.FormatFloat(math.Round(seconds*10)/10, 'f', -1, 64) + nb + "s"
	case s < minute:
		return fmt.Sprintf("%.0f%ss", s, nb)
	case s < 10*minute:
		return parts(int(s), minute, "min", 1, "s")
	case s < hour-minute/2:
		return fmt.Sprintf("%.0f%smin", math.Round(s/minute), nb)
	case s < 2*day-minute/2:
		return parts(int(math.Round(s/minute))*minute, hour, "h", minute, "min")
	default:
		return parts(int(math.Round(s/hour))*hour, day, "d", hour, "h")
	}
}

// parts writes a time in two units; a second part of 0 is left out.
func parts(seconds, big int, bigName string, small int, smallName string) string {
	text := fmt.Sprint(seconds/big) + nb + bigName
	if rest := seconds % big / small; rest > 0 {
		text += nb + fmt.Sprint(rest) + nb + smallName
	}
	return text
}

// exact writes seconds as report.csv has them.
func exact(seconds float64) string {
	if math.IsNaN(seconds) {
		return ""
	}
	return string(sink.AppendNumber(nil, seconds)) + nb + "s"
}

// span writes an interval of seconds for people.
func span(low, high float64) string {
	if math.IsNaN(low) || math.IsNaN(high) {
		return none
	}
	return human(low) + " to " + human(high)
}

// exactSpan writes it as report.csv has its ends.
func exactSpan(low, high float64) string {
	if math.IsNaN(low) || math.IsNaN(high) {
		return ""
	}
	return exact(low) + " to " + exact(high)
}

// shareSpan writes an interval of shares.
func shareSpan(low, high float64) string {
	if math.IsNaN(low) || math.IsNaN(high) {
		return none
	}
	return percent(low) + " to " + percent(high)
}

// decimal writes a number with two decimals.
func decimal(v float64) string {
	if math.IsNaN(v) {
		return none
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

// percent writes a share of 1.
func percent(share float64) string {
	if math.IsNaN(share) {
		return none
	}
	return strconv.FormatFloat(100*share, 'f', 1, 64) + nb + "%"
}

// thousands writes a count in groups: 12,345.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// name shortens a text of the input to what a cell has room for.
func name(text string) string {
	const longest = 32
	if strings.TrimSpace(text) == "" {
		return strconv.Quote(text)
	}
	if utf8.RuneCountInString(text) <= longest {
		return text
	}
	return string([]rune(text)[:longest-1]) + "…"
}

// shortName is the same for a label of a picture.
func shortName(text string) string {
	const longest = 12
	if utf8.RuneCountInString(text) > longest {
		text = string([]rune(text)[:longest-1]) + "…"
	}
	return name(text)
}

// raw writes a number for the script to sort by; empty if it does not apply.
func raw(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return string(sink.AppendNumber(nil, v))
}
