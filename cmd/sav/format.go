package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/sav-analytics/sav/internal/duration"
	"github.com/sav-analytics/sav/internal/sink/rundir"
)

func asOf(run *rundir.Run) string {
	if run.AsOf == "" {
		return ""
	}
	return " as of " + string(run.AsOf)
}

func counted(n int64, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return thousands(n) + " " + thing
}

// thousands writes n with thin groups: 12,345.
func thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func share(part, whole int64) string {
	return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(max(whole, 1)))
}

// percent writes a share of 1, if it is known.
func percent(share float64) string {
	if math.IsNaN(share) {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", 100*share)
}

// waited writes seconds, if there are any.
func waited(v float64) string {
	if math.IsNaN(v) {
		return "-"
	}
	return duration.Human(time.Duration(v * float64(time.Second)))
}

// decimals writes a mean, if there is one.
func decimals(mean float64) string {
	if math.IsNaN(mean) {
		return "-"
	}
	return fmt.Sprintf("%.2f", mean)
}

// printable is a text of the input with nothing in it that a terminal would obey.
func printable(s string) string {
	const longest = 40
	clean := []rune(strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '\uFFFD'
	}, s))
	if len(clean) > longest {
		clean = append(clean[:longest-1], '…')
	}
	return string(clean)
}

// A byteSize is a number of bytes, as people write it: 536870912, 512MiB, 2GiB, 2GB.
type byteSize int64

var byteUnits = []struct {
	suffix string
	bytes  int64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40}, {"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6},
	{"GB", 1e9}, {"TB", 1e12}, {"B", 1}, {"", 1},
}

// UnmarshalText reads a size above 0.
func (s *byteSize) UnmarshalText(text []byte) error {
	for _, unit := range byteUnits {
		digits, ok := strings.CutSuffix(string(text), unit.suffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
		if err != nil || n <= 0 || n > math.MaxInt64/unit.bytes {
			break
		}
		*s = byteSize(n * unit.bytes)
		return nil
	}
	return fmt.Errorf("%q is no size such as 512MiB or 2GiB", text)
}
