package analysis

import (
	"math"
	"sync/atomic"
	"unsafe"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/sav-analytics/sav/frame"
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

const (
	confidence = 0.975             // both tails of a 95 % interval
	normal975  = 1.959963984540054 // the normal distribution's quantile there
	dayMicros  = 86_400 * microsecond
)

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
	if k := medianRank(n); k > 0 {
		s.p50Low, s.p50High = times[k-1], times[n-k]
	}
	if n == 1 {
		s.mean = times[0]
		return s
	}
	s.mean, s.std = stat.MeanStdDev(times, nil)
	half := studentT(n-1) * stat.StdErr(s.std, float64(n))
	s.ciLow, s.ciHigh = math.Max(0, s.mean-half), s.mean+half
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

// kaplanMeier estimates, from sorted spans, the median of the time to an
// answer, in µs, and the share answered within 24 hours: Quantile(0.5) and
// AnsweredWithin(86400) of a [Survival], without keeping its steps.
func kaplanMeier(spans []span) (median, answeredDay float64) {
	median, survival, atDay := math.NaN(), 1.0, 1.0
	for at := range productLimit(spans) {
		survival = at.survival
		if reaches(survival, 0.5) && math.IsNaN(median) {
			median = float64(at.span.time())
		}
		if at.span.time() <= dayMicros {
			atDay = survival
		}
	}
	if n := len(spans); n == 0 || survival > 0 && spans[n-1].time() < dayMicros {
		return median, math.NaN()
	}
	return median, 1 - atDay
}

// medianRank is the k for which the k-th and the (n+1-k)-th of n sorted values
// are a 95 % interval of their median, whatever their distribution: the largest
// with P(Binomial(n, ½) ≤ k−1) ≤ 0.025, or 0 if there is none (n < 6). Beyond
// 1000 values it is the normal approximation (Conover, Practical Nonparametric
// Statistics, 3.2).
func medianRank(n int) int {
	if n >= len(medianRanks) {
		return normalRank(n)
	}
	// Plus one, so that 0 says not computed yet.
	if k := medianRanks[n].Load(); k > 0 {
		return int(k) - 1
	}
	binomial := distuv.Binomial{N: float64(n), P: 0.5}
	k := max(normalRank(n)-1, 0)
	for k > 0 && binomial.CDF(float64(k-1)) > 1-confidence {
		k--
	}
	for binomial.CDF(float64(k)) <= 1-confidence {
		k++
	}
	medianRanks[n].Store(int32(k) + 1)
	return k
}

func normalRank(n int) int {
	return int(math.Floor((float64(n) - normal975*math.Sqrt(float64(n))) / 2))
}

// studentT is the quantile of Student's t, of so many degrees of freedom, that
// a 95 % interval of a mean needs.
func studentT(degrees int) float64 {
	compute := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(degrees)}
	if degrees >= len(studentTs) {
		return compute.Quantile(confidence)
	}
	if bits := studentTs[degrees].Load(); bits > 0 {
		return math.Float64frombits(bits)
	}
	t := compute.Quantile(confidence)
	studentTs[degrees].Store(math.Float64bits(t))
	return t
}

// Both are slow to compute, and most groups are small: what was computed for a
// size is kept.
var (
	medianRanks [1001]atomic.Int32
	studentTs   [1001]atomic.Uint64
)
