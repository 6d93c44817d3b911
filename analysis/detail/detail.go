// Package detail is what pictures of a run show beyond its report.
package detail

import (
	"math"
	"time"

	"github.com/sav-analytics/sav/analysis/internal/groups"
	"github.com/sav-analytics/sav/analysis/internal/summary"
	"github.com/sav-analytics/sav/analysis/internal/waits"
	"github.com/sav-analytics/sav/internal/micros"
	"github.com/sav-analytics/sav/internal/parallel"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/stats"
)

// A Detail is what pictures of a run show beyond its report. However many
// conversations there are it is small: only with the merchants does it grow.
type Detail struct {
	Zone      string         `json:"zone"`      // of days and hours, as the IANA database names it
	Histogram Histograms     `json:"histogram"` // of the first response time
	Curve     []CurvePoint   `json:"curve"`     // the share answered, in increasing order of time
	Marks     []float64      `json:"marks_s"`   // times at which the curve can be read exactly, in seconds
	Longest   *float64       `json:"longest_s"` // the longest time observed, in seconds; nil if there is none
	Days      []Day          `json:"days"`      // without days on which no conversation was opened
	Earlier   int64          `json:"earlier"`   // conversations opened before the last MaxDays days
	Hours     [7 * 24]Period `json:"hours"`     // of the week, from Monday 00:00
	Merchants MerchantLogs   `json:"merchants"`
}

// MaxDays is how many days, up to that of the last conversation opened, a Detail
// shows.
const MaxDays = 366

// A Period is the conversations opened at some time. Times are in seconds; one
// that does not apply is nil.
type Period struct {
	Conversations int64    `json:"conversations"`
	Answered      int64    `json:"answered"`
	P50           *float64 `json:"dt_p50_s"` // these are as the report's columns of the same names
	P50Low        *float64 `json:"dt_p50_ci95_low_s"`
	P50High       *float64 `json:"dt_p50_ci95_high_s"`
	KMP50         *float64 `json:"dt_km_p50_s"`
}

// A Day is the conversations opened on a local day.
type Day struct {
	Date string `json:"date"` // as 2006-01-02
	Period
}

// MerchantLogs is, for each merchant in the report's order, how log(1 + dt/s) is
// distributed over the answered conversations.
type MerchantLogs struct {
	ID       []string  `json:"merchant_id"`
	Answered []int64   `json:"answered"`
	Mean     []float64 `json:"log_mean"`     // 0 if none is answered
	Variance []float64 `json:"log_variance"` // of the sample (n-1); 0 if fewer than 2 are answered
}

// New returns the details of conversations: sorted waits and the ranking of their
// groups. Days and hours are those of zone, nil is UTC; within are the times within
// which a report counts answers, in µs. It uses scratch, for as many spans.
func New(dict *source.Dict, sorted *waits.Sorted, scratch []waits.Span, ranking *groups.Ranking, zone *time.Location, within []int64, workers int) *Detail {
	if zone == nil {
		zone = time.UTC
	}
	d := &Detail{Zone: zone.String(), Marks: curveMarks(within)}
	if len(sorted.Span) > 0 {
		calendar := newCalendar(sorted.Earliest, sorted.Latest, zone)
		d.days(calendar, sorted, scratch, workers)
		waits.EachRow(sorted.Span, scratch, sorted.Opened, calendar.rows(localQuarter.hour), len(d.Hours), workers,
			func(hour int, spans []waits.Span) { d.Hours[hour] = newPeriod(spans) })
	}
	parallel.Do(
		func() { d.merchants(sorted, ranking.Rows(groups.By{Merchant: true}), dict) },
		func() {
			d.Histogram = histograms(sorted, ranking.Rows(groups.By{Country: true}), dict)
			d.curve(sorted.Span)
		})
	return d
}

// days summarizes the last days; conversations opened before them are counted.
func (d *Detail) days(calendar calendar, sorted *waits.Sorted, scratch []waits.Span, workers int) {
	first, last := calendar[0].day(), calendar[len(calendar)-1].day()
	before := max(first, last-MaxDays+1) - 1 // the day that stands for all that are earlier
	periods := make([]Period, last-before+1)
	day := calendar.rows(func(q localQuarter) int { return max(q.day(), before) - before })
	waits.EachRow(sorted.Span, scratch, sorted.Opened, day, len(periods), workers,
		func(i int, spans []waits.Span) { periods[i] = newPeriod(spans) })
	d.Earlier = periods[0].Conversations
	for i, p := range periods[1:] {
		if p.Conversations > 0 {
			date := time.Unix(int64(before+1+i)*24*60*60, 0).UTC()
			d.Days = append(d.Days, Day{date.Format(time.DateOnly), p})
		}
	}
}

// newPeriod returns the period of sorted spans, which are lost.
func newPeriod(spans []waits.Span) Period {
	seconds := func(µs float64) *float64 { return number(µs / micros.PerSecond) }
	m := summary.MediansOf(spans)
	return Period{m.Conversations, m.Answered, seconds(m.P50), seconds(m.P50Low), seconds(m.P50High), seconds(m.KMP50)}
}

// number is x, or nil if it does not apply.
func number(x float64) *float64 {
	if math.IsNaN(x) {
		return nil
	}
	return &x
}

// merchants computes the moments of each merchant's logarithms. Sorted spans make
// them the same however many cores there are, and each logarithm is computed once
// for all conversations of one time.
func (d *Detail) merchants(sorted *waits.Sorted, rows groups.Rows, dict *source.Dict) {
	of := make([]stats.Moments, len(rows.Keys))
	m := MerchantLogs{make([]string, len(of)), make([]int64, len(of)), make([]float64, len(of)), make([]float64, len(of))}
	last, log := waits.Censored, 0.0
	for i, s := range sorted.Span {
		if !s.Answered() {
			continue
		}
		if s != last {
			last, log = s, math.Log1p(float64(s.Time())/micros.PerSecond)
		}
		of[rows.Row[sorted.Group[i]]].Add(log)
	}
	for row, key := range rows.Keys {
		sample := of[row].Sample()
		m.ID[row], m.Answered[row] = dict.IDText(key.Merchant), int64(sample.N)
		if sample.N > 0 {
			m.Mean[row] = sample.Mean
		}
		if sample.N > 1 {
			m.Variance[row] = sample.Variance
		}
	}
	d.Merchants = m
}
