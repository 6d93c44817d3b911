package window

import (
	"math"
	"math/bits"
	"slices"

	"github.com/sav-analytics/sav/internal/quantile"
)

// smallWindow is the number of values up to which a sorted slice, into which values are inserted, is faster than a
// tree.
const smallWindow = 512

// quantiles computes the p-quantile of each window. One NaN in a window makes it NaN.
func (s *slider) quantiles(p float64) {
	var set ordered = &slice{}
	if s.widest() > smallWindow {
		sorted := slices.Clone(s.x)
		slices.Sort(sorted) // NaN first
		set = newTree(sorted)
	}
	begin, end, nans := 0, 0, 0
	for k := s.head; k < s.n; k++ {
		lo, hi := s.bounds(k)
		for ; end < hi; end++ {
			switch {
			case s.values(end, end+1) == 0:
			case math.IsNaN(s.x[end]):
				nans++
			default:
				set.add(s.x[end])
			}
		}
		for ; begin < lo; begin++ {
			switch {
			case s.values(begin, begin+1) == 0:
			case math.IsNaN(s.x[begin]):
				nans--
			default:
				set.remove(s.x[begin])
			}
		}
		n := s.values(lo, hi)
		switch {
		case n == 0:
		case nans > 0:
			s.set(k, n, math.NaN())
		default:
			h := float64(n-1) * p
			at := int(h)
			low := set.at(at)
			high := low
			if at+1 < n {
				high = set.at(at + 1)
			}
			s.set(k, n, quantile.Interpolate(low, high, h-float64(at)))
		}
	}
}

// widest returns the largest number of values of a window.
func (s *slider) widest() int {
	widest := 0
	for k := s.head; k < s.n; k++ {
		widest = max(widest, s.values(s.bounds(k)))
	}
	s.lo, s.hi = 0, 0
	return widest
}

// ordered is a set of floats, some of which are equal, none NaN.
type ordered interface {
	add(x float64)
	remove(x float64) // which is in the set
	at(k int) float64 // the k-th smallest, from 0
}

// slice is a sorted slice: O(w) to add and remove, which copying makes fast.
type slice struct{ values []float64 }

func (s *slice) add(x float64) {
	i, _ := slices.BinarySearch(s.values, x)
	s.values = slices.Insert(s.values, i, x)
}

func (s *slice) remove(x float64) {
	i, _ := slices.BinarySearch(s.values, x)
	s.values = slices.Delete(s.values, i, i+1)
}

func (s *slice) at(k int) float64 { return s.values[k] }

// tree is a Fenwick tree of how many times each of the possible values is in the set: O(log n) for each operation.
type tree struct {
	sorted []float64 // the possible values
	counts []int32
}

func newTree(sorted []float64) *tree {
	return &tree{sorted, make([]int32, 1<<bits.Len(uint(len(sorted)))+1)}
}

func (t *tree) change(x float64, by int32) {
	i, _ := slices.BinarySearch(t.sorted, x) // the first of equal ones
	for i++; i < len(t.counts); i += i & -i {
		t.counts[i] += by
	}
}

func (t *tree) add(x float64)    { t.change(x, 1) }
func (t *tree) remove(x float64) { t.change(x, -1) }

func (t *tree) at(k int) float64 {
	place := 0
	for step := (len(t.counts) - 1) / 2; step > 0; step /= 2 {
		if next := place + step; int(t.counts[next]) <= k {
			place = next
			k -= int(t.counts[next])
		}
	}
	return t.sorted[place]
}
