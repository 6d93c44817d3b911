package naive

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/us"
)

// A Calendar is somebody's working hours. Hours are written as in a policy:
// "09:00-12:30 22:00-02:00", or "closed".
type Calendar struct {
	Zone     string
	Week     map[time.Weekday]string
	Days     map[string]string // by date, as 2006-01-02
	Holidays bool              // those of the United States
}

// A Policy is what was promised. Who is not named has the default: "always", and
// "none", if that is empty too.
type Policy struct {
	Calendars map[string]*Calendar
	Use       Choices // calendars
	Targets   Choices // durations, or "none"
	OnWork    bool    // the targets' clock
}

// Choices say what merchants, countries and all others have.
type Choices struct {
	Default              string
	Countries, Merchants map[string]string
	Written              map[string]string // how a policy writes a merchant, if not as it is
}

// Of returns what a merchant in a country has.
func (r Choices) Of(merchant, country, otherwise string) string {
	return cmp.Or(r.Merchants[merchant], r.Countries[country], r.Default, otherwise)
}

// Text returns the calendar as a policy has it.
func (c *Calendar) Text() string {
	week := make(map[string]string)
	for day, hours := range c.Week {
		week[strings.ToLower(day.String()[:3])] = hours
	}
	calendar := map[string]any{"zone": c.Zone, "week": week, "days": c.Days}
	if c.Holidays {
		calendar["holidays"] = "US"
	}
	text, _ := json.Marshal(calendar) // which is YAML, too
	return string(text)
}

// Text returns the policy's file.
func (p *Policy) Text() string {
	clock := "elapsed"
	if p.OnWork {
		clock = "work"
	}
	text := "use: " + p.Use.text("") + "\ntargets: " + p.Targets.text(clock) + "\n"
	if len(p.Calendars) > 0 {
		text += "calendars:\n"
	}
	for _, name := range slices.Sorted(maps.Keys(p.Calendars)) {
		text += fmt.Sprintf("  %s: %s\n", name, p.Calendars[name].Text())
	}
	return text
}

func (r Choices) text(clock string) string {
	merchants := make(map[string]string)
	for name, value := range r.Merchants {
		merchants[cmp.Or(r.Written[name], name)] = value
	}
	choices := map[string]any{"countries": r.Countries, "merchants": merchants}
	if r.Default != "" {
		choices["default"] = r.Default
	}
	if clock != "" {
		choices["clock"] = clock
	}
	text, _ := json.Marshal(choices)
	return string(text)
}

// Open returns when the hours of the days around from and to begin and end, in µs
// since 1970 UTC, one a day and interval.
func (c *Calendar) Open(from, to int64) (all [][2]int64) {
	loc, err := time.LoadLocation(c.Zone)
	if err != nil {
		panic(err)
	}
	holidays := cal.Calendar{Holidays: us.Holidays}
	date := time.UnixMicro(from).UTC().Truncate(24*time.Hour).AddDate(0, 0, -4)
	for ; date.UnixMicro() < to+4*86400e6; date = date.AddDate(0, 0, 1) {
		hours, named := c.Days[date.Format(time.DateOnly)]
		if !named {
			hours = c.Week[date.Weekday()]
			if _, observed, _ := holidays.IsHoliday(date); observed && c.Holidays {
				hours = "closed"
			}
		}
		if hours == "closed" || hours == "" {
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
			first, _ := UTC(date.Add(time.Duration(begin)*time.Minute).UnixMicro(), loc)
			last, _ := UTC(date.Add(time.Duration(end)*time.Minute).UnixMicro(), loc)
			all = append(all, [2]int64{first, last})
		}
	}
	return all
}

// Working returns how much of the time from from to to is within open hours.
func (c *Calendar) Working(from, to int64) (worked int64) {
	open := c.Open(from, to)
	slices.SortFunc(open, func(a, b [2]int64) int { return cmp.Compare(a[0], b[0]) })
	for _, o := range open { // from is where the time not yet looked at begins
		if begin, end := max(from, o[0]), min(to, o[1]); begin < end {
			worked += end - begin
			from = end
		}
	}
	return worked
}

// Worked returns the working time of a pair until its answer, or until it was last watched.
func (p *Policy) Worked(pair *Pair) int64 {
	end := pair.Opened + pair.Observed
	if pair.Answered {
		end = pair.Responded
	}
	return p.working(pair, end)
}

// working returns the working time from a pair's opening to end.
func (p *Policy) working(pair *Pair, end int64) int64 {
	if c := p.Calendars[p.Use.Of(pair.Merchant, pair.Country, "always")]; c != nil {
		return c.Working(pair.Opened, end)
	}
	return end - pair.Opened
}

// A Target is what a policy says of a pair: within how many µs an answer was
// promised, what became of that, and whether the time had run out by as_of.
type Target struct {
	Micros int64
	Status string
	Due    bool
}

// Target returns the target of a pair; nil without one.
func (p *Policy) Target(pair *Pair) *Target {
	text := p.Targets.Of(pair.Merchant, pair.Country, "none")
	if text == "none" {
		return nil
	}
	length, err := time.ParseDuration(text)
	if err != nil {
		panic(err)
	}
	clock := func(end int64) int64 { return end - pair.Opened }
	if p.OnWork {
		clock = func(end int64) int64 { return p.working(pair, end) }
	}
	t := &Target{Micros: length.Microseconds(), Status: "open", Due: length.Microseconds() < clock(pair.AsOf)}
	switch {
	case pair.Answered && clock(pair.Responded) <= t.Micros:
		t.Status = "met"
	case pair.Answered, clock(pair.Opened+pair.Observed) > t.Micros:
		t.Status = "missed"
	}
	return t
}

// HasTargets reports whether anything is promised to anybody.
func (p *Policy) HasTargets() bool {
	if p == nil {
		return false
	}
	all := append(slices.Collect(maps.Values(p.Targets.Countries)), slices.Collect(maps.Values(p.Targets.Merchants))...)
	all = append(all, cmp.Or(p.Targets.Default, "none"))
	return slices.ContainsFunc(all, func(text string) bool { return text != "none" })
}

// statistics adds what the report says of working times and targets.
func (p *Policy) statistics(pairs []Pair, r map[string]float64) {
	if p == nil {
		return
	}
	if len(p.Calendars) > 0 {
		worked := slices.Clone(pairs) // the same conversations in a world where only working time goes by
		for i := range worked {
			w := p.Worked(&pairs[i])
			worked[i].Opened, worked[i].Responded, worked[i].Observed = 0, w, w
		}
		numbers := statistics(worked, nil)
		for _, name := range []string{"dt_mean_s", "dt_p50_s", "dt_p90_s", "dt_km_p50_s"} {
			if v, there := numbers[name]; there {
				r["work_"+name] = v
			}
		}
	}
	if !p.HasTargets() {
		return
	}
	counts := map[string]int64{"met": 0, "missed": 0, "open": 0}
	due, metDue := int64(0), int64(0)
	for i := range pairs {
		t := p.Target(&pairs[i])
		if t == nil {
			continue
		}
		counts[t.Status]++
		if t.Due && t.Status != "open" {
			due++
			if t.Status == "met" {
				metDue++
			}
		}
	}
	for status, n := range counts {
		r["target_"+status] = float64(n)
	}
	r["target_due"] = float64(due)
	if due > 0 {
		r["target_share"] = float64(metDue) / float64(due)
		r["target_share_ci95_low"], r["target_share_ci95_high"] = wilson(metDue, due)
	}
}
