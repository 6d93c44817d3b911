package policy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/us"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/naive"
)

// A drawn is a random calendar, kept as plainly as can be.
type drawn struct {
	zone     string
	week     map[time.Weekday]string // hours, as in a policy
	dates    map[string]string
	holidays bool // those of the United States
}

var dayNames = map[time.Weekday]string{time.Monday: "mon", time.Tuesday: "tue", time.Wednesday: "wed", time.Thursday: "thu",
	time.Friday: "fri", time.Saturday: "sat", time.Sunday: "sun"}

// hours draws open hours that do not overlap: ever later ones, and perhaps one over midnight.
func hours(t *rapid.T, label string) string {
	if rapid.IntRange(0, 4).Draw(t, label+" closed") == 0 {
		return "closed"
	}
	cuts := rapid.SliceOfNDistinct(rapid.IntRange(0, 1440), 1, 5, rapid.ID[int]).Draw(t, label)
	for i := range cuts { // sorted by insertion
		for j := i; j > 0 && cuts[j] < cuts[j-1]; j-- {
			cuts[j], cuts[j-1] = cuts[j-1], cuts[j]
		}
	}
	if len(cuts)%2 == 1 && cuts[len(cuts)-1] < 1440 { // an end on the next day
		cuts = append(cuts, rapid.IntRange(0, cuts[len(cuts)-1]).Draw(t, label+" next day"))
	}
	var words []string
	for i := 0; i+1 < len(cuts); i += 2 {
		words = append(words, fmt.Sprintf("%02d:%02d-%02d:%02d", cuts[i]/60, cuts[i]%60, cuts[i+1]/60, cuts[i+1]%60))
	}
	if len(words) == 0 {
		return "closed"
	}
	return strings.Join(words, " ")
}

func (d *drawn) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "{zone: %s, week: {", d.zone)
	for day, name := range dayNames {
		fmt.Fprintf(&b, "%s: %q, ", name, d.week[day])
	}
	b.WriteString("}, days: {1990-01-01: 09:00-10:00, ") // so that it is open at some time
	for date, hours := range d.dates {
		fmt.Fprintf(&b, "%s: %q, ", date, hours)
	}
	b.WriteString("}")
	if d.holidays {
		b.WriteString(", holidays: US")
	}
	return b.String() + "}"
}

// open are the times at which the hours of the days around from and to begin and end.
func (d *drawn) open(from, to time.Time) (all [][2]int64) {
	loc, err := time.LoadLocation(d.zone)
	if err != nil {
		panic(err)
	}
	calendar := cal.Calendar{Holidays: us.Holidays}
	midnight := from.UTC().Truncate(24*time.Hour).AddDate(0, 0, -4)
	for ; midnight.Before(to.AddDate(0, 0, 4)); midnight = midnight.AddDate(0, 0, 1) {
		hours, named := d.dates[midnight.Format(time.DateOnly)]
		if !named {
			hours = d.week[midnight.Weekday()]
			if _, observed, _ := calendar.IsHoliday(midnight); observed && d.holidays {
				hours = "closed"
			}
		}
		if hours == "closed" {
			continue
		}
		for _, word := range strings.Fields(hours) {
			var h1, m1, h2, m2 int
			if _, err := fmt.Sscanf(word, "%d:%d-%d:%d", &h1, &m1, &h2, &m2); err != nil {
				panic(err)
			}
			begin, end := h1*60+m1, h2*60+m2
			if end <= begin {
				end += 1440
			}
			first, _ := naive.UTC(midnight.Add(time.Duration(begin)*time.Minute).UnixMicro(), loc)
			last, _ := naive.UTC(midnight.Add(time.Duration(end)*time.Minute).UnixMicro(), loc)
			all = append(all, [2]int64{first, last})
		}
	}
	return all
}

// Working time is what counting minute by minute finds: each whole or broken
// minute counts if it is within any day's hours.
func TestWorkingMinuteByMinute(t *testing.T) {
	t.Parallel()
	const minute = int64(60e6)
	rapid.Check(t, func(t *rapid.T) {
		d := drawn{week: make(map[time.Weekday]string), dates: make(map[string]string)}
		d.zone = rapid.SampledFrom([]string{"UTC", "Europe/Paris", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Casablanca",
			"Asia/Kathmandu", "America/New_York", "Pacific/Apia", "Antarctica/Troll", "Africa/Cairo"}).Draw(t, "zone")
		for day := time.Sunday; day <= time.Saturday; day++ {
			d.week[day] = hours(t, day.String())
		}
		d.holidays = rapid.Bool().Draw(t, "holidays")
		// Around a change of the clocks, the turn of a year, or anywhere.
		middle := rapid.SampledFrom([]string{"2025-03-30", "2025-10-26", "2026-01-01", "2022-01-01", "2018-11-04", "2018-02-18", "2011-12-30",
			"2025-04-06", "2026-07-04"}).Draw(t, "middle")
		if rapid.Bool().Draw(t, "anywhere") {
			middle = date("1990-01-05").AddDate(0, 0, rapid.IntRange(0, 40_000).Draw(t, "day")).Format(time.DateOnly)
		}
		for range rapid.IntRange(0, 3).Draw(t, "dates") {
			day := date(middle).AddDate(0, 0, rapid.IntRange(-3, 3).Draw(t, "off")).Format(time.DateOnly)
			d.dates[day] = hours(t, day)
		}
		from := date(middle).UnixMicro() + rapid.Int64Range(-3*86400e6, 3*86400e6).Draw(t, "from")
		to := from + rapid.Int64Range(0, 7*86400e6).Draw(t, "length")

		open := d.open(time.UnixMicro(from), time.UnixMicro(to))
		want := int64(0)
		for m := from / minute * minute; m < to; m += minute {
			for _, o := range open {
				if o[0] <= m && m+minute <= o[1] {
					want += min(m+minute, to) - max(m, from)
					break
				}
			}
		}
		c := one(t, d.text())
		require.Equal(t, want, c.Working(from, to), "%s from %v to %v", d.text(), time.UnixMicro(from).UTC(), time.UnixMicro(to).UTC())
		at := from + (to-from)/3
		require.Equal(t, want, c.Working(from, at)+c.Working(at, to))
	})
}
