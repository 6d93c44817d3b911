package stats

import (
	"math"
	"slices"
	"sync/atomic"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/sav-analytics/sav/internal/stats/interval"
)

const confidence = 0.975 // both tails of a 95 % interval

// MedianInterval returns the 95 % interval of the median that assumes nothing of
// the distribution: the k-th and the (n+1−k)-th of n sorted times, with the
// largest k for which P(Binomial(n, ½) ≤ k−1) ≤ 0.025. Both are NaN if there are fewer than
// 6 times.
func MedianInterval(times []float64) (low, high float64, err error) {
	if err := checkTimes(times); err != nil {
		return math.NaN(), math.NaN(), err
	}
	k := interval.MedianRank(len(times))
	if k == 0 {
		return math.NaN(), math.NaN(), nil
	}
	sorted := slices.Sorted(slices.Values(times))
	return sorted[k-1], sorted[len(sorted)-k], nil
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

// studentTs has what was computed: it is slow, and most groups are small.
var studentTs [1001]atomic.Uint64
