package frame

import "math"

// QuantileSorted returns the p-quantile of values that are sorted in ascending
// order, by linear interpolation between order statistics: with
// h = (n − 1)·p, it lies between values[⌊h⌋] and the next, at the fraction
// h − ⌊h⌋. This is type 7 of Hyndman and Fan (1996), the default of NumPy,
// pandas and R; gonum's stat.Quantile has no such kind. It returns NaN if there
// are no values or p is not in [0, 1].
func QuantileSorted(p float64, values []float64) float64 {
	if len(values) == 0 || !(p >= 0 && p <= 1) {
		return math.NaN()
	}
	h := float64(len(values)-1) * p
	i := int(h)
	if i+1 == len(values) || h == float64(i) || values[i] == values[i+1] {
		return values[i]
	}
	lo, hi, t := values[i], values[i+1], h-float64(i)
	if math.IsInf(hi-lo, 0) { // one is infinite, or both are near the ends
		return lo*(1-t) + hi*t
	}
	return lo + t*(hi-lo)
}
