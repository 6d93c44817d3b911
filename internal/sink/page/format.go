package page

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/number"

	"github.com/sav-analytics/sav/internal/cells"
	"github.com/sav-analytics/sav/internal/sink/rundir"
)

const (
	none = "–"      // a statistic that does not apply
	nb   = "\u00a0" // keeps a number and its unit on one line

	minute = 60
	hour   = 60 * minute
	day    = 24 * hour
)

// human writes seconds as people say them: 45 s, 12 min, 5 h 20 min, 3 d 4 h.
func (w *words) human(seconds float64) string {
	switch s := math.Round(seconds); {
	case math.IsNaN(seconds):
		return none
	case seconds < 9.95:
		return w.unit(w.tenths(seconds), "s")
	case s < minute:
		return w.unit(w.count(int64(s)), "s")
	case s < 10*minute:
		return w.parts(int64(s), minute, "min", 1, "s")
	case s < hour-minute/2:
		return w.unit(w.count(int64(math.Round(s/minute))), "min")
	case s < 2*day-minute/2:
		return w.parts(int64(math.Round(s/minute))*minute, hour, "h", minute, "min")
	default:
		return w.parts(int64(math.Round(s/hour))*hour, day, "d", hour, "h")
	}
}

func (w *words) unit(number, unit string) string { return number + nb + w.t(unit) }

// parts writes a time in two units; a second part of 0 is left out.
func (w *words) parts(seconds, big int64, bigName string, small int64, smallName string) string {
	text := w.unit(w.count(seconds/big), bigName)
	if rest := seconds % big / small; rest > 0 {
		text += nb + w.unit(w.count(rest), smallName)
	}
	return text
}

// exact writes seconds as report.csv has them.
func exact(seconds float64) string {
	if math.IsNaN(seconds) {
		return ""
	}
	return string(cells.AppendNumber(nil, seconds)) + nb + "s"
}

// span writes an interval of seconds for people.
func (w *words) span(low, high float64) string {
	if math.IsNaN(low) || math.IsNaN(high) {
		return none
	}
	return w.t("%s to %s", w.human(low), w.human(high))
}

func (w *words) shareSpan(low, high float64) string {
	if math.IsNaN(low) || math.IsNaN(high) {
		return none
	}
	return w.t("%s to %s", w.percent(low), w.percent(high))
}

// decimal writes a number with two decimals.
func (w *words) decimal(v float64) string {
	if math.IsNaN(v) {
		return none
	}
	return w.p.Sprint(number.Decimal(v, number.Scale(2)))
}

// tenths writes a number with a decimal unless that is 0.
func (w *words) tenths(v float64) string {
	return w.p.Sprint(number.Decimal(math.Round(v*10)/10, number.MaxFractionDigits(1)))
}

func (w *words) percent(share float64) string {
	if math.IsNaN(share) {
		return none
	}
	return w.p.Sprint(number.Decimal(100*share, number.Scale(1))) + nb + "%"
}

func (w *words) count(n int64) string { return w.p.Sprintf("%d", n) }

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

// shortName returns it short enough for a label of a picture.
func shortName(text string) string {
	const longest = 12
	if utf8.RuneCountInString(text) > longest {
		text = string([]rune(text)[:longest-1]) + "…"
	}
	return name(text)
}

// names lists texts of the input in a sentence. Each is isolated, so that one that is
// written from right to left does not turn its neighbours.
func names(texts []string) string {
	isolated := make([]string, len(texts))
	for i, text := range texts {
		isolated[i] = isolate(text)
	}
	return strings.Join(isolated, ", ")
}

func isolate(text string) string { return "\u2068" + name(text) + "\u2069" }

// raw writes a number for the script to sort by; empty if it does not apply.
func raw(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return string(cells.AppendNumber(nil, v))
}

// zone returns the zone of that name, or UTC if this machine does not know it.
func zone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return loc
}

// period says which conversations count. A window of whole days is named by its days,
// the last of them included.
func (w *words) period(window rundir.Window, zone *time.Location) string {
	from, to := startOfDay(window.From, zone), startOfDay(window.To, zone)
	switch {
	case window.From == "" && window.To == "":
		return w.t("of the whole input")
	case window.To == "":
		return w.t("opened from %s on", w.instant(window.From, zone))
	case window.From == "":
		return w.t("opened before %s", w.instant(window.To, zone))
	case from.IsZero() || to.IsZero():
		return w.t("opened from %s to %s", w.instant(window.From, zone), w.instant(window.To, zone))
	}
	first, last := w.date(from), w.date(to.AddDate(0, 0, -1))
	if first == last {
		return w.t("opened on %s", first)
	}
	return w.t("opened from %s to %s", first, last)
}

// date writes a day: 2 January 2006.
func (w *words) date(t time.Time) string {
	return w.t("%s %s %s", strconv.Itoa(t.Day()), w.t(t.Month().String()), strconv.Itoa(t.Year()))
}

// shortDate writes a day without its year: 2 Jan.
func (w *words) shortDate(t time.Time) string {
	return strconv.Itoa(t.Day()) + nb + w.t(t.Format("Jan"))
}

// startOfDay returns a time of run.json if a day begins then, in zone, else zero. Noon
// of the day stands for it: no clock is changed then.
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
func (w *words) instant(rfc3339 string, zone *time.Location) string {
	t, err := time.Parse(time.RFC3339, rfc3339)
	if err != nil {
		return rfc3339
	}
	return w.moment(t, zone)
}

func (w *words) moment(t time.Time, zone *time.Location) string {
	t = t.In(zone)
	return w.t("%s, %s", w.date(t), t.Format("15:04"+nb+"MST"))
}
