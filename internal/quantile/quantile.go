// Package quantile computes quantiles of sorted values.
package quantile

import "math"

// Sorted returns the p-quantile of values sorted in ascending order, by linear interpolation between order statistics:
// with h = (n − 1)·p, it lies between values[⌊h⌋] and the next, at the fraction h − ⌊h⌋. This is type 7 of Hyndman and
// Fan (1996), the default of NumPy, pandas and R. It returns NaN if there are no values or p is not in [0, 1]. O(1).
func Sorted(p float64, values []float64) float64 {
	if len(values) == 0 || !(p >= 0 && p <= 1) {
		return math.NaN()
	}
	h := float64(len(values)-1) * p
	i := int(h)
	if i+1 == len(values) {
		return values[i]
	}
	return Interpolate(values[i], values[i+1], h-float64(i))
}

// Interpolate returns the value between lo and hi at the fraction t.
func Interpolate(lo, hi, t float64) float64 {
	switch {
	case t == 0 || lo == hi:
		return lo
	case math.IsInf(hi-lo, 0): // one is infinite, or both are near the ends
		return lo*(1-t) + hi*t
	}
	return lo + t*(hi-lo)
}
