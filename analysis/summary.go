package analysis

import (
	"math"
	"unsafe"

	"gonum.org/v1/gonum/stat"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/stats"
)

// A summary is the statistics of one group of conversations. Times are in µs;
// a statistic that does not apply is NaN.
type summary struct {
	conversations, answered        int64
	mean, std, ciLow, ciHigh       float64
	min, p50, p90, p99, max        float64
	p50Low, p50High                float64
	kmP50                          float64
	within                         []withinSummary // one for each time
	exchNr, turns                  int64
	exchNrMean, turnTimeMeanMicros float64
}

// summarize computes the statistics of a group from its spans, which must be
// sorted in increasing order, and its totals. within are times in µs, in ascending
// order; s.within must be as long. The spans are lost.
func (s *summary) summarize(spans []span, t *total, within []int64) {
	s.kmP50 = summarizeWithin(spans, within, s.within)
	s.conversations, s.exchNr, s.turns = int64(len(spans)), t.exchNr, t.turns
	times := answerTimes(spans)
	n := len(times)
	s.answered = int64(n)
	nan := math.NaN()
	s.mean, s.std, s.ciLow, s.ciHigh = nan, nan, nan, nan
	s.min, s.p50, s.p90, s.p99, s.max = nan, nan, nan, nan, nan
	s.p50Low, s.p50High, s.exchNrMean, s.turnTimeMeanMicros = nan, nan, nan, nan
	if t.turns > 0 {
		s.turnTimeMeanMicros = t.turnTime.float() / float64(t.turns)
	}
	if n == 0 {
		return
	}
	s.exchNrMean = float64(t.exchNr) / float64(n)
	s.min, s.max = times[0], times[n-1]
	s.p50, s.p90, s.p99 = frame.QuantileSorted(0.5, times), frame.QuantileSorted(0.9, times), frame.QuantileSorted(0.99, times)
	if k := stats.MedianRank(n); k > 0 {
		s.p50Low, s.p50High = times[k-1], times[n-k]
	}
	if n == 1 {
		s.mean = times[0]
		return
	}
	s.mean, s.std = stat.MeanStdDev(times, nil)
	s.ciLow, s.ciHigh = stats.MeanInterval(s.mean, s.std, n)
	s.ciLow = math.Max(0, s.ciLow)
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
