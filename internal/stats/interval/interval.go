// Package interval holds the intervals that both package stats and the summaries of a run
// need, of estimates that each computes in its own way.
//
// It stands below package stats, which knows nothing of messages: source → frame → analysis →
// sink.
package interval

import (
	"math"
	"sync/atomic"

	"gonum.org/v1/gonum/stat/distuv"
)

// Z975 is the 0.975 quantile of the standard normal distribution.
const Z975 = 1.959963984540054

const tail = 0.025 // each of a 95 % interval

// LogLog returns the 95 % interval of a share S that the Kaplan–Meier estimate
// gives, from S and the variance of log S (Greenwood's sum, as in
// a step of stats.Survival): S^exp(±z·√variance/ln S), which is symmetric for log(−log S)
// and so stays within 0 and 1. Both ends are NaN where S is not between 0 and 1,
// or the variance is negative or NaN. See Kalbfleisch and Prentice, The
// Statistical Analysis of Failure Time Data, 1.4.
func LogLog(survival, variance float64) (low, high float64) {
	if !(survival > 0 && survival < 1 && variance >= 0) {
		return math.NaN(), math.NaN()
	}
	logS := math.Log(survival)
	spread := math.Exp(Z975 * math.Sqrt(variance) / -logS)
	return math.Exp(logS * spread), math.Exp(logS / spread)
}

// MedianRank returns the k for which the k-th and the (n+1−k)-th of n sorted
// values are a 95 % interval of their median, whatever their distribution: the
// largest with P(Binomial(n, ½) ≤ k−1) ≤ 0.025, or 0 if there is none (n < 6).
// Beyond 1000 values it is the normal approximation ⌊(n − z·√n)/2⌋ (Conover,
// Practical Nonparametric Statistics, 3.2).
func MedianRank(n int) int {
	if n < 1 {
		return 0
	}
	if n >= len(medianRanks) {
		return normalRank(n)
	}
	// Plus one, so that 0 says not computed yet.
	if k := medianRanks[n].Load(); k > 0 {
		return int(k) - 1
	}
	binomial := distuv.Binomial{N: float64(n), P: 0.5}
	k := max(normalRank(n)-1, 0)
	for k > 0 && binomial.CDF(float64(k-1)) > tail {
		k--
	}
	for binomial.CDF(float64(k)) <= tail {
		k++
	}
	medianRanks[n].Store(int32(k) + 1)
	return k
}

// medianRanks has what was computed: it is slow, and most groups are small.
var medianRanks [1001]atomic.Int32

func normalRank(n int) int {
	return int(math.Floor((float64(n) - Z975*math.Sqrt(float64(n))) / 2))
}
