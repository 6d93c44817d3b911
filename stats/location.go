package stats

import (
	"math"
	"slices"
	"sync/atomic"

	"gonum.org/v1/gonum/stat/distuv"
)

const confidence = 0.975 // both tails of a 95 % interval

// MedianInterval returns the 95 % interval of the median that assumes nothing of
// the distribution: the k-th and the (n+1−k)-th of n sorted times, with the k of
// [MedianRank]. Both are NaN if there are fewer than 6 times.
func MedianInterval(times []float64) (low, high float64, err error) {
	if err := checkTimes(times); err != nil {
		return math.NaN(), math.NaN(), err
	}
	k := MedianRank(len(times))
	if k == 0 {
		return math.NaN(), math.NaN(), nil
	}
	sorted := slices.Sorted(slices.Values(times))
	return sorted[k-1], sorted[len(sorted)-k], nil
}

// MedianRank returns the k for which the k-th and the (n+1−k)-th of n sorted
// values are a 95 % interval of their median, whatever their distribution: the
// largest with P(Binomial(n, ½) ≤ k−1) ≤ 0.025, or 0 if there is none (n < 6).
// Beyond 1000 values it is the normal approximation ⌊(n − z·√n)/2⌋ (Conover,
// Practical Nonparametric Statistics, 3.2).
func MedianRank(n int) int {
	if n < 1 {
		return 0
	}
	if n >= len(medianRanks) {
		return normalRank(n)
	}
	// Plus one, so that 0 says not computed yet.
	if k := medianRanks[n].Load(); k > 0 {
		return int(k) - 1
	}
	binomial := distuv.Binomial{N: float64(n), P: 0.5}
	k := max(normalRank(n)-1, 0)
	for k > 0 && binomial.CDF(float64(k-1)) > 1-confidence {
		k--
	}
	for binomial.CDF(float64(k)) <= 1-confidence {
		k++
	}
	medianRanks[n].Store(int32(k) + 1)
	return k
}

func normalRank(n int) int {
	return int(math.Floor((float64(n) - Normal975*math.Sqrt(float64(n))) / 2))
}

// MeanInterval returns the 95 % interval of a mean of n values with the sample
// standard deviation std: mean ± t·std/√n, with the 0.975 quantile t of
// Student's distribution of n−1 degrees of freedom. Both are NaN if n is less
// than 2.
func MeanInterval(mean, std float64, n int) (low, high float64) {
	if n < 2 {
		return math.NaN(), math.NaN()
	}
	half := studentT(n-1) * (std / math.Sqrt(float64(n)))
	return mean - half, mean + half
}

// studentT returns the 0.975 quantile of Student's t with degrees of freedom
// from 1 on.
func studentT(degrees int) float64 {
	compute := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(degrees)}
	if degrees >= len(studentTs) {
		return compute.Quantile(confidence)
	}
	if bits := studentTs[degrees].Load(); bits > 0 {
		return math.Float64frombits(bits)
	}
	t := compute.Quantile(confidence)
	studentTs[degrees].Store(math.Float64bits(t))
	return t
}

// Both are slow to compute, and most groups are small: what was computed for a
// size is kept.
var (
	medianRanks [1001]atomic.Int32
	studentTs   [1001]atomic.Uint64
)
