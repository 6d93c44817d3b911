package analysis

import (
	"math"
	"math/bits"
	"slices"

	"github.com/sav-analytics/sav/internal/productlimit"
	"github.com/sav-analytics/sav/stats"
)

// A withinSummary is what the report says of the answers within a time X. All are
// NaN if a conversation was censored before X and none was watched until X: the
// last answers alone would decide.
type withinSummary struct {
	answered  float64 // 1 − S(X)
	low, high float64 // of answered; Wilson's interval if none was censored before X, else that of log(−log S)
	wait      float64 // ∫ S(t) dt from 0 to X, in µs
}

// micros returns the times of the schema in µs.
func (s Schema) micros() []int64 {
	var all []int64
	for _, w := range s.within() {
		all = append(all, w.time.Microseconds())
	}
	return all
}

// summarizeWithin fills in the summaries of times, which are in µs and ascend, and
// returns the Kaplan–Meier median of the time to an answer, in µs. spans must be
// sorted. The numbers are those of a [stats.Survival].
func summarizeWithin(spans []span, within []int64, of []withinSummary) (median float64) {
	median = math.NaN()
	c := curveSum{fall: productlimit.Fall{Survival: 1}}
	next := 0
	for fall := range productlimit.Falls(spans) {
		for next < len(within) && int64(fall.Time) > within[next] {
			of[next] = c.until(spans, within[next])
			next++
		}
		c.add(fall)
		if math.IsNaN(median) && productlimit.Reached(fall.Survival, 0.5) {
			median = float64(fall.Time)
		}
	}
	for ; next < len(within); next++ {
		of[next] = c.until(spans, within[next])
	}
	return median
}

// A curveSum is what is known of a survival curve up to its last fall.
type curveSum struct {
	fall   productlimit.Fall // the last one
	events int
	times  sum128  // of these, in µs
	area   float64 // ∫ S(t) dt up to the last fall, in µs
}

func (c *curveSum) add(fall productlimit.Fall) {
	c.area += c.fall.Survival * float64(fall.Time-c.fall.Time)
	c.fall = fall
	c.events += fall.Events
	high, low := bits.Mul64(fall.Time, uint64(fall.Events))
	c.times.add(sum128{high, low})
}

// until returns the summary of the time x, before which there is no other fall.
func (c *curveSum) until(spans []span, x int64) withinSummary {
	before, _ := slices.BinarySearch(spans, newSpan(x, 0)) // spans of less than x
	eventsBefore := c.events
	if c.fall.Time == uint64(x) {
		eventsBefore -= c.fall.Events
	}
	s := withinSummary{answered: 1 - c.fall.Survival}
	if len(spans) == 0 {
		nan := math.NaN()
		return withinSummary{nan, nan, nan, nan}
	}
	if before > eventsBefore { // some were censored
		if before == len(spans) {
			nan := math.NaN()
			return withinSummary{nan, nan, nan, nan}
		}
		low, high := stats.LogLog(c.fall.Survival, c.fall.Greenwood)
		s.low, s.high = 1-high, 1-low
		s.wait = c.area + c.fall.Survival*float64(uint64(x)-c.fall.Time)
		return s
	}
	s.low, s.high = stats.Wilson(c.events, len(spans))
	// The mean of the smaller of time and x, of those after x too, exactly.
	high, low := bits.Mul64(uint64(x), uint64(len(spans)-c.events))
	total := c.times
	total.add(sum128{high, low})
	s.wait = total.float() / float64(len(spans))
	return s
}
