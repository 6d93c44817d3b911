// Package summary computes the statistics of a group of conversations from its spans.
//
//	summary.go  counts, means, quantiles and their intervals, for each row of a report
//	within.go   the share answered within a time, and the mean wait up to it
package summary

import (
	"math"

	"gonum.org/v1/gonum/stat"

	"github.com/sav-analytics/sav/internal/analysis/groups"
	"github.com/sav-analytics/sav/internal/analysis/memory"
	"github.com/sav-analytics/sav/internal/analysis/waits"
	"github.com/sav-analytics/sav/internal/stats/interval"
	"github.com/sav-analytics/sav/stats"
)

// A Summary is the statistics of a group. Times are in µs; a statistic that does not
// apply is NaN.
type Summary struct {
	Conversations, Answered         int64
	P50, P50Low, P50High            float64 // of answered conversations, as all but KMP50 and Within
	KMP50                           float64 // of all conversations
	Mean, StdDev, MeanLow, MeanHigh float64
	Min, P90, P99, Max              float64
	Within                          []Within // one for each time
	ExchNr, Turns                   int64
	ExchNrMean, TurnTimeMean        float64
	Work                            Work
	Targets                         waits.Targets
}

// Work is the statistics of the working times of a group.
type Work struct{ Mean, P50, P90, KMP50 float64 }

// Set computes the statistics of a group from its spans, which must be in ascending
// order, and its totals. within are times in µs, in ascending order; s.Within must be
// as long. The spans are lost.
func (s *Summary) Set(spans []waits.Span, t *waits.Total, within []int64) {
	s.KMP50 = answeredWithin(spans, within, s.Within)
	s.Conversations = int64(len(spans))
	times := answerTimes(spans)
	n := len(times)
	s.Answered = int64(n)
	s.ExchNr, s.Turns = t.ExchNr, t.Turns
	nan := math.NaN()
	s.P50, s.P50Low, s.P50High = nan, nan, nan
	s.Mean, s.StdDev, s.MeanLow, s.MeanHigh = nan, nan, nan, nan
	s.Min, s.P90, s.P99, s.Max = nan, nan, nan, nan
	s.ExchNrMean, s.TurnTimeMean = nan, nan
	if t.Turns > 0 {
		s.TurnTimeMean = t.TurnTime.Float() / float64(t.Turns)
	}
	if n == 0 {
		return
	}
	s.P50 = stats.QuantileSorted(0.5, times)
	if k := interval.MedianRank(n); k > 0 {
		s.P50Low, s.P50High = times[k-1], times[n-k]
	}
	s.ExchNrMean = float64(t.ExchNr) / float64(n)
	s.Min, s.Max = times[0], times[n-1]
	s.P90, s.P99 = stats.QuantileSorted(0.9, times), stats.QuantileSorted(0.99, times)
	if n == 1 {
		s.Mean = times[0]
		return
	}
	s.Mean, s.StdDev = stat.MeanStdDev(times, nil)
	s.MeanLow, s.MeanHigh = stats.MeanInterval(s.Mean, s.StdDev, n)
	s.MeanLow = math.Max(0, s.MeanLow)
}

// workOf returns the statistics of spans of working time, which must be in ascending
// order. The spans are lost.
func workOf(spans []waits.Span) Work {
	w := Work{Mean: math.NaN(), KMP50: KMMedian(spans)}
	times := answerTimes(spans)
	w.P50, w.P90 = stats.QuantileSorted(0.5, times), stats.QuantileSorted(0.9, times)
	switch len(times) {
	case 0:
	case 1:
		w.Mean = times[0]
	default:
		w.Mean = stat.Mean(times, nil)
	}
	return w
}

// answerTimes returns the times of answered spans, in µs. They take the memory of the
// spans, which are lost: half as much to walk through as with memory of their own.
func answerTimes(spans []waits.Span) []float64 {
	times := memory.InPlace(spans)
	n := 0
	for _, s := range spans { // the first n of them are times by now
		if s.Answered() {
			times[n] = float64(s.Time())
			n++
		}
	}
	return times[:n]
}

// Rows returns the summaries of rows of groups, whose totals and sorted waits are
// given; within are times in µs, in ascending order. scratch must have the length
// of sorted.Span; it is overwritten.
func Rows(totals []waits.Total, sorted *waits.Sorted, scratch []waits.Span, rows groups.Rows, within []int64,
	workers int) []Summary {
	n := len(rows.Keys)
	sums := make([]waits.Total, n)
	for g := range totals {
		if totals[g].Conversations > 0 {
			sums[rows.Row[g]].Add(&totals[g])
		}
	}
	summaries := make([]Summary, n)
	all := make([]Within, n*len(within))
	for r := range summaries {
		summaries[r].Within, all = all[:len(within):len(within)], all[len(within):]
	}
	waits.EachRow(sorted.Span, scratch, sorted.Group, rows.Row, n, workers,
		func(r int, spans []waits.Span) { summaries[r].Set(spans, &sums[r], within) })
	return summaries
}

// AddWork adds the statistics of working times, sorted, to the summaries of rows.
func AddWork(summaries []Summary, sorted *waits.Sorted, scratch []waits.Span, rows groups.Rows, workers int) {
	waits.EachRow(sorted.Span, scratch, sorted.Group, rows.Row, len(summaries), workers,
		func(r int, spans []waits.Span) { summaries[r].Work = workOf(spans) })
}

// AddTargets adds what became of targets, by group, to the summaries of rows.
func AddTargets(summaries []Summary, targets []waits.Targets, rows groups.Rows) {
	for g := range targets {
		if t := &targets[g]; *t != (waits.Targets{}) {
			summaries[rows.Row[g]].Targets.Add(t)
		}
	}
}
