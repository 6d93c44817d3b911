package stats

import "math"

// A Shrinkage is what samples say of their groups when each borrows from all. All
// means are of log(1 + t/s): math.Expm1 makes seconds of them.
type Shrinkage struct {
	Mean   float64 // of the groups
	StdErr float64 // of Mean
	// Tau2 is τ², the variance between groups that chance within them does not
	// explain.
	Tau2   float64
	Shrunk []Shrunk // by sample
}

// A Shrunk is a group's mean as its own sample and all others together predict
// it.
type Shrunk struct {
	Mean   float64
	StdErr float64 // Mean ± 1.96·StdErr is its 95 % interval
	Weight float64 // of the sample's own mean in Mean, 0 to 1: the more values, the closer to 1
}

// Shrink predicts the mean of each group from its sample and all others. The
// model is normal–normal: the mean yᵢ of nᵢ values is normal about the group's
// true mean with the variance vᵢ = σ²/nᵢ, and the true means are normal about μ
// with the variance τ². So a group with few values is not taken for the fastest or
// the slowest by chance.
//
// σ² is the variance within samples that [Pool] returns; a variance of each
// sample's own would trust small samples that happen to agree. τ² is the
// estimate of DerSimonian and Laird (Controlled Clinical Trials 7, 1986),
//
//	τ² = max(0, (Σ wᵢ·(yᵢ − ȳ)² − (k − 1)) / (Σ wᵢ − Σ wᵢ²/Σ wᵢ)),  wᵢ = 1/vᵢ, ȳ = Σ wᵢyᵢ/Σ wᵢ
//
// over the k samples that have values, and 0 for one. μ is their mean with the
// weights 1/(vᵢ + τ²). The prediction is the best linear unbiased one (Robinson,
// Statistical Science 6, 1991): λᵢ·yᵢ + (1 − λᵢ)·μ with λᵢ = τ²/(τ² + vᵢ), and its
// error √(λᵢ·vᵢ + (1 − λᵢ)²·SE(μ)²). R's metafor has the same numbers:
// blup(rma(yi, vi, method = "DL")).
//
// The prediction of a sample without values is μ. Where nothing can be known all
// is NaN: no sample has two values, so that there is no σ². It is an error if the
// N, mean or variance of a sample is impossible.
func Shrink(samples []Sample) (*Shrinkage, error) {
	pooled, err := Pool(samples)
	if err != nil {
		return nil, err
	}
	s := &Shrinkage{Tau2: tau2(samples, pooled), Shrunk: make([]Shrunk, len(samples))}
	if nan := math.NaN(); math.IsNaN(pooled.Variance) {
		s.Mean, s.StdErr, s.Tau2 = nan, nan, nan
		for i := range s.Shrunk {
			s.Shrunk[i] = Shrunk{nan, nan, nan}
		}
		return s, nil
	}
	// 1/(v+τ²), or times σ² where τ² is 0, as both are if all times are one.
	weights, sum := 0.0, 0.0
	for _, of := range samples {
		if of.N == 0 {
			continue
		}
		w := float64(of.N)
		if s.Tau2 > 0 {
			w /= pooled.Variance + w*s.Tau2
		}
		weights += w
		sum += w * of.Mean
	}
	s.Mean, s.StdErr = sum/weights, math.Sqrt(1/weights)
	if s.Tau2 == 0 {
		s.StdErr *= math.Sqrt(pooled.Variance)
	}
	for i, of := range samples {
		s.Shrunk[i] = s.predict(of, pooled.Variance)
	}
	return s, nil
}

// tau2 returns DerSimonian and Laird's estimate. With wᵢ = nᵢ/σ², σ² is taken out of
// the fraction: it may be 0.
func tau2(samples []Sample, pooled Sample) float64 {
	between, squares, degrees := 0.0, 0.0, -1.0
	for _, s := range samples {
		if s.N == 0 {
			continue
		}
		n := float64(s.N)
		between += n * (s.Mean - pooled.Mean) * (s.Mean - pooled.Mean)
		squares += n * n
		degrees++
	}
	all := float64(pooled.N)
	excess := between - degrees*pooled.Variance
	if excess <= 0 || degrees < 1 {
		return 0
	}
	return excess / (all - squares/all)
}

// predict returns the best linear unbiased prediction for one sample; variance is σ².
func (s *Shrinkage) predict(of Sample, variance float64) Shrunk {
	if of.N == 0 {
		return Shrunk{s.Mean, math.Sqrt(s.Tau2 + s.StdErr*s.StdErr), 0}
	}
	weight := 1.0 // where nothing is left to chance
	if variance != 0 {
		weight = s.Tau2 / (s.Tau2 + variance/float64(of.N))
	}
	rest := 1 - weight
	return Shrunk{
		Mean:   weight*of.Mean + rest*s.Mean,
		StdErr: math.Sqrt(rest*s.Tau2 + rest*rest*s.StdErr*s.StdErr), // τ²(1−λ) is λv
		Weight: weight,
	}
}
