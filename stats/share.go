package stats

import "math"

// Normal975 is the 0.975 quantile of the standard normal distribution, by which
// a 95 % interval has as many standard errors on each side.
const Normal975 = 1.959963984540054

// Wilson returns the 95 % interval of a share of which k of n were found: the
// values of p whose distance from k/n is at most z standard errors of their own,
// (k + z²/2)/(n + z²) ± z/(n + z²)·√(k(n−k)/n + z²/4). Both ends are within 0 and 1,
// and NaN if there is no n or k is not within 0 and n (Wilson, JASA 22, 1927). R's
// prop.test(k, n, correct = FALSE) has the same numbers.
func Wilson(k, n int) (low, high float64) {
	if n < 1 || k < 0 || k > n {
		return math.NaN(), math.NaN()
	}
	events, all := float64(k), float64(n)
	const z2 = Normal975 * Normal975
	centre := (events + z2/2) / (all + z2)
	half := Normal975 / (all + z2) * math.Sqrt(events*(all-events)/all+z2/4)
	low, high = max(0, centre-half), min(1, centre+half)
	if k == 0 {
		low = 0 // but for rounding
	}
	if k == n {
		high = 1
	}
	return low, high
}

// LogLog returns the 95 % interval of a share S that the Kaplan–Meier estimate
// gives, from S and the variance of log S (Greenwood's sum, as in
// [SurvivalStep]): S^exp(±z·√variance/ln S), which is symmetric for log(−log S)
// and so stays within 0 and 1. Both ends are NaN where S is not between 0 and 1,
// or the variance is negative or NaN. See Kalbfleisch and Prentice, The
// Statistical Analysis of Failure Time Data, 1.4.
func LogLog(survival, variance float64) (low, high float64) {
	if !(survival > 0 && survival < 1 && variance >= 0) {
		return math.NaN(), math.NaN()
	}
	logS := math.Log(survival)
	spread := math.Exp(Normal975 * math.Sqrt(variance) / -logS)
	return math.Exp(logS * spread), math.Exp(logS / spread)
}
