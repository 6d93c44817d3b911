package stats

import (
	"errors"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// FunnelLimits returns the limits between which a group's mean of log(1 + t/s)
// over n times lies, with a probability of coverage, if it is like all. They are
// m ± z·s/√n, with the mean m and the standard deviation s of the pooled samples,
// and the normal distribution's quantile z for (1 + coverage)/2. Drawn over n the
// limits are a funnel, and a group inside it is no news (Spiegelhalter,
// Statistics in Medicine 24, 2005). It is usual to draw 0.95 and 0.998. The lower
// limit is not below 0. Both are NaN if n is less than 1 or coverage not between
// 0 and 1.
func FunnelLimits(pooled Sample, n int, coverage float64) (low, high float64) {
	if n < 1 || !(coverage > 0 && coverage < 1) {
		return math.NaN(), math.NaN()
	}
	half := distuv.UnitNormal.Quantile((1+coverage)/2) * math.Sqrt(pooled.Variance/float64(n))
	return math.Max(0, pooled.Mean-half), pooled.Mean + half
}

// A ShareFunnel says how far from the share of all the shares of groups lie, beyond
// what chance and the usual differences between groups explain.
type ShareFunnel struct {
	Share float64 // of all groups together
	// Tau2 is τ², the variance between groups on the scale asin(√share).
	Tau2   float64
	Groups int // those with a count
}

// NewShareFunnel estimates the funnel of groups, by Spiegelhalter's additive
// over-dispersion (Statistics in Medicine 24, 2005), as the R package FunnelPlotR does
// for proportions: on the scale yᵢ = asin(√(kᵢ/nᵢ)), with sᵢ² = 1/(4·nᵢ) and the scores
// zᵢ = (yᵢ − y₀)/sᵢ, winsorized at their 10th and 90th percentiles,
//
//	τ² = max(0, (Σ zᵢ² − (g − 1)) / (Σ wᵢ − Σ wᵢ²/Σ wᵢ)),  wᵢ = 1/sᵢ²
//
// over the g groups. A group of none has no part. It is an error if a count is
// impossible, or all groups have none.
func NewShareFunnel(groups []Count) (ShareFunnel, error) {
	if err := checkCounts(groups); err != nil {
		return ShareFunnel{}, err
	}
	all := sumCounts(groups)
	if all.N == 0 {
		return ShareFunnel{}, errors.New("stats: no counts for a funnel; expected at least one")
	}
	f := ShareFunnel{Share: all.Share()}
	var scores []float64
	weights, squares := 0.0, 0.0
	for _, c := range groups {
		if c.N == 0 {
			continue
		}
		w := 4 * float64(c.N)
		scores = append(scores, (arcsine(c.Share())-arcsine(f.Share))*math.Sqrt(w))
		weights += w
		squares += w * w
	}
	f.Groups = len(scores)
	sorted := slices.Clone(scores)
	slices.Sort(sorted)
	low, high := QuantileSorted(0.1, sorted), QuantileSorted(0.9, sorted)
	sum := 0.0
	for _, z := range scores {
		z = min(max(z, low), high)
		sum += z * z
	}
	if excess := sum - float64(f.Groups-1); excess > 0 && f.Groups > 1 {
		f.Tau2 = excess / (weights - squares/weights)
	}
	return f, nil
}

func arcsine(share float64) float64 { return math.Asin(math.Sqrt(share)) }

// Score returns how many standard deviations a group lies from the share of all: the
// normal score of the binomial distribution's mid-P value, times s/√(s² + τ²) with
// s² = 1/(4n). It is NaN if the count is impossible or of none.
func (f ShareFunnel) Score(c Count) float64 {
	if c.check() != nil || c.N == 0 {
		return math.NaN()
	}
	return f.score(float64(c.K), float64(c.N))
}

func (f ShareFunnel) score(k, n float64) float64 {
	if f.Share <= 0 || f.Share >= 1 {
		return 0 // all groups are alike
	}
	return binomialScore(k, n, f.Share) / math.Sqrt(1+4*n*f.Tau2)
}

// Limits returns the shares between which a group of n lies with a probability of
// coverage, if it is like all: where its [ShareFunnel.Score] is ±z. Both are NaN if n is
// less than 1 or coverage not between 0 and 1.
func (f ShareFunnel) Limits(n int, coverage float64) (low, high float64) {
	if n < 1 || !(coverage > 0 && coverage < 1) {
		return math.NaN(), math.NaN()
	}
	z := distuv.UnitNormal.Quantile((1 + coverage) / 2)
	return f.limit(float64(n), -z), f.limit(float64(n), z)
}

// limit returns the share at which the score is z, or that end of 0 and 1 which comes
// before it.
func (f ShareFunnel) limit(n, z float64) float64 {
	low, high := 0.0, n
	if f.score(low, n) >= z {
		return 0
	}
	if f.score(high, n) <= z {
		return 1
	}
	for range 50 {
		if middle := (low + high) / 2; f.score(middle, n) < z {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2 / n
}

// Expected returns how many groups lie beyond the limits of a coverage by chance.
func (f ShareFunnel) Expected(coverage float64) float64 { return float64(f.Groups) * (1 - coverage) }

// MoreThanChance reports whether more groups were found beyond the limits of a coverage than
// chance explains: whether it gives that number or more in less than 5 % of
// cases.
func (f ShareFunnel) MoreThanChance(found int, coverage float64) bool {
	if found < 1 || found > f.Groups || !(coverage > 0 && coverage < 1) {
		return false
	}
	chance := distuv.Binomial{N: float64(f.Groups), P: 1 - coverage}
	return 1-chance.CDF(float64(found-1)) < 0.05
}
