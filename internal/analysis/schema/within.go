package schema

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// A Within is a time within which the report counts answers, such as 24h. Its
// columns have its name. [ParseWithin] makes it.
type Within struct {
	name string
	time time.Duration
}

// String returns the name, as it was given.
func (w Within) String() string { return w.name }

// Duration returns the time.
func (w Within) Duration() time.Duration { return w.time }

// DefaultWithin returns the times of a report for which none are chosen: 24h.
func DefaultWithin() []Within { return []Within{{"24h", 24 * time.Hour}} }

// ParseWithin reads a comma-separated list of times, each a whole number and s, m,
// h or d (24 h), in ascending order. An empty list is the default.
func ParseWithin(list string) ([]Within, error) {
	if list == "" {
		return DefaultWithin(), nil
	}
	var parsed []Within
	for name := range strings.SplitSeq(list, ",") {
		w, err := parseWithin(strings.TrimSpace(name))
		if err != nil {
			return nil, err
		}
		parsed = append(parsed, w)
	}
	return parsed, CheckWithin(parsed)
}

func parseWithin(name string) (Within, error) {
	units := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}
	bad := fmt.Errorf("%q is not a time; expected a whole number and s, m, h or d, such as 24h", name)
	if name == "" {
		return Within{}, bad
	}
	digits, unit := name[:len(name)-1], units[name[len(name)-1]]
	n, err := strconv.ParseUint(digits, 10, 63)
	switch {
	case errors.Is(err, strconv.ErrRange) && unit > 0 || err == nil && unit > 0 && n > uint64(math.MaxInt64/unit):
		return Within{}, fmt.Errorf("%q is longer than 106751 days", name)
	case err != nil || unit == 0:
		return Within{}, bad
	}
	return Within{name, time.Duration(n) * unit}, nil
}

// CheckWithin returns an error unless times ascend and have names.
func CheckWithin(times []Within) error {
	for i, w := range times {
		switch {
		case w.name == "":
			return errors.New("a time has no name; ParseWithin makes times")
		case i > 0 && w.time == times[i-1].time:
			return fmt.Errorf("%s and %s are the same time; expected each once", times[i-1], w)
		case i > 0 && w.time < times[i-1].time:
			return fmt.Errorf("%s stands before %s; expected times in ascending order", times[i-1], w)
		}
	}
	return nil
}
