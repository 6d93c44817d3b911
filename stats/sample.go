package stats

import (
	"fmt"
	"math"
)

// A Sample is the mean and variance of log(1 + t/s) over the times of a group, by
// which it is compared with others. The logarithm is the natural one: times are
// skewed, and may be 0.
type Sample struct {
	N        int
	Mean     float64 // NaN if N is 0
	Variance float64 // with N − 1 below; NaN if N is less than 2
}

// LogSample returns the sample of times, in seconds.
func LogSample(times []float64) (Sample, error) {
	if err := checkTimes(times); err != nil {
		return Sample{}, err
	}
	var m moments
	for _, t := range times {
		m.add(math.Log1p(t))
	}
	return m.sample(), nil
}

// moments accumulates the mean and variance of values, one after the other
// (Welford, Technometrics 4, 1962). The zero value has none.
type moments struct {
	n             int
	mean, squares float64 // squares is the sum of squared distances from the mean
}

func (m *moments) add(x float64) {
	m.n++
	d := x - m.mean
	m.mean += d / float64(m.n)
	m.squares += d * (x - m.mean)
}

// sample returns the sample of the values added so far.
func (m *moments) sample() Sample {
	s := Sample{N: m.n, Mean: math.NaN(), Variance: math.NaN()}
	if m.n > 0 {
		s.Mean = m.mean
	}
	if m.n > 1 {
		s.Variance = m.squares / float64(m.n-1)
	}
	return s
}

// Pool returns all samples taken together. N is that of all, Mean is over all of
// their values, NaN if there is none, and Variance is that within samples,
// Σ (nᵢ−1)·sᵢ² / Σ (nᵢ−1), in which the differences between samples have no part,
// NaN if no sample has two values. It is an error if the N, mean or variance of a
// sample is impossible.
func Pool(samples []Sample) (Sample, error) {
	total, sum, squares, degrees := 0, 0.0, 0.0, 0
	for i, s := range samples {
		if err := s.check(); err != nil {
			return Sample{}, fmt.Errorf("stats: sample %d: %w", i+1, err)
		}
		if s.N > 0 {
			total += s.N
			sum += float64(s.N) * s.Mean
		}
		if s.N > 1 {
			degrees += s.N - 1
			squares += float64(s.N-1) * s.Variance
		}
	}
	return Sample{N: total, Mean: sum / float64(total), Variance: squares / float64(degrees)}, nil
}

func (s Sample) check() error {
	finite := func(v float64) bool { return v-v == 0 }
	switch {
	case s.N < 0:
		return fmt.Errorf("its N is %d", s.N)
	case s.N > 0 && !finite(s.Mean):
		return fmt.Errorf("its mean is %v", s.Mean)
	case s.N > 1 && !(finite(s.Variance) && s.Variance >= 0):
		return fmt.Errorf("its variance is %v", s.Variance)
	}
	return nil
}
