package quirks

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/naive"
)

// zones have summer time, gaps of an hour and of half an hour, changes at midnight, a
// day that was left out, and offsets that are no whole hours.
var zones = []string{"UTC", "Europe/Paris", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Casablanca",
	"Asia/Kathmandu", "America/New_York", "Pacific/Apia", "Antarctica/Troll", "Africa/Cairo"}

// DrawCalendar draws a calendar, with exceptions in the days around a date.
func DrawCalendar(t *rapid.T, around time.Time) *naive.Calendar {
	c := &naive.Calendar{Week: make(map[time.Weekday]string),
		Days: map[string]string{"1990-01-01": "09:00-10:00"}} // open at some time
	c.Zone = rapid.SampledFrom(zones).Draw(t, "zone")
	for day := time.Sunday; day <= time.Saturday; day++ {
		c.Week[day] = drawHours(t)
	}
	c.Holidays = rapid.Bool().Draw(t, "holidays")
	for range rapid.IntRange(0, 3).Draw(t, "dates") {
		day := around.AddDate(0, 0, rapid.IntRange(-3, 3).Draw(t, "off")).Format(time.DateOnly)
		c.Days[day] = drawHours(t)
	}
	return c
}

// drawHours draws intervals that do not overlap, the last of them perhaps over midnight.
func drawHours(t *rapid.T) string {
	if rapid.IntRange(0, 4).Draw(t, "closed") == 0 {
		return "closed"
	}
	cuts := rapid.SliceOfNDistinct(rapid.IntRange(0, 1440), 1, 5, rapid.ID[int]).Draw(t, "hours")
	slices.Sort(cuts)
	if last := len(cuts) - 1; last%2 == 0 && cuts[last] < 1440 { // an end on the next day
		cuts = append(cuts, rapid.IntRange(0, cuts[last]).Draw(t, "next day"))
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

// DrawPolicy draws a policy for the merchants and countries of a Table.
func DrawPolicy(t *rapid.T) *naive.Policy {
	p := &naive.Policy{Calendars: make(map[string]*naive.Calendar)}
	rules := func(what string, values ...string) naive.Choices {
		value := func() string { return rapid.SampledFrom(values).Draw(t, what) }
		r := naive.Choices{Countries: make(map[string]string), Merchants: make(map[string]string),
			Written: make(map[string]string)}
		if rapid.Bool().Draw(t, "default") {
			r.Default = value()
		}
		for _, country := range []string{"FR", "DE", "xyz", "unknown", "=1+1"} {
			if rapid.Bool().Draw(t, "by country") {
				r.Countries[country] = value()
			}
		}
		for _, merchant := range []string{"1", "10", "shop", "-5", "2147483648"} {
			if rapid.IntRange(0, 3).Draw(t, "by merchant") == 0 {
				r.Merchants[merchant] = value()
				if merchant != "shop" {
					r.Written[merchant] = merchant + rapid.SampledFrom([]string{"", "", ".0", ".000"}).
						Draw(t, "fraction")
				}
			}
		}
		return r
	}
	names := []string{"always"}
	for i := range rapid.IntRange(0, 2).Draw(t, "calendars") {
		names = append(names, fmt.Sprint("calendar", i))
		around := time.Unix(rapid.SampledFrom(bases).Draw(t, "around"), 0).UTC()
		p.Calendars[names[i+1]] = DrawCalendar(t, around)
	}
	p.Use = rules("calendar", names...)
	for i, name := range names[1:] { // one that nobody uses is an error
		p.Use.Merchants[fmt.Sprint("nobody", i)] = name
	}
	p.OnWork = len(p.Calendars) > 0 && rapid.Bool().Draw(t, "on work")
	p.Targets = rules("target", "none", "1s", "1m", "30m", "12h", "36h")
	return p
}
