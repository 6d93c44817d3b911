package stats

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/sav-analytics/sav/internal/quantile"
)

// LogEdges returns edges of bins for [Histogram], in seconds. They lie at equal
// distances on the axis log(1 + t/s), which has a place for 0 s and is
// logarithmic from some seconds on: the k-th is 2^(k/perDoubling) − 1, from 0 to
// the first that is at least longest. There are no edges unless longest is a
// finite number and perDoubling positive.
func LogEdges(longest float64, perDoubling int) []float64 {
	if !(longest <= math.MaxFloat64) || perDoubling < 1 {
		return nil
	}
	edges := []float64{0}
	for k := 1; edges[k-1] < longest; k++ {
		edges = append(edges, math.Exp2(float64(k)/float64(perDoubling))-1)
	}
	return edges
}

// Histogram counts times by bin: counts[0] are those of exactly 0, a mass at one
// point that no bin of some width can show, and counts[k] those above edges[k−1] up
// to edges[k]. The edges must increase from
// 0, as [LogEdges] do. A time above the last edge is an error. It takes
// O(n log len(edges)) time.
func Histogram(times, edges []float64) (counts []int, err error) {
	if !increaseFromZero(edges) {
		return nil, fmt.Errorf("stats: the edges %v do not increase from 0", edges)
	}
	if err := checkTimes(times); err != nil {
		return nil, err
	}
	counts = make([]int, len(edges))
	for _, t := range times {
		bin := sort.SearchFloat64s(edges, t)
		if bin == len(edges) {
			return nil, fmt.Errorf("stats: the time %v is above the last edge, %v", t, edges[len(edges)-1])
		}
		counts[bin]++
	}
	return counts, nil
}

func increaseFromZero(edges []float64) bool {
	for i, edge := range edges {
		if i > 0 && !(edge > edges[i-1]) {
			return false
		}
	}
	return len(edges) > 0 && edges[0] == 0
}

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
