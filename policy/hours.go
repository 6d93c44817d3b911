package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sav-analytics/sav/internal/nearest"
)

// A span is open hours in minutes after midnight of the day on which they start;
// those that pass midnight end after minutesOfDay.
type span struct{ from, to int64 }

const minutesOfDay = 24 * 60

// closed is the word for a day without open hours.
const closed = "closed"

// weekdays are the names of days, from Monday.
var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// week reads the hours of each day of the week. A day that stands alone wins over a range.
func (p *parser) week(e entry, c *Calendar) {
	var alone, ranged [7]bool
	for _, day := range p.mapping(e.value, e.path, same) {
		first, last, isRange := strings.Cut(day.name, "-")
		from, to := p.weekday(day, first), 0
		if isRange {
			to = p.weekday(day, last)
		}
		hours, ok := p.hours(day)
		switch {
		case !ok || from < 0 || to < 0:
		case !isRange:
			c.week[from], alone[from] = hours, true
		case from == to:
			p.fault(day.key, day.path, "from %s to %s: expected %s alone, or two days", first, last, first)
		default:
			p.fillRange(day, c, &alone, &ranged, from, to, hours)
		}
	}
}

// fillRange gives the days from and to, and those between them (round the week's
// end if need be), their hours; but not those that stand alone.
func (p *parser) fillRange(day entry, c *Calendar, alone, ranged *[7]bool, from, to int, hours []span) {
	for d := from; ; d = (d + 1) % 7 {
		if ranged[d] {
			p.fault(day.key, day.path, "%s is in two ranges: expected it in one, or alone", weekdays[d])
			return
		}
		ranged[d] = true
		if !alone[d] {
			c.week[d] = hours
		}
		if d == to {
			return
		}
	}
}

// weekday returns the number of the day name from Monday, or -1.
func (p *parser) weekday(e entry, name string) int {
	i := slices.Index(weekdays, name)
	if i < 0 {
		p.fault(e.key, e.path, "unknown day %s: %s", quote(name), nearest.Hint(name, weekdays))
	}
	return i
}

// days reads the hours of single dates.
func (p *parser) days(e entry, c *Calendar) {
	for _, day := range p.mapping(e.value, e.path, same) {
		date, err := time.Parse(time.DateOnly, day.name)
		if err != nil || date.Year() < minYear || date.Year() > maxYear {
			p.fault(day.key, day.path, "%s is not a date: expected one from %d-01-01 to %d-12-31",
				quote(day.name), minYear, maxYear)
			continue
		}
		if hours, ok := p.hours(day); ok {
			c.days[date.UnixMicro()/dayLength] = hours
		}
	}
}

// hours reads the open hours of a day: closed, or intervals with spaces between
// them, which it returns in order.
func (p *parser) hours(e entry) (spans []span, ok bool) {
	text, ok := p.text(e.value, e.path)
	if !ok || text == closed {
		return nil, ok
	}
	words := strings.Fields(text)
	texts := make(map[span]string)
	for _, word := range words {
		s, err := parseSpan(word)
		if err != nil {
			p.fault(e.value, e.path, "%w", err)
			return nil, false
		}
		if _, doubled := texts[s]; doubled {
			p.fault(e.value, e.path, "%s is there twice", word)
			return nil, false
		}
		spans, texts[s] = append(spans, s), word
	}
	slices.SortFunc(spans, func(a, b span) int { return int(a.from - b.from) })
	for i := 1; i < len(spans); i++ {
		if spans[i].from < spans[i-1].to {
			p.fault(e.value, e.path, "%s and %s overlap", texts[spans[i-1]], texts[spans[i]])
			return nil, false
		}
	}
	return spans, true
}

// parseSpan reads an interval: 09:00-12:30. An end not after its start is on the next day.
func parseSpan(text string) (span, error) {
	first, last, _ := strings.Cut(text, "-")
	from, ok1 := parseClock(first)
	to, ok2 := parseClock(last)
	if !ok1 || !ok2 || from == minutesOfDay {
		return span{}, fmt.Errorf("%s is not an interval: "+
			"expected two times from 00:00 to 24:00, as 09:00-12:30, or closed", quote(text))
	}
	if to <= from {
		to += minutesOfDay
	}
	return span{from, to}, nil
}

// parseClock reads a time of the day, HH:MM from 00:00 to 24:00, in minutes.
func parseClock(text string) (minutes int64, ok bool) {
	if len(text) != len("HH:MM") || text[2] != ':' {
		return 0, false
	}
	for _, i := range [...]int{0, 1, 3, 4} {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
	}
	hour := int64(text[0]-'0')*10 + int64(text[1]-'0')
	minute := int64(text[3]-'0')*10 + int64(text[4]-'0')
	return hour*60 + minute, minute < 60 && hour*60+minute <= minutesOfDay
}

// formatHours returns hours as a policy has them.
func formatHours(spans []span) string {
	if len(spans) == 0 {
		return closed
	}
	texts := make([]string, len(spans))
	for i, s := range spans {
		to := s.to
		if to > minutesOfDay {
			to -= minutesOfDay
		}
		texts[i] = fmt.Sprintf("%02d:%02d-%02d:%02d", s.from/60, s.from%60, to/60, to%60)
	}
	return strings.Join(texts, " ")
}
