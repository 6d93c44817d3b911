// Package detail is what pictures of a run show beyond its report.
package detail

import (
	"math"
	"slices"
	"time"

	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/periods"
	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/internal/micros"
	"github.com/sav-analytics/sav/internal/parallel"
	"github.com/sav-analytics/sav/internal/productlimit"
	"github.com/sav-analytics/sav/policy"
	"github.com/sav-analytics/sav/source"
)

// A Detail is what pictures of a run show beyond its report. However many
// conversations there are it is small: only with the merchants does it grow.
type Detail struct {
	Zone      string         `json:"zone"`      // of days and hours, as the IANA database names it
	Histogram Histogram      `json:"histogram"` // of the first response time
	Curve     []CurvePoint   `json:"curve"`     // the share answered, in increasing order of time
	Marks     []float64      `json:"marks_s"`   // times at which the curve can be read exactly, in seconds
	Longest   *float64       `json:"longest_s"` // the longest time observed, in seconds; nil without a conversation
	Every     string         `json:"every"`     // how long the periods of Days are: day, week or month
	Days      []Day          `json:"days"`      // periods, without those in which no conversation was opened
	Earlier   int64          `json:"earlier"`   // conversations opened before the last MaxDays periods
	Change    *Change        `json:"change,omitempty"`
	Hours     [7 * 24]Period `json:"hours"` // of the week, from Monday 00:00
	// Zones are those of Hours, where a policy gives countries zones of their own; none
	// if all are of Zone.
	Zones []string `json:"zones,omitempty"`
	// Within is the first time of the report's, within which what is due is counted.
	Within    string          `json:"within"`
	All       Spread          `json:"all"`
	Countries []CountrySpread `json:"countries"` // in the report's order
	Merchants MerchantDue     `json:"merchants"`
	// Waiting are conversations without an answer, by age, but for those that another contact followed.
	Waiting []Waiting    `json:"waiting"`
	Pending int64        `json:"pending"` // of these, those that are not due
	Oldest  []Unanswered `json:"oldest"`  // of these, a few that were opened first, in that order
	// Promised is nil without a policy that has targets, and Worked, the histogram of
	// working times, without one that has calendars.
	Promised *Promised  `json:"promised,omitempty"`
	Worked   *Histogram `json:"worked_histogram,omitempty"`
}

// MaxDays is how many days, weeks or months, up to that of the last conversation opened, a
// Detail shows.
const MaxDays = 366

// A Period is the conversations opened at some time. Times are in seconds; one
// that does not apply is nil.
type Period struct {
	Conversations int64    `json:"conversations"`
	Answered      int64    `json:"answered"`
	KMP50         *float64 `json:"dt_km_p50_s"` // as the report's column of that name
	Due
}

// A Day is the conversations opened on a local day, or in a week or month.
type Day struct {
	Date string `json:"date"` // the first of its dates, as 2006-01-02
	Period
}

// Options say what details are about.
type Options struct {
	Zone   *time.Location     // of days and hours; nil is UTC
	AsOf   int64              // µs since 1970 UTC
	Within []int64            // the times within which a report counts answers, in µs; at least one
	Name   string             // of the first of them
	Oldest []waits.Unanswered // unanswered conversations that were opened first
	Policy *policy.Policy     // of working hours and targets, or nil
	// Followed are those that were not answered until another contact of their thread began.
	Followed []waits.Followed
	Every    periods.Unit // of the periods that a report tells apart; 0 if it tells none
}

func (o *Options) zone() *time.Location {
	if o.Zone == nil {
		return time.UTC
	}
	return o.Zone
}

// New returns the details of conversations: sorted waits and the ranking of their
// groups.
func New(dict *source.Dict, sorted *waits.Sorted, ranking *groups.Ranking, opts Options) *Detail {
	d := &Detail{Zone: opts.zone().String(), Marks: curveMarks(opts.Within), Within: opts.Name}
	d.oldest(opts)
	parallel.Do(
		func() { d.conversations(dict, sorted, ranking, opts) },
		func() {
			d.Histogram = histogram(sorted.Span)
			d.curve(sorted.Span)
		})
	return d
}

// conversations fills in what is known by merchant, country, day and hour.
func (d *Detail) conversations(dict *source.Dict, sorted *waits.Sorted, ranking *groups.Ranking, opts Options) {
	if len(sorted.Span) == 0 {
		d.dues(&walk{}, deadline{}, sorted, opts.Followed, ranking, dict)
		return
	}
	calendar := newCalendar(sorted.Earliest, sorted.Latest, opts.zone())
	report := newDeadline(sorted, opts.AsOf, opts.Within[0])
	change := twoPeriodsOf(calendar, report, opts.Every)
	clocks := newClocks(ranking, dict, opts.Policy, opts.zone())
	if names := clocks.names(); len(names) > 1 || names[0] != d.Zone {
		d.Zones = names
	}
	hours := clocks.hours(sorted)
	countries := newCountries(sorted, ranking)
	at := deadlines{report: report}
	at.whole, at.half = countries.deadlines(opts.AsOf)
	w := newWalk(sorted, calendar, hours, at, ranking, change)
	parallel.Do(
		func() {
			d.dues(w, report, sorted, opts.Followed, ranking, dict)
			d.change(change, w, ranking, dict)
			d.spreads(w, countries, ranking, dict)
		},
		func() {
			unit := chooseUnit(calendar, w, max(opts.Every, periods.Day))
			d.Every = unit.String()
			d.days(unit, calendar, w, sorted)
			w.fill(d.Hours[:], hours, sorted)
			d.promise(sorted, clocks, opts, policy.Elapsed)
		})
}

// Places say of each conversation which row it is of: row[number[i]].
type places struct {
	number []waits.Quarter
	row    []uint32
}

func (p places) of(i int) uint32 { return p.row[p.number[i]] }

// fill fills in periods; rows says which each quarter is of.
func (w *walk) fill(periods []Period, rows places, sorted *waits.Sorted) {
	counts, half := make([]uint32, len(periods)), slices.Repeat([]float64{0.5}, len(periods))
	for i := range w.quarters {
		q, p := &w.quarters[i], &periods[rows.row[i]]
		counts[rows.row[i]] += q.conversations
		p.Conversations += int64(q.conversations)
		p.Answered += int64(q.answered)
		p.sum(q.due.all())
	}
	for i, median := range productlimit.Quantiles(sorted.Span, rows.number, rows.row, counts, half) {
		periods[i].KMP50 = number(median / micros.PerSecond)
	}
}

// number returns x, or nil if it does not apply.
func number(x float64) *float64 {
	if math.IsNaN(x) {
		return nil
	}
	return &x
}
