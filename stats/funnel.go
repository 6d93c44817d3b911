package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// FunnelLimits returns the limits between which a group's mean of log(1 + t/s)
// over n times lies, with a probability of coverage, if it is like all. They are
// m ± z·s/√n, with the mean m and the standard deviation s of the pooled samples,
// and the normal distribution's quantile z for (1 + coverage)/2. Drawn over n the
// limits are a funnel, and a group inside it is no news (Spiegelhalter,
// Statistics in Medicine 24, 2005). It is usual to draw 0.95 and 0.998. The lower
// limit is not below 0. Both are NaN if n is less than 1 or coverage not between
// 0 and 1.
func FunnelLimits(pooled Sample, n int, coverage float64) (low, high float64) {
	if n < 1 || !(coverage > 0 && coverage < 1) {
		return math.NaN(), math.NaN()
	}
	half := distuv.UnitNormal.Quantile((1+coverage)/2) * math.Sqrt(pooled.Variance/float64(n))
	return math.Max(0, pooled.Mean-half), pooled.Mean + half
}
