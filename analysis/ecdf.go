package analysis

import (
	"slices"
)

// A Step is a time at which an [ECDF] rises.
type Step struct {
	Time  float64 // seconds
	Share float64 // of the times, those up to Time
}

// ECDF is the empirical distribution function of times, in seconds and in any
// order: F(t) = #{tᵢ ≤ t}/n, as its steps in increasing order. F is 0 before the
// first step, and constant from one to the next; no times have no steps. It
// takes O(n) time if times are sorted, else O(n log n). Of the times of answered
// conversations alone it is the naive share answered within a time, which leaves
// out who still waits: see [KaplanMeier]. A time that is negative, infinite or
// NaN is an error. To have F of sorted times at one point, gonum's stat.CDF will do.
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
