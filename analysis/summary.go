package analysis

import (
	"math"
	"unsafe"

	"gonum.org/v1/gonum/stat"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/productlimit"
	"github.com/sav-analytics/sav/stats"
)

// A summary is the statistics of one group of conversations. Times are in µs;
// a statistic that does not apply is NaN.
type summary struct {
	conversations, answered        int64
	mean, std, ciLow, ciHigh       float64
	min, p50, p90, p99, max        float64
	p50Low, p50High                float64
	kmP50, kmAnsweredDay           float64
	exchNr, turns                  int64
	exchNrMean, turnTimeMeanMicros float64
}

const dayMicros = 86_400 * microsecond

// summarize computes the statistics of a group from its spans, which must be
// sorted in increasing order, and its totals. The spans are lost.
func summarize(spans []span, t *total) summary {
	conversations := int64(len(spans))
	kmP50, kmAnsweredDay := kaplanMeier(spans)
	times := answerTimes(spans)
	nan := math.NaN()
	s := summary{conversations: conversations, answered: int64(len(times)), exchNr: t.exchNr, turns: t.turns,
		mean: nan, std: nan, ciLow: nan, ciHigh: nan, min: nan, p50: nan, p90: nan, p99: nan, max: nan,
		p50Low: nan, p50High: nan, exchNrMean: nan, turnTimeMeanMicros: nan, kmP50: kmP50, kmAnsweredDay: kmAnsweredDay}
	if t.turns > 0 {
		s.turnTimeMeanMicros = t.turnTime.float() / float64(t.turns)
	}
	n := len(times)
	if n == 0 {
		return s
	}
	s.exchNrMean = float64(t.exchNr) / float64(n)
	s.min, s.max = times[0], times[n-1]
	s.p50, s.p90, s.p99 = frame.QuantileSorted(0.5, times), frame.QuantileSorted(0.9, times), frame.QuantileSorted(0.99, times)
	if k := stats.MedianRank(n); k > 0 {
		s.p50Low, s.p50High = times[k-1], times[n-k]
	}
	if n == 1 {
		s.mean = times[0]
		return s
	}
	s.mean, s.std = stat.MeanStdDev(times, nil)
	s.ciLow, s.ciHigh = stats.MeanInterval(s.mean, s.std, n)
	s.ciLow = math.Max(0, s.ciLow)
	return s
}

// answerTimes are the times of answered spans, in µs. They take the memory of the
// spans, which are lost: half as much to walk through as with memory of their own.
func answerTimes(spans []span) []float64 {
	times := unsafe.Slice((*float64)(unsafe.Pointer(unsafe.SliceData(spans))), len(spans))
	n := 0
	for _, s := range spans { // of which those up to the n-th are times by now
		if s.answered() {
			times[n] = float64(s.time())
			n++
		}
	}
	return times[:n]
}

// kaplanMeier estimates, from sorted spans, the median of the time to an answer,
// in µs, and the share answered within 24 hours: Quantile(0.5) and Within(86400)
// of a [stats.Survival], without keeping its steps.
func kaplanMeier(spans []span) (median, answeredDay float64) {
	median, survival, atDay := math.NaN(), 1.0, 1.0
	for fall := range productlimit.Falls(spans) {
		survival = fall.Survival
		if productlimit.Reached(survival, 0.5) && math.IsNaN(median) {
			median = float64(fall.Time)
		}
		if fall.Time <= dayMicros {
			atDay = survival
		}
	}
	if n := len(spans); n == 0 || survival > 0 && spans[n-1].time() < dayMicros {
		return median, math.NaN()
	}
	return median, 1 - atDay
}
