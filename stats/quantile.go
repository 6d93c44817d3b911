package stats

import "github.com/sav-analytics/sav/internal/quantile"

// QuantileSorted returns the p-quantile of values sorted in ascending order, by linear interpolation between order
// statistics: with h = (n − 1)·p, it lies between values[⌊h⌋] and the next, at the fraction h − ⌊h⌋. This is type 7 of
// Hyndman and Fan (1996), the default of NumPy, pandas and R; gonum's stat.Quantile has no such kind. It returns NaN if
// there are no values or p is not in [0, 1]. O(1).
func QuantileSorted(p float64, values []float64) float64 { return quantile.Sorted(p, values) }
