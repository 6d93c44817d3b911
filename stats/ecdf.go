package stats

import (
	"slices"

	"github.com/sav-analytics/sav/internal/quantile"
)

// A Step is a time at which an [ECDF] rises.
type Step struct {
	Time  float64
	Share float64 // of the times, those up to Time
}

// ECDF returns the empirical distribution function of times as its steps, in
// increasing order: F(t) = #{tᵢ ≤ t}/n. It takes O(n) time if the times are
// sorted, else O(n log n). F is 0 before the first step, and constant from one to
// the next; no times have no steps.
//
// Of the times of those alone who were answered it is the naive share answered
// within a time, which leaves out who still waits: see [KaplanMeier]. For F of
// sorted times at a single point there is gonum's stat.CDF.
func ECDF(times []float64) ([]Step, error) {
	if err := checkTimes(times); err != nil {
		return nil, err
	}
	sorted := slices.Clone(times)
	slices.Sort(sorted)
	var steps []Step
	for i, t := range sorted {
		if next := i + 1; next == len(sorted) || sorted[next] != t {
			steps = append(steps, Step{t, float64(next) / float64(len(sorted))})
		}
	}
	return steps, nil
}

// QuantileSorted returns the p-quantile of values sorted in ascending order, by linear interpolation between order
// statistics: with h = (n − 1)·p, it lies between values[⌊h⌋] and the next, at the fraction h − ⌊h⌋. This is type 7 of
// Hyndman and Fan (1996), the default of NumPy, pandas and R; gonum's stat.Quantile has no such kind. It returns NaN if
// there are no values or p is not in [0, 1]. O(1).
func QuantileSorted(p float64, values []float64) float64 { return quantile.Sorted(p, values) }
