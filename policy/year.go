package policy

import (
	"cmp"
	"slices"
	"time"

	"github.com/sav-analytics/sav/internal/ints"
)

// hoursOf returns the open hours of a day since 1970, and why they are not the
// week's: its name if it is one of the holidays, byDate if the date was named.
func (c *Calendar) hoursOf(day int64, holidays map[int64]string) (hours []span, why string) {
	if hours, ok := c.days[day]; ok {
		return hours, byDate
	}
	if name, ok := holidays[day]; ok {
		return nil, name
	}
	return c.week[weekday(day)], ""
}

const byDate = "by date"

// weekday returns the day of the week of a day since 1970, from Monday: that day was a Thursday.
func weekday(day int64) int { return int(ints.Mod(day+3, 7)) }

// margin is by how many days an interval of a local date may reach out of that date in UTC:
// zones are up to a day away, clocks change by up to a day, and hours pass midnight.
const margin = 4

// makeYear returns the open intervals of a year, from 0.
func (c *Calendar) makeYear(i int) *year {
	start, end := yearStart[i], yearStart[i+1]
	holidays := observed(c.country, firstYear+i)
	y := &year{firstDay: dayOf(start)}
	for day := start/dayLength - margin; day < end/dayLength+margin; day++ {
		hours, _ := c.hoursOf(day, holidays)
		for _, s := range hours {
			from, to := c.instants(day, s)
			if from, to = max(from, start), min(to, end); from < to {
				y.open = append(y.open, interval{from: from, to: to})
			}
		}
	}
	y.merge()
	days := (end - start) / dayLength
	y.first = make([]int32, days+1)
	next := int32(0)
	for day := range days + 1 {
		for int(next) < len(y.open) && y.open[next].to <= start+day*dayLength {
			next++
		}
		y.first[day] = next
	}
	return y
}

// merge puts the intervals in order, makes one of those that touch or overlap, and
// adds up their lengths.
func (y *year) merge() {
	slices.SortFunc(y.open, func(a, b interval) int { return cmp.Compare(a.from, b.from) })
	apart := y.open[:0]
	for _, o := range y.open {
		if n := len(apart); n > 0 && o.from <= apart[n-1].to {
			apart[n-1].to = max(apart[n-1].to, o.to)
			continue
		}
		apart = append(apart, o)
	}
	for i := range apart {
		apart[i].before = y.total
		y.total += apart[i].to - apart[i].from
	}
	y.open = slices.Clip(apart)
}

// instants returns when hours of a local day begin and end: each of the two has the
// offset that is in force then.
func (c *Calendar) instants(day int64, s span) (from, to int64) {
	from, _ = c.zone.ToUTC(day*dayLength + s.from*minuteLength)
	to, _ = c.zone.ToUTC(day*dayLength + s.to*minuteLength)
	return from, to
}

// A Day is what a calendar says of a date.
type Day struct {
	Hours string // as a policy has them: "09:00-12:30 14:00-18:00", or "closed"
	Why   string // why they are not the week's: the name of a holiday, or "by date"
	Open  int64  // µs of its hours
}

// Day returns the hours of a date, whatever the time and the zone of date are.
func (c *Calendar) Day(date time.Time) Day {
	year, month, dayOfMonth := date.Date()
	if c.IsAlways() {
		return Day{Hours: "00:00-24:00", Open: dayLength}
	}
	day := time.Date(year, month, dayOfMonth, 0, 0, 0, 0, time.UTC).UnixMicro() / dayLength
	hours, why := c.hoursOf(day, observed(c.country, year))
	d := Day{Hours: formatHours(hours), Why: why}
	for _, s := range hours {
		if from, to := c.instants(day, s); from < to {
			d.Open += to - from
		}
	}
	return d
}
