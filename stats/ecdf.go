package stats

import "slices"

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
