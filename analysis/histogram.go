package analysis

import (
	"fmt"
	"math"
	"sort"
)

// LogEdges are the edges of bins for [Histogram], in seconds. They lie at equal
// distances on the axis log(1 + dt/s), which has a place for 0 s and is
// logarithmic from some seconds on: the k-th is 2^(k/perDoubling) − 1, from 0
// to the first that is at least longest. longest must be a finite number of
// seconds and perDoubling positive; else there are no edges.
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

// Histogram counts times, in seconds and in any order, by bin: counts[0] are
// those of exactly 0 s, a mass at one point that no bin of some width can show,
// and counts[k] those above edges[k−1] up to edges[k]. The edges must increase
// from 0, as [LogEdges] do. It takes O(n log len(edges)) time. A time that is
// negative, NaN or above the last edge is an error.
func Histogram(times, edges []float64) (counts []int, err error) {
	if !increaseFromZero(edges) {
		return nil, fmt.Errorf("analysis: edges of a histogram do not increase from 0: %v", edges)
	}
	if err := checkTimes(times); err != nil {
		return nil, err
	}
	counts = make([]int, len(edges))
	for _, t := range times {
		bin := sort.SearchFloat64s(edges, t)
		if bin == len(edges) {
			return nil, fmt.Errorf("analysis: a time of %v s is above the last edge, %v s", t, edges[len(edges)-1])
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
