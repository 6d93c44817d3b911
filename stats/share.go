package stats

import "math"

// Normal975 is the 0.975 quantile of the standard normal distribution, by which
// a 95 % interval has as many standard errors on each side.
const Normal975 = 1.959963984540054

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
