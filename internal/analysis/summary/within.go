package summary

import (
	"math"
	"slices"

	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/internal/productlimit"
	"github.com/sav-analytics/sav/internal/stats/interval"
	"github.com/sav-analytics/sav/stats"
)

// A Within is what the report says of the answers within a time X. All are
// NaN if a conversation was censored before X and none was watched until X: the
// last answers alone would decide.
type Within struct {
	Answered  float64 // 1 − S(X)
	Low, High float64 // of Answered; Wilson's interval if none was censored before X, else that of log(−log S)
	Wait      float64 // ∫ S(t) dt from 0 to X, in µs
}

// answeredWithin fills in the summaries of times, which are in µs and ascend, and
// returns the Kaplan–Meier median of the time to an answer, in µs. spans must be
// sorted. The numbers are those of a [stats.Survival].
func answeredWithin(spans []waits.Span, within []int64, of []Within) (median float64) {
	median = math.NaN()
	c := curveSum{fall: productlimit.Fall{Survival: 1}}
	if n := len(within); n > 0 {
		c.cut = cutBefore(spans, within[n-1])
	}
	next := 0
	for fall := range productlimit.Falls(spans) {
		for next < len(within) && int64(fall.Time) > within[next] {
			of[next] = c.until(spans, within[next])
			next++
		}
		if next < len(within) {
			c.add(fall)
		} else if !math.IsNaN(median) {
			break
		}
		if math.IsNaN(median) && productlimit.Reached(fall.Survival, 0.5) {
			median = float64(fall.Time)
		}
		if next == len(within) && !math.IsNaN(median) {
			break
		}
	}
	for ; next < len(within); next++ {
		of[next] = c.until(spans, within[next])
	}
	return median
}

// KMMedian returns the Kaplan–Meier median of the time to an answer, in µs, of sorted
// spans; NaN if there is none.
func KMMedian(spans []waits.Span) float64 { return KMQuantile(spans, 0.5) }

// KMQuantile returns the smallest answer time, in µs, at which a share p is answered, of
// sorted spans; NaN without an answer, or if p is NaN.
func KMQuantile(spans []waits.Span, p float64) float64 {
	for fall := range productlimit.Falls(spans) {
		if productlimit.Reached(fall.Survival, p) {
			return float64(fall.Time)
		}
	}
	return math.NaN()
}

// A curveSum is what is known of a survival curve up to its last fall.
type curveSum struct {
	fall   productlimit.Fall // the last one
	events int
	times  waits.Sum // of these, in µs

	// If a wait was cut off before the last time within; no other figure needs them.
	cut      bool
	area     float64 // ∫ S(t) dt up to the last fall, in µs
	variance float64 // of log S from the last fall on
}

// cutBefore reports whether a wait of less than x was cut off.
func cutBefore(spans []waits.Span, x int64) bool {
	for _, s := range spans {
		if s.Time() >= x {
			return false
		}
		if !s.Answered() {
			return true
		}
	}
	return false
}

func (c *curveSum) add(fall productlimit.Fall) {
	if c.cut {
		c.area += c.fall.Survival * float64(fall.Time-c.fall.Time)
		c.variance += fall.Variance()
	}
	c.fall = fall
	c.events += fall.Events
	c.times.AddProduct(fall.Time, uint64(fall.Events))
}

// until returns the summary of the time x, before which there is no other fall.
func (c *curveSum) until(spans []waits.Span, x int64) Within {
	before, _ := slices.BinarySearch(spans, waits.NewSpan(x, 0)) // spans of less than x
	eventsBefore := c.events
	if c.fall.Time == uint64(x) {
		eventsBefore -= c.fall.Events
	}
	s := Within{Answered: 1 - c.fall.Survival}
	if len(spans) == 0 {
		nan := math.NaN()
		return Within{nan, nan, nan, nan}
	}
	if before > eventsBefore { // some were censored
		if before == len(spans) {
			nan := math.NaN()
			return Within{nan, nan, nan, nan}
		}
		low, high := interval.LogLog(c.fall.Survival, c.variance)
		s.Low, s.High = 1-high, 1-low
		s.Wait = c.area + c.fall.Survival*float64(uint64(x)-c.fall.Time)
		return s
	}
	s.Low, s.High = stats.Wilson(c.events, len(spans))
	// The mean of the smaller of time and x, of those after x too, exactly.
	total := c.times
	total.AddProduct(uint64(x), uint64(len(spans)-c.events))
	s.Wait = total.Float() / float64(len(spans))
	return s
}
