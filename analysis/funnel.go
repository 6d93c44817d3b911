package analysis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// A Sample is the mean and variance of log(1 + dt/s) over the answered
// conversations of a merchant, by which it is compared with others. The logarithm
// is the natural one: response times are skewed, and may be 0.
type Sample struct {
	N        int
	Mean     float64 // NaN if N is 0
	Variance float64 // with N − 1 below; NaN if N is less than 2
}

// LogSample is the sample of times, in seconds. A time that is negative,
// infinite or NaN is an error.
func LogSample(times []float64) (Sample, error) {
	if err := checkTimes(times); err != nil {
		return Sample{}, err
	}
	logs := make([]float64, len(times))
	for i, t := range times {
		logs[i] = math.Log1p(t)
	}
	s := Sample{N: len(times), Mean: math.NaN(), Variance: math.NaN()}
	switch {
	case s.N > 1:
		s.Mean, s.Variance = stat.MeanVariance(logs, nil)
	case s.N == 1:
		s.Mean = logs[0]
	}
	return s, nil
}

// Pool takes samples together. N is that of all, Mean is over all of their
// conversations, NaN if there is none, and Variance is that within samples,
// Σ (nᵢ−1)·sᵢ² / Σ (nᵢ−1), in which the differences between merchants have no
// part, NaN if no sample has two conversations. It is an error if the N, mean or
// variance of a sample cannot be.
func Pool(samples []Sample) (Sample, error) {
	total, sum, squares, degrees := 0, 0.0, 0.0, 0
	for i, s := range samples {
		if err := s.check(); err != nil {
			return Sample{}, fmt.Errorf("analysis: sample %d: %w", i+1, err)
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

// FunnelLimits are the limits between which a merchant's mean of log(1 + dt/s)
// over n conversations lies, with a probability of coverage, if it answers as all
// do. They are m ± z·s/√n, with the mean m and the standard
// deviation s of the pooled samples, and the normal distribution's quantile z
// for (1 + coverage)/2. Drawn over n the limits are a funnel, and a merchant
// inside it is no news (Spiegelhalter, Statistics in Medicine 24, 2005). It is
// usual to draw 0.95 and 0.998. The lower limit is not below 0. Both are NaN
// if n is less than 1 or coverage not between 0 and 1.
func FunnelLimits(pooled Sample, n int, coverage float64) (low, high float64) {
	if n < 1 || !(coverage > 0 && coverage < 1) {
		return math.NaN(), math.NaN()
	}
	half := distuv.UnitNormal.Quantile((1+coverage)/2) * math.Sqrt(pooled.Variance/float64(n))
	return math.Max(0, pooled.Mean-half), pooled.Mean + half
}
