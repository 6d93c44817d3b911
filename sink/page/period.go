package page

import (
	"time"

	"github.com/sav-analytics/sav/sink"
)

// zone is the zone of that name, or UTC if this machine does not know it.
func zone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return loc
}

// period says which conversations count. A window of whole days is told by its
// days, the last of them included.
func period(w sink.Window, zone *time.Location) string {
	from, to := startOfDay(w.From, zone), startOfDay(w.To, zone)
	switch {
	case w.From == "" && w.To == "":
		return "of the whole input"
	case w.To == "":
		return "opened from " + instant(w.From, zone) + " on"
	case w.From == "":
		return "opened before " + instant(w.To, zone)
	case from.IsZero() || to.IsZero():
		return "opened from " + instant(w.From, zone) + " to " + instant(w.To, zone)
	}
	first, last := from.Format(dateForm), to.AddDate(0, 0, -1).Format(dateForm)
	if first == last {
		return "opened on " + first
	}
	return "opened from " + first + " to " + last
}

const dateForm = "2 January 2006"

// startOfDay is a time of run.json if a day begins then, in zone. Noon of the
// day stands for it: no clock is changed then.
func startOfDay(rfc3339 string, zone *time.Location) time.Time {
	t, err := time.Parse(time.RFC3339, rfc3339)
	if err != nil {
		return time.Time{}
	}
	before, at := t.Add(-time.Nanosecond).In(zone), t.In(zone)
	if before.YearDay() == at.YearDay() {
		return time.Time{}
	}
	return time.Date(at.Year(), at.Month(), at.Day(), 12, 0, 0, 0, time.UTC)
}

// instant writes a time of run.json for people, in the zone of the page's days.
func instant(rfc3339 string, zone *time.Location) string {
	t, err := time.Parse(time.RFC3339, rfc3339)
	if err != nil {
		return rfc3339
	}
	return t.In(zone).Format(dateForm + ", 15:04" + nb + "MST")
}
